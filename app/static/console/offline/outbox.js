// What was written without signal and is still to be sent.
//
// A message leaves this device only once its own result has been read: a line that breaks in the
// middle costs sending some of them twice, which the server takes once.
import * as sealing from "./sealing.js";
import * as store from "./store.js";

const AT_A_TIME = 10;
let sending = null;

// Write a visit down for the server. `draft` remembers what this form has kept before, so that
// mending it is a new version of the same visit.
export async function keepVisit(content, draft, written) {
  const message = {
    id: draft.id || sealing.uuid(),
    revision: sealing.uuid(),
    pack_id: content.id,
    kind: "visit",
  };
  const visit = Object.assign({}, written, {
    client_id: message.id,
    revision: message.revision,
    follows: draft.revisions || [],
  });
  message.envelope = await sealing.envelope(content.server_key, message, visit);
  message.written_at = Date.now();
  await store.keepUnsent(message);
  return { id: message.id, revisions: (draft.revisions || []).concat(message.revision) };
}

// Write down that a household was opened, and when.
export async function keepOpening(content, householdId) {
  const message = {
    id: sealing.uuid(), revision: sealing.uuid(), pack_id: content.id, kind: "opening",
  };
  message.envelope = await sealing.envelope(content.server_key, message, {
    household_id: householdId, opened_at: new Date().toISOString(),
  });
  message.written_at = Date.now();
  await store.keepUnsent(message);
}

export async function counts() {
  const messages = await store.unsent();
  const visits = messages.filter((message) => message.kind === "visit");
  return { all: messages.length, visits };
}

// Ask the server how things stand: its time, whether to keep the pack, and, for whoever is signed
// in, the secret of this site's forms. Rejects where there is no signal.
export async function contact(packId) {
  const query = packId ? "?pack=" + encodeURIComponent(packId) : "";
  const answer = await fetch("/console/offline/state" + query, {
    credentials: "same-origin", cache: "no-store",
  });
  if (!answer.ok) { throw new Error("state " + answer.status); }
  return answer.json();
}

// Send all there is, once at a time. Gives what became of it: {stored, waiting, refused, left}.
export function send(secret) {
  if (!sending) {
    sending = sendAll(secret).then(
      (told) => { sending = null; return told; },
      (error) => { sending = null; throw error; }
    );
  }
  return sending;
}

async function sendAll(secret) {
  const told = { stored: 0, waiting: 0, refused: 0, left: 0, signedOut: false };
  const seen = new Set();
  for (;;) {
    const rest = (await store.unsent()).filter((one) => !seen.has(one.revision));
    const some = rest.slice(0, AT_A_TIME);
    if (!some.length) { break; }
    some.forEach((one) => seen.add(one.revision));
    const answer = await post(secret, some);
    if (answer.status === 401 || answer.status === 403 || answer.status === 409) {
      told.signedOut = true;
      break;
    }
    if (!answer.ok) { throw new Error("messages " + answer.status); }
    await note((await answer.json()).results, told);
  }
  told.left = (await store.unsent()).length;
  return told;
}

function post(secret, messages) {
  const body = JSON.stringify({
    messages: messages.map((one) => ({
      id: one.id, revision: one.revision, pack_id: one.pack_id, kind: one.kind,
      envelope: one.envelope,
    })),
  });
  return fetch("/console/offline/messages", {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": secret },
    body,
  });
}

async function note(results, told) {
  for (const one of results) {
    if (one.result === "refused") {
      told.refused += 1;
      await store.noteRefusal(one.id, one.revision, one.sentence);
    } else {
      told[one.result === "waiting" ? "waiting" : "stored"] += 1;
      await store.letGo(one.id, one.revision);
    }
  }
}
