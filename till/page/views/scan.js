// Barcodes by the camera, where the browser reads them.

import { ask, h } from "../lib/dom.js";

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128"];
const LOOK_MS = 150;

export const canScan = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);

// The code, or null.
export async function scan() {
  let stream = null;
  const end = () => stream?.getTracks().forEach((track) => track.stop());
  return await ask("Scan", (close, dialog) => {
    const video = h("video", { playsinline: true, muted: true, "aria-label": "What the camera sees" });
    const why = h("p", { role: "status" }, "Hold the barcode before the camera.");
    look(video, dialog, (found) => (stream = found)).then(close, (error) => {
      why.textContent = error.name === "NotAllowedError" ? "The browser may not use the camera. Allow it beside the address." : "There is no camera to be had.";
    });
    return h("div", {}, video, why);
  }, { onclose: end });
}

async function look(video, dialog, opened) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  opened(stream);
  video.srcObject = stream;
  await video.play();
  const detector = new window.BarcodeDetector({ formats: FORMATS });
  while (dialog.open) {
    const [found] = await detector.detect(video);
    if (found) return found.rawValue;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return null;
}
