// Keeps the page for use without a network. Every file of a build has its content in its name, so what is kept is never stale; the page itself is asked
// for anew while there is a network.
const CACHE = 'stacktape-editor-__VERSION__';
const FILES = ['__FILES__'];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('stacktape-editor-') && name !== CACHE;
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(request.mode === 'navigate' ? page(request) : kept(request));
});

async function page(request) {
  try {
    const fresh = await fetch(request);
    if (fresh.ok) return fresh;
  } catch {
    // No network.
  }
  return (await caches.match('./', { cacheName: CACHE })) ?? Response.error();
}

async function kept(request) {
  const found = await caches.match(request, { cacheName: CACHE, ignoreSearch: true, ignoreVary: true });
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok && new URL(request.url).pathname.includes('/assets/')) (await caches.open(CACHE)).put(request, fresh.clone());
  return fresh;
}
