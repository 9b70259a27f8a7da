// An open pack: find a household, read what is masked, write a visit down.
import * as camera from "./camera.js";
import { readByHand, readScanned } from "./codes.js";
import * as outbox from "./outbox.js";
import { clockTime, fill, find, make, onClick, onSubmit, say, today, turnTo } from "./pages.js";
import * as sealing from "./sealing.js";

let content = null; // of the open pack; in memory alone
let household = null;
let draft = {}; // what this form has kept before
let changedSince = false; // something was written that is not kept yet

// `changed` is called when something was kept to be sent.
export function start(changed) {
  onSubmit("code-form", async (form) => {
    const typed = form.elements.code.value;
    await openByCode(readScanned(typed) || readByHand(typed), changed);
  });
  onClick("camera", () => scan(changed));
  onClick("camera-stop", camera.stop);
  onClick("back", () => { leave(); turnTo("open"); });
  onClick("more-needs", () => addNeed());
  onSubmit("visit-form", (form) => keep(form, changed));
  find("visit-form").addEventListener("input", () => { changedSince = true; });
}

// Keep what stands half written in the form, before the page is locked or goes out of sight.
export async function rescue() {
  if (household && changedSince) { await keep(find("visit-form"), () => {}); }
}

export async function show(opened, changed) {
  content = opened.content;
  find("pack-name").textContent = `${content.village}，${content.households.length} 户`;
  find("pack-until").textContent = clockTime(content.expires_at);
  find("camera").hidden = !(await camera.isThere());
  fill("households", ...content.households.map((one) => line(one, changed)));
  turnTo("open");
}

// Nothing of the pack stays on the page.
export function forget() {
  camera.stop();
  leave();
  content = null;
  fill("households");
  find("code-form").reset();
  say("code-fault", "");
}

function leave() {
  household = null;
  draft = {};
  changedSince = false;
  fill("persons");
  fill("met");
  fill("needs");
  find("household-name").textContent = find("household-address").textContent = "";
  find("visit-form").reset();
  say("visit-told", "");
}

function line(one, changed) {
  const head = one.persons[0] ? one.persons[0].name : "";
  const button = make("button", { class: "list-group-item list-group-item-action", type: "button" },
    make("b", {}, nameOf(one)), " ", head);
  button.addEventListener("click", () => openHousehold(one, changed));
  return button;
}

function nameOf(one) {
  return [one.group, one.number].filter(Boolean).join(" ");
}

async function scan(changed) {
  let code = null;
  try {
    code = await camera.look();
  } catch (error) {
    say("code-fault", "相机打不开，请输入门牌上的编号。");
  }
  if (code) { await openByCode(code, changed); }
}

async function openByCode(code, changed) {
  if (!code) {
    say("code-fault", "这不是门牌编号，请核对后再输入（共 13 位）。");
    return;
  }
  const mark = await sealing.digest(content.id + "|" + code);
  const found = content.households.find((one) => one.plate === mark);
  say("code-fault", found ? "" : "这块门牌不在离线包里。");
  if (found) { await openHousehold(found, changed); }
}

async function openHousehold(one, changed) {
  camera.stop(); // what it sees next must not close the form that is being written
  leave();
  // First the note that it was opened, then what is in it.
  await outbox.keepOpening(content, one.id);
  changed();
  household = one;
  find("code-form").reset();
  find("household-name").textContent = nameOf(one);
  find("household-address").textContent = one.address;
  fill("persons", ...one.persons.map(personLine));
  if (one.minors) {
    find("persons").append(make("li", { class: "list-group-item" }, `未成年人 ${one.minors} 人`));
  }
  fill("met", ...one.persons.map(metBox));
  find("visited-on").value = find("visited-on").max = today();
  addNeed();
  turnTo("household");
}

function personLine(person) {
  const tags = person.tags.map((tag) => make("span", { class: "tag" }, tag));
  return make("li", { class: "list-group-item" },
    make("b", {}, person.name), " ", person.relation, " ", ...tags);
}

function metBox(person) {
  const id = "met-" + person.id;
  return make("div", { class: "form-check tall" },
    make("input", { class: "form-check-input", type: "checkbox", id, value: String(person.id) }),
    make("label", { class: "form-check-label", for: id }, `${person.name}（${person.relation}）`));
}

function addNeed() {
  const number = find("needs").children.length + 1;
  const blank = find("need-blank").content.cloneNode(true);
  for (const label of blank.querySelectorAll("label")) { label.htmlFor += "-" + number; }
  for (const field of blank.querySelectorAll("[id]")) { field.id += "-" + number; }
  find("needs").append(blank);
  find("more-needs").hidden = number >= 5;
}

function writtenIn(form) {
  const needs = Array.from(find("needs").children, (one) => ({
    category: one.querySelector("select").value,
    text: one.querySelector("textarea").value.trim(),
  }));
  const chosen = find("met").querySelectorAll("input:checked");
  return {
    household_id: household.id,
    purpose: form.elements.purpose.value,
    visited_on: form.elements.visited_on.value,
    met_person_ids: Array.from(chosen, (one) => Number(one.value)),
    met: form.elements.met.value.trim(),
    notes: form.elements.notes.value.trim(),
    needs: needs.filter((one) => one.text),
  };
}

async function keep(form, changed) {
  const written = writtenIn(form);
  const empty = ["notes", "met"].every((name) => !written[name]) &&
    ["needs", "met_person_ids"].every((name) => !written[name].length);
  if (empty || !written.visited_on) {
    say("visit-told", "请写下日期，以及见到了谁、说了什么或者一条诉求。");
    return;
  }
  try {
    draft = await outbox.keepVisit(content, draft, written);
    changedSince = false;
  } catch (error) {
    say("visit-told", "没有存好，请不要离开这一页，再点一次保存。");
    return;
  }
  say("visit-told", "已加密存在这台设备上，等有网络时再传。离开这一页后，设备自己也读不出它。",
    "success");
  changed();
}
