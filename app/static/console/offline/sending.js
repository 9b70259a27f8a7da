// The line at the top: is there signal, what is still to be sent, and sending it.
import * as outbox from "./outbox.js";
import * as pack from "./pack.js";
import { clockTime, fill, find, make, onClick, say } from "./pages.js";
import * as store from "./store.js";

// `wiped` is called when the server took the pack back.
export function start(wiped) {
  onClick("send", () => meet(wiped, true));
  window.addEventListener("online", () => meet(wiped, false));
}

export async function count() {
  const { all, visits } = await outbox.counts();
  find("unsent-count").textContent = visits.length
    ? `待传走访 ${visits.length} 次` : all ? "有待传的打开记录" : "没有待传的内容";
  find("send").hidden = !all;
  fill("unsent", ...visits.map((one) => make("li", { class: "list-group-item" },
    `${clockTime(one.written_at)} 记下的走访`,
    one.refused ? make("small", { class: "d-block text-danger-emphasis" }, one.refused) : "")));
}

// Meet the server: hear about the pack, then send. `asked` tells that a person wants an answer.
export async function meet(wiped, asked) {
  const kept = await store.readPack();
  let state;
  try {
    state = await outbox.contact(kept ? kept.id : "");
  } catch (error) {
    signal(false);
    if (asked) { say("sent-told", "现在没有网络，走访还在这台设备上，等有网络时再传。", "info"); }
    return;
  }
  signal(true);
  if (kept && state.pack === "wipe") {
    await pack.wipe("revoked");
    wiped();
  }
  await sendWhatIsThere(state, asked);
  await count();
}

async function sendWhatIsThere(state, asked) {
  const { all } = await outbox.counts();
  find("sign-in").hidden = !all || state.signed_in;
  if (!all) { return; }
  if (!state.signed_in) {
    say("sent-told", "登录已过期。请重新登录，再回到这一页上传，内容都还在。", "warning");
    return;
  }
  try {
    const told = await outbox.send(state.secret);
    if (told.signedOut) {
      find("sign-in").hidden = false;
      say("sent-told", "登录已过期。请重新登录，再回到这一页上传，内容都还在。", "warning");
    } else if (asked || told.stored || told.waiting || told.refused) { report(told); }
  } catch (error) {
    say("sent-told", "网络断了，没有传完的还在这台设备上，等有网络时会接着传。", "info");
  }
}

function report(told) {
  const parts = [];
  if (told.stored) { parts.push("已经传好。"); }
  if (told.waiting) {
    parts.push(`有 ${told.waiting} 次走访与系统里的记录对不上，请到“走访”里对照确认。`);
  }
  if (told.refused) { parts.push(`有 ${told.refused} 条没有收下，还在这台设备上，原因见下面。`); }
  const kind = told.refused ? "danger" : told.waiting ? "warning" : "success";
  say("sent-told", parts.join(""), kind);
}

function signal(there) {
  find("signal").textContent = there ? "有网络" : "没有网络";
  find("signal").className = there ? "signal on" : "signal";
}
