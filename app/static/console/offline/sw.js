// Keeps the shell of the offline application, and nothing else: no record, no answer of the server
// that speaks of anybody. MARK and FILES are written in front of this file by the server.
const SHELF = "sunshine-offline-" + MARK;

self.addEventListener("install", (event) => {
  const fresh = FILES.map((path) => new Request(path, { cache: "no-cache" }));
  event.waitUntil(
    caches.open(SHELF).then((shelf) => shelf.addAll(fresh)).then(() => self.skipWaiting())
  );
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("sunshine-offline-") && name !== SHELF;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  const ours = address.origin === self.location.origin && FILES.includes(address.pathname);
  if (event.request.method !== "GET" || !ours) { return; }
  event.respondWith(
    caches.open(SHELF)
      .then((shelf) => shelf.match(address.pathname))
      .then((kept) => kept || fetch(event.request))
  );
});
