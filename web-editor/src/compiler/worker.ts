// The worker that holds the compiler. It answers in the order of the requests. Messages that come while the compiler loads wait for it.
import init, * as compiler from '../../wasm/stacktape_wasm.js';
import type { Reply, Request } from './protocol.ts';
import { answer } from './answer.ts';

const loaded = init();
// Set at once: a worker that awaits before it sets its handler loses messages.
let queue: Promise<void> = Promise.resolve();
self.onmessage = ({ data }: MessageEvent<Request>) => {
  queue = queue.then(() => handle(data));
};

async function handle(data: Request): Promise<void> {
  try {
    await loaded;
  } catch (error) {
    post({ kind: 'broken', id: data.id, message: `the compiler could not be loaded: ${text(error)}` });
    return;
  }
  const { reply, transfer } = await answer(compiler, data);
  self.postMessage(reply, { transfer });
}
loaded.then(() => post({ kind: 'ready', id: 0 })).catch(() => undefined);

function post(reply: Reply): void {
  self.postMessage(reply);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
