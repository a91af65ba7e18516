// How the user's Node finds and reads modules with `--unsafeNode`: as the host says, so that types, `tsconfig` paths and data work as in the sandbox.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';

let ask;

export function initialize(socket) {
  const host = connect(socket);
  host.unref();
  host.write('modules\n');
  const waiting = [];
  createInterface({ input: host }).on('line', (line) => waiting.shift()(JSON.parse(line)));
  ask = (...message) =>
    new Promise((done) => {
      host.ref();
      waiting.push((answer) => {
        // While another answer is awaited, the loop must not run empty: Node would take that as an import that never settles.
        if (waiting.length === 0) host.unref();
        done(answer);
      });
      host.write(`${JSON.stringify(message)}\n`);
    });
}

const library = new URL('./library/', import.meta.url).href;
const isOwn = (url) => url === undefined || (url.startsWith('file:') && !url.startsWith(new URL('.', import.meta.url).href));

export async function resolve(specifier, context, next) {
  if (specifier === 'stacktape') return { url: `${library}index.js`, shortCircuit: true };
  if (specifier.startsWith('node:') || !isOwn(context.parentURL) || context.parentURL === undefined) return next(specifier, context);
  const found = await ask('resolve', fileURLToPath(context.parentURL), specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier);
  return found.path ? { url: pathToFileURL(found.path).href, shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  if (!isOwn(url) || !url.startsWith('file:')) return next(url, context);
  const { format, source, message } = await ask('load', fileURLToPath(url));
  if (message) throw new Error(message);
  return format ? { format, source, shortCircuit: true } : next(url, context);
}
