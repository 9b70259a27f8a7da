// Reading a plate with the camera, where the browser can (BarcodeDetector); else a code is typed.
import { readScanned } from "./codes.js";
import { find } from "./pages.js";

const EVERY = 250; // milliseconds between two looks
let stream = null;

export async function isThere() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) { return false; }
  try {
    return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch (error) {
    return false;
  }
}

// Look until a plate's code is seen, then give it; null once `stop` was called.
export async function look() {
  const video = find("video");
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.srcObject = stream;
  await video.play();
  const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
  while (stream) {
    for (const seen of await detector.detect(video)) {
      const code = readScanned(seen.rawValue);
      if (code) {
        stop();
        return code;
      }
    }
    await new Promise((resolve) => { window.setTimeout(resolve, EVERY); });
  }
  return null;
}

export function stop() {
  if (stream) { stream.getTracks().forEach((track) => track.stop()); }
  stream = null;
  find("video").srcObject = null;
}
