// Every case of the project through the page's own worker, as it is and written in TypeScript: the template has the bytes of the native compiler.
// CASES_JSON names what `cargo run --bin cases` printed.
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
  diagnostics: string;
  typescript: string | null;
}

type Project = CompileRequest['project'];
type Answer = (project: Project, format: 'json' | 'yaml') => Promise<CompileReply>;

const browser = browsing();
const path = process.env.CASES_JSON;
const worker = readdirSync(join(DIST, 'assets')).find((name) => /^worker-.*\.js$/.test(name));

const cases = path ? (JSON.parse(readFileSync(path, 'utf8')) as Case[]) : [];

/** The page's worker, asked like the page asks it. */
async function worked(): Promise<Answer> {
  if (!path) throw new Error('CASES_JSON must name the output of `cargo run -p stacktape-tests --bin cases`');
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
  let id = 0;
  return (project, format) => {
    const request: CompileRequest = { kind: 'compile', id: ++id, project, format, details: true, shown: 0, baseline: 0 };
    return page.evaluate((r) => (window as unknown as { compileCase(r: unknown): Promise<unknown> }).compileCase(r), request) as Promise<CompileReply>;
  };
}

const projectOf = ({ folder, config, facts, target }: Case): Project => {
  const files = Object.fromEntries(filesBelow(folder).map((file) => [relative(folder, file), readFileSync(file, 'utf8')]));
  return { config, files, target, facts: readFileSync(facts, 'utf8') };
};

test('the template is byte-identical to the native one for every case', async () => {
  const compile = await worked();
  expect(cases.length).toBeGreaterThan(100);
  let compared = 0;
  for (const each of cases) {
    const project = projectOf(each);
    for (const format of ['json', 'yaml'] as const) {
      const reply = await compile(project, format);
      expect(reply.kind, `${each.name}: ${JSON.stringify(reply)}`).toBe('compiled');
      expect(reply.template?.text ?? null, `${each.name} (${format})`).toBe(each[format]);
      compared++;
    }
  }
  console.log(`cases in the page's worker: ${compared} templates, byte-identical`);
});

test('a case written in TypeScript and evaluated in the page gives the bytes that the YAML gives natively', async () => {
  const compile = await worked();
  const programs = cases.filter(({ typescript }) => typescript);
  expect(programs.length).toBeGreaterThan(100);
  let compared = 0;
  for (const each of programs) {
    const project = projectOf(each);
    const files = { ...project.files, 'converted.ts': each.typescript! };
    const { kind, template, result } = await compile({ ...project, config: 'converted.ts', files }, 'yaml');
    expect(kind, each.name).toBe('compiled');
    expect(template?.text ?? null, `${each.name}: ${JSON.stringify(result.diagnostics.slice(0, 3))}`).toBe(each.yaml);
    if (each.yaml) compared++;
  }
  console.log(`cases in TypeScript in the page's worker: ${compared} templates, byte-identical`);
});
