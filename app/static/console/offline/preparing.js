// Preparing a pack: choose groups, choose a PIN, fetch, encrypt, keep. Needs the network.
import * as outbox from "./outbox.js";
import * as pack from "./pack.js";
import { fill, find, make, onSubmit, say } from "./pages.js";

export async function show() {
  say("prepare-fault", "");
  find("prepare-form").hidden = true;
  let villages;
  try {
    villages = (await ask("/console/offline/choices")).villages;
  } catch (error) {
    say("prepare-fault", faultOf(error), "info");
    return;
  }
  const choice = find("village");
  const first = make("option", { value: "" }, "请选择");
  const options = villages.map((one) => make("option", { value: one.code }, one.name));
  fill("village", ...(villages.length === 1 ? options : [first, ...options]));
  find("prepare-form").hidden = false;
  if (!villages.length) { say("prepare-fault", "您还没有任何村的走访权限。", "info"); }
  await showGroups(choice.value);
}

async function showGroups(village) {
  fill("groups");
  if (!village) { return; }
  try {
    const found = (await ask("/console/offline/choices?village=" + village)).groups;
    fill("groups", ...found.map(groupBox));
    if (!found.length) { fill("groups", make("p", { class: "form-text" }, "这个村还没有住户。")); }
  } catch (error) {
    say("prepare-fault", faultOf(error));
  }
}

function groupBox(group, place) {
  const id = "group-" + place;
  return make("div", { class: "form-check tall" },
    make("input", { class: "form-check-input", type: "checkbox", id, value: group.code }),
    make("label", { class: "form-check-label", for: id }, `${group.name}（${group.households} 户）`)
  );
}

// Once a pack is kept it is handed to `opened`.
export function start(opened) {
  find("village").addEventListener("change", (event) => showGroups(event.target.value));
  onSubmit("prepare-form", async (form) => {
    const groups = Array.from(find("groups").querySelectorAll("input:checked"), (one) => one.value);
    const pin = form.elements.pin.value;
    const fault = !groups.length ? "请选择至少一个组。"
      : pack.faultOfPin(pin, form.elements.again.value);
    say("prepare-fault", fault);
    if (fault) { return; }
    try {
      const kept = await fetchAndKeep(find("village").value, groups, pin);
      form.reset();
      opened(kept);
    } catch (error) {
      say("prepare-fault", faultOf(error));
    }
  });
}

async function fetchAndKeep(village, groups, pin) {
  const state = await outbox.contact("");
  if (!state.signed_in) { throw new Fault("登录已过期，请重新登录后再准备。"); }
  const now = Date.parse(state.now);
  if (Math.abs(Date.now() - now) > pack.TOLERANCE) {
    throw new Fault("这台设备的时间不对，请先校准时间（误差要在十分钟以内）。");
  }
  const answer = await fetch("/console/offline/packs", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": state.secret },
    body: JSON.stringify({ village, groups }),
  });
  if (answer.status === 422) { throw new Fault((await answer.json()).sentence); }
  if (!answer.ok) { throw new Fault("没有准备好，请刷新页面后再试。"); }
  if (navigator.storage && navigator.storage.persist) { await navigator.storage.persist(); }
  return pack.keep(await answer.json(), pin, now);
}

class Fault extends Error {}

function faultOf(error) {
  if (error instanceof Fault) { return error.message; }
  return "现在没有网络，准备离线包要在有网络的地方。";
}

async function ask(address) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (answer.status === 401) { throw new Fault("登录已过期，请重新登录后再准备。"); }
  if (!answer.ok) { throw new Fault("没有读到，请刷新页面后再试。"); }
  return answer.json();
}
