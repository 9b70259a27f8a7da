// Reading a plate with the camera, where the browser can (BarcodeDetector); else a code is typed.
import { readScanned } from "./codes.js";
import { find } from "./pages.js";

const EVERY = 250; // milliseconds between two looks
let looking = null; // the look that goes on, with its stream once the camera is there

export async function isThere() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) { return false; }
  try {
    return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch (error) {
    return false;
  }
}

// Look until a plate's code is seen, then give it; null once `stop` or another look ended this one.
export async function look() {
  stop();
  const own = { stream: null };
  looking = own;
  find("viewer").hidden = false;
  try {
    return await seen(own);
  } catch (error) {
    if (looking === own) { throw error; }
    return null; // it was stopped, and that broke what was under way
  } finally {
    end(own.stream);
    if (looking === own) { stop(); }
  }
}

async function seen(own) {
  const video = find("video");
  own.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  if (looking !== own) { return null; } // stopped while the browser asked for leave
  video.srcObject = own.stream;
  await video.play();
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  while (looking === own) {
    const found = (await detector.detect(video)).map((one) => readScanned(one.rawValue));
    const code = found.find(Boolean);
    if (code && looking === own) { return code; }
    await new Promise((resolve) => { window.setTimeout(resolve, EVERY); });
  }
  return null;
}

export function stop() {
  if (looking) { end(looking.stream); }
  looking = null;
  find("video").srcObject = null;
  find("viewer").hidden = true;
}

function end(stream) {
  if (stream) { stream.getTracks().forEach((track) => track.stop()); }
}
