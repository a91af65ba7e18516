// The service worker that keeps the page for use without a network.
import { signal } from '@preact/signals';
import { hosted } from './host.ts';

export const offline = signal<'unknown' | 'ready' | 'offline'>('unknown');

export async function register(): Promise<void> {
  const follow = () => {
    if (!navigator.onLine) offline.value = 'offline';
    else if (navigator.serviceWorker?.controller) offline.value = 'ready';
  };
  addEventListener('online', follow);
  addEventListener('offline', follow);
  follow();
  // A page that a command serves is gone when the command ends; there is nothing to keep.
  if (hosted || !('serviceWorker' in navigator) || import.meta.env.DEV) return;
  try {
    await navigator.serviceWorker.register(new URL('sw.js', document.baseURI), { scope: './' });
    await navigator.serviceWorker.ready;
    offline.value = navigator.onLine ? 'ready' : 'offline';
  } catch {
    // Private windows of some browsers have no service workers: the page works, only not offline.
  }
}
