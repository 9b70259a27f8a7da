// Where the offline application begins: which part to show, and how long a pack stays open.
import * as opened from "./opened.js";
import * as outbox from "./outbox.js";
import * as pack from "./pack.js";
import { find, onClick, onSubmit, say, turnTo } from "./pages.js";
import * as preparing from "./preparing.js";
import * as sending from "./sending.js";

const IDLE = 5 * 60 * 1000; // an open pack is locked after this long without a touch
const TICK = 15 * 1000;
const SENTENCES = {
  none: "",
  expired: "离线包满 24 小时，已经从这台设备上清除。",
  clock: "这台设备的时间比上次用的时候还早。请先校准时间，离线包才能打开。",
  wiped: "口令错了 10 次，离线包已经从这台设备上清除。还没有传的走访仍在。",
  revoked: "离线包已被收回，从这台设备上清除了。还没有传的走访仍在。",
  dropped: "离线包已经从这台设备上清除。",
};

let open = null;
let touched = performance.now();

async function begin(sentence) {
  if (open) { await opened.rescue(); }
  open = null;
  opened.forget();
  let kept = null;
  let why = sentence || "";
  try {
    kept = await pack.look();
    if (!kept && !why) { why = SENTENCES[await pack.whyGone()]; }
  } catch (error) {
    if (!(error instanceof pack.Refused)) { throw error; }
    why = SENTENCES[error.why];
  }
  say("told", why, "warning");
  say("pin-fault", "");
  turnTo(kept ? "locked" : "prepare");
  if (!kept) { await preparing.show(); }
}

function showOpened(unlocked) {
  open = unlocked;
  touched = performance.now();
  say("told", "");
  return opened.show(unlocked, sending.count);
}

async function tryPin(form) {
  const pin = form.elements.pin.value;
  form.reset();
  try {
    await showOpened(await pack.unlock(pin));
  } catch (error) {
    if (!(error instanceof pack.Refused)) { throw error; }
    if (error.why === "pin") {
      say("pin-fault", `口令不对，还可以试 ${error.left} 次，再错离线包会被清除。`);
    } else if (error.why === "clock") {
      say("pin-fault", SENTENCES.clock, "warning");
    } else { await begin(SENTENCES[error.why]); }
  }
}

// Time goes on: an open pack is looked at again and again, and locked when nobody touches it.
async function tick() {
  if (!open) { return; }
  try {
    await pack.tick(open);
  } catch (error) {
    if (!(error instanceof pack.Refused)) { throw error; }
    await begin(SENTENCES[error.why]);
    return;
  }
  if (performance.now() - touched > IDLE) { await begin("五分钟没有操作，已经上锁。"); }
}

async function start() {
  if (!("serviceWorker" in navigator) || !window.crypto.subtle || !window.indexedDB) {
    say("told", "这个浏览器不能用离线包，请换新一些的浏览器，并用 https 打开。");
    return;
  }
  const shell = navigator.serviceWorker.register("/console/offline/sw.js", {
    scope: "/console/offline/",
  });
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => { touched = performance.now(); });
  }
  preparing.start(showOpened);
  opened.start(sending.count);
  sending.start(() => begin(SENTENCES.revoked));
  onSubmit("pin-form", tryPin);
  onClick("lock", () => begin(""));
  onClick("drop", async () => {
    await pack.wipe("dropped");
    await begin("");
  });
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "hidden") { await opened.rescue(); }
    await tick();
  });
  window.setInterval(tick, TICK);
  await begin("");
  await sending.count();
  await sending.meet(() => begin(SENTENCES.revoked), false);
  await shell.catch(() => {}); // without signal the one that is there goes on
}

start().catch(() => {
  const kept = outbox.counts().catch(() => ({ all: 0 }));
  kept.then(({ all }) => say("told", all
    ? "这一页出了问题，请刷新。还没有传的走访仍在这台设备上。" : "这一页出了问题，请刷新后再试。"));
  find("main").removeAttribute("aria-busy");
});
