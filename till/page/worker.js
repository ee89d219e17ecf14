// The service worker. Above this line the server has put RELEASE and FILES: what this release is made of.
// All of them are kept together, so that the page starts without a network and never mixes two releases.

const KEPT = `till-${RELEASE}`;

self.addEventListener("install", (event) => {
  const fresh = FILES.map((name) => new Request(new URL(name, self.registration.scope), { cache: "reload" }));
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

// The page says so once the cashier agreed: it begins anew with the new release.
self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope)) event.respondWith(fromKept(event.request));
});

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("till-") && name !== KEPT).map((name) => caches.delete(name)));
}

async function fromKept(request) {
  const kept = await caches.open(KEPT);
  const found = await kept.match(request, { ignoreSearch: true });
  return found ?? fetch(request);
}
