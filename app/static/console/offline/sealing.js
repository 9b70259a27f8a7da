// Everything that is encrypted on the device, by WebCrypto alone.
//
// The pack: AES-256-GCM under a key that PBKDF2-HMAC-SHA-256 derives from the PIN. The key is not
// extractable, lives in memory while the pack is open, and is never stored.
// Envelopes: ECDH on P-256 to the server's key, HKDF-SHA-256, AES-256-GCM, exactly as
// app/visits/service/envelopes.py opens them. The device forgets the key it used at once, so it
// cannot read again what it has written.
export const ITERATIONS = 600000;
const INFO = new TextEncoder().encode("sunshine visit envelope 1");
const subtle = crypto.subtle;

export function random(bytes) {
  return crypto.getRandomValues(new Uint8Array(bytes));
}

// A random UUID (RFC 9562, version 4); crypto.randomUUID is younger than many a phone.
export function uuid() {
  const drawn = random(16);
  drawn[6] = (drawn[6] & 0x0f) | 0x40;
  drawn[8] = (drawn[8] & 0x3f) | 0x80;
  const hex = toHex(drawn);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-");
}

export async function keyFromPin(pin, salt, iterations) {
  const typed = new TextEncoder().encode(pin.normalize("NFKC"));
  const material = await subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const recipe = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  const kind = { name: "AES-GCM", length: 256 };
  return subtle.deriveKey(recipe, material, kind, false, ["encrypt", "decrypt"]);
}

// `what` names the thing, so that one sealed thing cannot be put in the place of another.
export async function seal(key, what, value) {
  const nonce = random(12);
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const data = await subtle.encrypt(method(nonce, what), key, plain);
  return { nonce, data: new Uint8Array(data) };
}

// Rejects where the key is another one or a byte was changed.
export async function open(key, what, sealed) {
  const plain = await subtle.decrypt(method(sealed.nonce, what), key, sealed.data);
  return JSON.parse(new TextDecoder().decode(plain));
}

export async function envelope(serverKey, message, content) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const receiver = fromBase64(serverKey);
  const theirs = await subtle.importKey("raw", receiver, curve, false, []);
  const own = await subtle.generateKey(curve, false, ["deriveBits"]);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const sender = new Uint8Array(await subtle.exportKey("raw", own.publicKey));
  const material = await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: joined(sender, receiver), info: INFO },
    material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]
  );
  const nonce = random(12);
  const bound = [message.id, message.revision, message.pack_id, message.kind].join("|");
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const data = new Uint8Array(await subtle.encrypt(method(nonce, bound), key, plain));
  return toBase64(joined(sender, nonce, data));
}

export async function digest(text) {
  return toHex(new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

function method(nonce, what) {
  return { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(what) };
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) { text += String.fromCharCode(byte); }
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
