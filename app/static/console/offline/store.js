// The device's own shelves (IndexedDB): the one pack, and what is still to be sent.
//
// A write is over once its transaction is complete, not once the request has succeeded: a tab that
// is killed in between loses nothing that was reported as kept.
const NAME = "sunshine-offline";
const PACK = "pack";
const GONE = "gone"; // beside the pack's place: why it is empty
const UNSENT = "unsent";
let opening = null;

function base() {
  if (!opening) {
    opening = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(PACK);
        request.result.createObjectStore(UNSENT, { keyPath: "id" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }
  return opening;
}

async function act(shelf, mode, ask) {
  const database = await base();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(shelf, mode);
    const request = ask(transaction.objectStore(shelf));
    transaction.oncomplete = () => resolve(request ? request.result : undefined);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export function readPack() {
  return act(PACK, "readonly", (shelf) => shelf.get(PACK));
}

export function writePack(pack) {
  return act(PACK, "readwrite", (shelf) => { shelf.clear(); return shelf.put(pack, PACK); });
}

// Change some fields of the pack, if it is still that one; another tab may be at it as well.
export function changePack(id, change) {
  return act(PACK, "readwrite", (shelf) => {
    const request = shelf.get(PACK);
    request.onsuccess = () => {
      const pack = request.result;
      if (pack && pack.id === id) { shelf.put(Object.assign(pack, change(pack)), PACK); }
    };
    return request;
  });
}

// Drop the pack and keep why, in one transaction: a page that is killed before it has said so
// leaves that to the next one.
export function dropPack(why) {
  return act(PACK, "readwrite", (shelf) => { shelf.clear(); return shelf.put({ why }, GONE); });
}

// Read why there is no pack: {why}, or undefined where there never was one.
export function readGone() {
  return act(PACK, "readonly", (shelf) => shelf.get(GONE));
}

export async function unsent() {
  const messages = await act(UNSENT, "readonly", (shelf) => shelf.getAll());
  return messages.sort((one, other) => one.written_at - other.written_at);
}

export function keepUnsent(message) {
  return act(UNSENT, "readwrite", (shelf) => shelf.put(message));
}

// Let go of a message, unless a newer version of it was kept meanwhile.
export function letGo(id, revision) {
  return change(id, revision, (shelf) => shelf.delete(id));
}

// Note why the server did not take a message.
export function noteRefusal(id, revision, sentence) {
  return change(id, revision, (shelf, message) => {
    shelf.put(Object.assign({}, message, { refused: sentence }));
  });
}

function change(id, revision, write) {
  return act(UNSENT, "readwrite", (shelf) => {
    const request = shelf.get(id);
    request.onsuccess = () => {
      const message = request.result;
      if (message && message.revision === revision) { write(shelf, message); }
    };
    return request;
  });
}
