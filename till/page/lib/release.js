// The service worker, and a new release: it waits until the cashier says so, and takes nothing away meanwhile.

const LOOK_MS = 60 * 60 * 1_000;

// `onReady(take)`: a new release is there; `take()` begins anew with it.
export async function keepRelease(onReady) {
  if (!("serviceWorker" in navigator)) return;
  const hadOne = navigator.serviceWorker.controller !== null;
  const registration = await navigator.serviceWorker.register(trusted("/till/worker.js"), { scope: "/till/", updateViaCache: "none" });
  let isTaken = false;
  const take = () => {
    isTaken = true;
    registration.waiting?.postMessage("take over");
  };
  const tell = () => registration.waiting && navigator.serviceWorker.controller && onReady(take);
  navigator.serviceWorker.addEventListener("controllerchange", () => (isTaken || hadOne) && location.reload());
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
  tell();
  setInterval(() => registration.update().catch(() => {}), LOOK_MS); // offline there is none
}

// The page's policy lets a script's address be only one that was looked at: this one.
function trusted(address) {
  const policy = window.trustedTypes?.createPolicy("till", { createScriptURL: (url) => (url === "/till/worker.js" ? url : "") });
  return policy ? policy.createScriptURL(address) : address;
}
