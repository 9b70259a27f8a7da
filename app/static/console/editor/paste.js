// What is pasted from Word, WPS, Excel or a page, as Markdown: tables stay tables. The clipboard's
// HTML is parsed apart from the page: nothing in it runs, and nothing it names is fetched.

const BLOCKS = new Set(["P", "DIV", "UL", "OL", "TABLE", "H1", "H2", "H3", "H4", "H5", "H6", "BLOCKQUOTE", "PRE", "SECTION", "ARTICLE", "HEADER", "MAIN", "HR"]);
const LEVELS = { H1: "##", H2: "###", H3: "####", H4: "####", H5: "####", H6: "####" };
const LEFT_OUT = new Set(["STYLE", "SCRIPT", "META", "LINK", "TITLE", "HEAD", "NOSCRIPT", "TEMPLATE", "IMG"]);
const MOST_SPAN = 60;

// Whether the plain text of a clipboard would lose anything worth keeping.
export function isWorthReading(html) {
  return /<table|<li[\s>]|<h[1-6][\s>]|MsoListParagraph|<b[\s>]|<strong[\s>]/i.test(html);
}

export function toMarkdown(html) {
  // Styles would be refused by the page's policy, one by one; only the marks in them are read.
  const plain = html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[^>]+>/g, function (tag) {
    return tag.replace(/(["'\s])style\s*=/gi, "$1data-style=");
  });
  const page = new DOMParser().parseFromString(plain, "text/html");
  return blocks(page.body.childNodes).join("\n\n");
}

function blocks(nodes) {
  const found = [];
  let loose = [];
  let items = [];
  function endItems() {
    if (items.length) { found.push(items.join("\n")); }
    items = [];
  }
  function endLoose() {
    const text = paragraph(loose.map(inline).join(""));
    loose = [];
    if (text) { endItems(); found.push(text); }
  }
  nodes.forEach(function (node) {
    if (!isBlock(node)) { loose.push(node); return; }
    endLoose();
    const item = listItem(node);
    if (item !== null) { items.push(item); return; }
    endItems();
    found.push(...block(node));
  });
  endLoose();
  endItems();
  return found.filter(Boolean);
}

function isBlock(node) {
  return node.nodeType === Node.ELEMENT_NODE && (BLOCKS.has(node.tagName) || node.querySelector("table, p, li") !== null);
}

function block(node) {
  if (LEVELS[node.tagName]) {
    const text = oneLine(inlineOf(node));
    return text ? [LEVELS[node.tagName] + " " + text] : [];
  }
  if (node.tagName === "TABLE") { return table(node); }
  if (node.tagName === "UL" || node.tagName === "OL") { return [list(node)]; }
  if (node.tagName === "HR") { return []; }
  return blocks(node.childNodes);
}

// Word writes a list as paragraphs whose mark stands in a span of its own.
function listItem(node) {
  if (node.tagName !== "P" || !/MsoListParagraph/.test(node.className)) { return null; }
  const mark = Array.from(node.querySelectorAll("span")).find(isMark);
  if (!mark) { return null; }
  const numbered = /^[\s]*[(（]?\d+/.exec(mark.textContent);
  mark.remove();
  const text = oneLine(inlineOf(node));
  return text ? (numbered ? "1. " : "- ") + text : "";
}

function isMark(span) {
  return /mso-list:\s*Ignore/i.test(span.dataset.style || "");
}

function list(node) {
  let number = 0;
  return Array.from(node.children).filter(function (item) { return item.tagName === "LI"; }).map(function (item) {
    number += 1;
    const mark = node.tagName === "OL" ? number + ". " : "- ";
    return mark + blocks(item.childNodes).join("\n").split("\n").join("\n" + " ".repeat(mark.length));
  }).join("\n");
}

function table(node) {
  const rows = grid(node);
  if (!rows.length) { return []; }
  const width = Math.max(...rows.map(function (row) { return row.length; }));
  const whole = rows.map(function (row) { return row.concat(Array(width - row.length).fill("")); });
  const above = [];
  while (whole.length && isOneCell(whole[0])) { above.push(whole.shift()[0].replace(/\\\|/g, "|")); }
  const below = [];
  while (whole.length && isOneCell(whole[whole.length - 1])) { below.unshift(whole.pop()[0].replace(/\\\|/g, "|")); }
  if (!whole.length) { return above.concat(below); }
  whole.splice(1, 0, Array(width).fill("---"));
  const lines = whole.map(function (row) { return "| " + row.join(" | ") + " |"; });
  return above.concat([lines.join("\n")], below);
}

// A title over a table, or a remark under it, is one cell merged across all columns.
function isOneCell(row) {
  return row.length > 1 && row[0] !== "" && row.every(function (cell) { return cell === row[0]; });
}

// Cell by cell; what is merged is written into each.
function grid(node) {
  const rows = [];
  const hanging = new Map();
  function fill(cells) {
    while (hanging.has(cells.length)) {
      const column = cells.length;
      const [left, text] = hanging.get(column);
      if (left > 1) { hanging.set(column, [left - 1, text]); } else { hanging.delete(column); }
      cells.push(text);
    }
  }
  Array.from(node.rows).forEach(function (row) {
    const cells = [];
    Array.from(row.cells).forEach(function (cell) {
      fill(cells);
      const text = cellText(cell);
      const across = Math.min(cell.colSpan, MOST_SPAN);
      for (let n = 0; n < across; n += 1) {
        if (cell.rowSpan > 1) { hanging.set(cells.length, [Math.min(cell.rowSpan, 1000) - 1, text]); }
        cells.push(text);
      }
    });
    fill(cells);
    if (cells.length) { rows.push(cells); }
  });
  return rows;
}

function cellText(cell) {
  const parts = [];
  cell.childNodes.forEach(function (child) {
    const inner = child.nodeType === Node.ELEMENT_NODE && (child.tagName === "TABLE" ? child : null);
    parts.push(inner ? grid(inner).map(function (row) { return row.join("，"); }).join("；") : inline(child));
    if (isBlock(child)) { parts.push(" "); }
  });
  return oneLine(parts.join("")).replace(/(^|[^\\])\|/g, "$1\\|");
}

function inlineOf(node) {
  return Array.from(node.childNodes).map(inline).join("");
}

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) { return escaped(node.data.replace(/[\s\u00a0]+/g, " ")); }
  if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.has(node.tagName) || isMark(node)) { return ""; }
  if (node.tagName === "BR") { return "\n"; }
  const text = inlineOf(node);
  if (node.tagName === "B" || node.tagName === "STRONG") { return /font-weight:\s*normal/i.test(node.dataset.style || "") ? text : wrapped(text); }
  const address = node.tagName === "A" ? node.getAttribute("href") || "" : "";
  if (/^(https?|mailto|tel):/i.test(address) && text.trim()) {
    return "[" + text.trim() + "](" + address.replace(/[\s<>()\\]/g, encodeURIComponent).replace(/[()]/g, function (sign) { return sign === "(" ? "%28" : "%29"; }) + ")";
  }
  return text + (isBlock(node) ? " " : "");
}

function wrapped(text) {
  const words = text.trim();
  if (!words) { return text; }
  const at = text.indexOf(words);
  return text.slice(0, at) + "**" + words.replace(/\*\*/g, "").replace(/\n/g, "**\n**") + "**" + text.slice(at + words.length);
}

function escaped(text) {
  return text.replace(/([\\`*_[\]<~])/g, "\\$1");
}

function oneLine(text) {
  return text.split(/\s+/).filter(Boolean).join(" ");
}

// A line that would begin a heading, a list or a quotation by accident stays a line.
function paragraph(text) {
  return text.split("\n").map(function (line) {
    return line.trim().replace(/^(#{1,6}|[>+-])(?=\s|$)/, "\\$1").replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  }).filter(Boolean).join("\\\n");
}
