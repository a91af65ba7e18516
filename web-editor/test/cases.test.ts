// Every case of the project through the page's own worker: the template has the bytes of the native compiler. CASES_JSON names what
// `cargo run --bin cases` printed.
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import type { CompileReply, CompileRequest } from '../src/compiler/protocol.ts';
import { DIST, browsing, filesBelow, settled } from './page.ts';

interface Case {
  name: string;
  folder: string;
  config: string;
  facts: string;
  target: CompileRequest['project']['target'];
  json: string | null;
  yaml: string | null;
}

const browser = browsing();
const path = process.env.CASES_JSON;
const worker = readdirSync(join(DIST, 'assets')).find((name) => /^worker-.*\.js$/.test(name));

test('the template is byte-identical to the native one for every case', async () => {
  if (!path) throw new Error('CASES_JSON must name the output of `cargo run -p stacktape-tests --bin cases`');
  const cases = JSON.parse(readFileSync(path, 'utf8')) as Case[];
  expect(cases.length).toBeGreaterThan(100);
  const { page } = await browser.open();
  await settled(page);
  await page.evaluate((address) => {
    const made = new Worker(address, { type: 'module' });
    const waiting = new Map<number, (reply: unknown) => void>();
    made.onmessage = ({ data }) => waiting.get(data.id)?.(data);
    Object.assign(window, {
      compileCase: (request: CompileRequest) =>
        new Promise((resolve) => {
          waiting.set(request.id, resolve);
          made.postMessage(request);
        }),
    });
  }, `${browser.url()}assets/${worker}`);

  let compared = 0;
  let id = 0;
  for (const { name, folder, config, facts, target, ...native } of cases) {
    const files = Object.fromEntries(filesBelow(folder).map((file) => [relative(folder, file), readFileSync(file, 'utf8')]));
    for (const format of ['json', 'yaml'] as const) {
      const project = { config, files, target, facts: readFileSync(facts, 'utf8') };
      const request: CompileRequest = { kind: 'compile', id: ++id, project, format, details: true, shown: 0, baseline: 0 };
      const reply = (await page.evaluate((r) => (window as unknown as { compileCase(r: unknown): Promise<unknown> }).compileCase(r), request)) as CompileReply;
      expect(reply.kind, `${name}: ${JSON.stringify(reply)}`).toBe('compiled');
      expect(reply.template?.text ?? null, `${name} (${format})`).toBe(native[format]);
      compared++;
    }
  }
  console.log(`cases in the page's worker: ${compared} templates, byte-identical`);
});
