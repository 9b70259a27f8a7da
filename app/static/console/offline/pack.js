// The pack on this device: kept encrypted, opened by the PIN, over after a day.
//
// Time: `highest` is the latest moment this device was ever seen at. It stands beside the pack, and
// sealed inside it under the PIN's key, so that writing a smaller number over the open one does not
// win back time. A clock that was turned back opens nothing until it is right again.
import * as sealing from "./sealing.js";
import * as store from "./store.js";

export const MOST_TRIES = 10;
export const TOLERANCE = 10 * 60 * 1000; // clocks of phones drift and are put right
export const SHORTEST_PIN = 6;

let lastTick = performance.now();

export class Refused extends Error {
  constructor(why, left) {
    super(why);
    this.why = why; // "none", "expired", "clock", "pin", "wiped"
    this.left = left;
  }
}

// Say what is wrong with a PIN, or nothing.
export function faultOfPin(pin, again) {
  if (pin.length < SHORTEST_PIN) { return "口令至少 6 位。"; }
  if (/^(.)\1*$/.test(pin) || "0123456789012345 9876543210987654".includes(pin)) {
    return "这个口令太容易猜到，请换一个。";
  }
  return pin === again ? "" : "两次输入的口令不一样。";
}

// Keep what the server gave, under a key of this PIN. `now` is the server's time in milliseconds.
export async function keep(content, pin, now) {
  const salt = sealing.random(16);
  const key = await sealing.keyFromPin(pin, salt, sealing.ITERATIONS);
  const highest = Math.max(now, Date.now());
  await store.writePack({
    id: content.id,
    salt,
    iterations: sealing.ITERATIONS,
    expires: Date.parse(content.expires_at),
    highest,
    tries: 0,
    sealed: await sealing.seal(key, "pack|" + content.id, content),
    mark: await sealing.seal(key, "mark|" + content.id, highest),
  });
  lastTick = performance.now();
  return { key, content };
}

// Look at the pack without opening it; what is over is wiped. Gives null where there is none.
export async function look() {
  const pack = await store.readPack();
  if (!pack) { return null; }
  const highest = await advance(pack);
  if (highest >= pack.expires) { await wipe("expired"); throw new Refused("expired"); }
  if (pack.tries >= MOST_TRIES) { await wipe("wiped"); throw new Refused("wiped"); }
  return pack;
}

// Open the pack. Rejects with `Refused`; a wrong PIN counts before it is tried.
export async function unlock(pin) {
  const pack = await look();
  if (!pack) { throw new Refused("none"); }
  if (turnedBack(pack)) { throw new Refused("clock"); }
  const tries = pack.tries + 1;
  await store.changePack(pack.id, (one) => ({ tries: one.tries + 1 }));
  const key = await sealing.keyFromPin(pin, pack.salt, pack.iterations);
  let content;
  let mark;
  try {
    content = await sealing.open(key, "pack|" + pack.id, pack.sealed);
    mark = await sealing.open(key, "mark|" + pack.id, pack.mark);
  } catch (error) {
    if (tries < MOST_TRIES) { throw new Refused("pin", MOST_TRIES - tries); }
    await wipe("wiped");
    throw new Refused("wiped");
  }
  const highest = Math.max(mark, pack.highest, Date.now());
  await store.changePack(pack.id, () => ({ tries: 0, highest }));
  const opened = { key, content };
  await tick(opened);
  return opened;
}

// Let time pass for an open pack; rejects with `Refused` once it may no longer be shown.
export async function tick(opened) {
  const pack = await store.readPack();
  if (!pack || pack.id !== opened.content.id) { throw new Refused("none"); }
  const highest = await advance(pack);
  const expires = Math.min(pack.expires, Date.parse(opened.content.expires_at));
  if (highest >= expires) {
    await wipe("expired");
    throw new Refused("expired");
  }
  if (turnedBack(Object.assign({}, pack, { highest }))) { throw new Refused("clock"); }
  const mark = await sealing.seal(opened.key, "mark|" + pack.id, highest);
  await store.changePack(pack.id, () => ({ mark }));
}

// The pack goes; what is still to be sent stays, since only the server can read it.
// `why` is kept until the next pack, for a page that opens later: a word of `Refused`, "revoked" or
// "dropped".
export function wipe(why) {
  return store.dropPack(why);
}

// Tell why there is no pack: one of those words, or "none" where there never was one.
export async function whyGone() {
  const gone = await store.readGone();
  return gone ? gone.why : "none";
}

// While a page is open time passes by the steady clock too, which nobody can turn.
async function advance(pack) {
  const steady = performance.now();
  const highest = Math.max(pack.highest + (steady - lastTick), Date.now());
  lastTick = steady;
  await store.changePack(pack.id, (one) => ({ highest: Math.max(one.highest, highest) }));
  return highest;
}

function turnedBack(pack) {
  return Date.now() < pack.highest - TOLERANCE;
}
