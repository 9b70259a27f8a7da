// Makes a textarea of Markdown easy to write in: buttons, paste from Word, a preview. Without
// scripts it stays the textarea it is, and the preview opens as a page of its own.
import "../../vendor/markdown-toolbar-element/index.js";
import { isWorthReading, toMarkdown } from "./paste.js";

const TABLE = "| 项目 | 金额（元） |\n| --- | --- |\n|  |  |\n|  |  |";
const BUTTONS = [
  { text: "标题", act: function (field) { heading(field, "## "); } },
  { text: "小标题", act: function (field) { heading(field, "### "); } },
  { text: "加粗", style: "bold" },
  { text: "列表", style: "unordered-list" },
  { text: "编号", style: "ordered-list" },
  { text: "引用", style: "quote" },
  { text: "链接", style: "link" },
  { text: "表格", act: function (field) { insertBlock(field, TABLE); } },
];

// Writes as typing does, so that Ctrl+Z takes it back.
function insert(field, text) {
  field.focus();
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function insertBlock(field, text) {
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const gap = function (joined) { return "\n".repeat(Math.max(0, 2 - joined)); };
  const above = before.trim() ? gap(/\n*$/.exec(before)[0].length) : "";
  const below = after.trim() ? gap(/^\n*/.exec(after)[0].length) : "";
  insert(field, above + text + below);
}

function heading(field, mark) {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const next = field.value.indexOf("\n", start);
  const end = next < 0 ? field.value.length : next;
  const line = field.value.slice(start, end);
  const plain = line.replace(/^#{1,6}\s+/, "");
  field.setSelectionRange(start, end);
  insert(field, line.startsWith(mark) ? plain : mark + plain);
}

function button(wanted, field) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-outline-secondary";
  made.textContent = wanted.text;
  made.dataset.mdButton = wanted.style || "";
  if (wanted.act) { made.addEventListener("click", function () { wanted.act(field); }); }
  return made;
}

function addToolbar(field) {
  const toolbar = document.createElement("markdown-toolbar");
  toolbar.setAttribute("for", field.id);
  toolbar.setAttribute("aria-label", "排版");
  toolbar.setAttribute("aria-controls", field.id);
  toolbar.className = "editor-tools";
  BUTTONS.forEach(function (wanted) { toolbar.append(button(wanted, field)); });
  field.before(toolbar);
  field.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "b") {
      event.preventDefault();
      toolbar.querySelector("[data-md-button=bold]").click();
    }
  });
}

function readPaste(field) {
  field.addEventListener("paste", function (event) {
    const html = event.clipboardData ? event.clipboardData.getData("text/html") : "";
    if (!html || !isWorthReading(html)) { return; }
    const text = toMarkdown(html);
    if (!text) { return; }
    event.preventDefault();
    insertBlock(field, text);
  });
}

function showPreview(box, field) {
  const opener = box.querySelector("[data-preview]");
  const shown = box.querySelector("[data-preview-shown]");
  const frame = shown.querySelector("iframe");
  const fault = shown.querySelector("[data-preview-fault]");
  opener.addEventListener("click", function (event) {
    event.preventDefault();
    const form = new FormData();
    const title = field.form.elements.title;
    form.set("csrf_token", field.form.elements.csrf_token.value);
    form.set("preview", "text");
    form.set("text", field.value);
    form.set("title", title ? title.value : "");
    form.set("bare", "1");
    shown.hidden = false;
    fetch("/console/preview", { method: "POST", body: form, credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        return answer.text();
      })
      .then(function (page) { fault.hidden = true; frame.hidden = false; frame.srcdoc = page; })
      .catch(function () { fault.hidden = false; frame.hidden = true; });
  });
}

document.querySelectorAll("[data-editor-box]").forEach(function (box) {
  const field = box.querySelector("textarea[data-editor]");
  addToolbar(field);
  readPaste(field);
  showPreview(box, field);
});
