// Runs in the user's Node with `--unsafeNode`: takes commands of the host over a socket, one JSON text a line. The same library as in the sandbox.
import { createRequire, register } from 'node:module';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [, , socket] = process.argv;
globalThis.__stacktape = { requireFrom: (path) => createRequire(path) };
register('./hooks.mjs', import.meta.url, { data: socket });
const { evaluate } = await import('./library/evaluate.js');
let calls = [];

const commands = {
  async evaluate({ file, params }) {
    const { config, places, transforms, finalTransform } = await evaluate(await import(pathToFileURL(file).href), params);
    calls = transforms.map(({ call }) => call);
    if (finalTransform) calls.push(finalTransform);
    return { config, places, transforms: transforms.map(({ resource, child }) => [resource, child]), finalTransform: finalTransform !== undefined };
  },
  transform: ({ index, argument }) => calls[index](argument),
};

const host = connect(socket);
host.write('commands\n');
for await (const line of createInterface({ input: host })) {
  const command = JSON.parse(line);
  // While the config works, this connection alone keeps nothing running: Node then ends, with exit code 13, where a promise never settles.
  host.unref();
  let answer;
  try {
    answer = { gives: JSON.stringify(await commands[command.do](command)) ?? 'null' };
  } catch (error) {
    const { name, message, stack, place } = error ?? {};
    answer = { throws: JSON.stringify({ name: String(name ?? ''), message: String(message ?? error), stack: String(stack ?? ''), place }) };
  }
  host.ref();
  host.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
