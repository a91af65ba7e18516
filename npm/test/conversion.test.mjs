// Every case as TypeScript: `convert` writes it, Node evaluates it, the wasm compiler compiles it; the template is the one that the YAML gives natively.
// With a native binary, its sandbox evaluates the same program, and the template is the same again.
// CASES_JSON names what `cargo run --bin cases` printed; STACKTAPE_PACKAGE the built package; STACKTAPE_BINARY the binary, if there is one.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const cases = JSON.parse(await readFile(process.env.CASES_JSON, 'utf8'));
const { compile, loadConfig } = await import(pathToFileURL(join(process.env.STACKTAPE_PACKAGE, 'index.js')).href);

let folder;
before(async () => (folder = await mkdtemp(join(tmpdir(), 'stacktape-conversion-'))));
after(() => rm(folder, { recursive: true, force: true }));

/** What a compilation found, without places: those are in other files, and with them the end at which a circle is told. JavaScript writes 2.0 as 2. */
const findings = (diagnostics) =>
  diagnostics.map(({ severity, code, message }) => `${severity} ${code} ${code === 'directive-cycle' ? '' : message.replace(/\b(\d+)\.0$/, '$1')}`).sort();

/** What the native binary makes of a config, evaluated in its sandbox: the template, or nothing and what it says. */
async function native(root, config, { projectName, stage, region }, facts) {
  const words = ['synth', '--configPath', config, '--projectName', projectName, '--stage', stage, '--region', region, '--facts', facts, '--outFile', 'template.json'];
  const said = await new Promise((done) => execFile(process.env.STACKTAPE_BINARY, words, { cwd: root }, (_, out, err) => done(out + err)));
  return { said, template: await readFile(join(root, 'template.json'), 'utf8').catch(() => null) };
}

test('there are cases', () => assert.ok(cases.filter(({ typescript }) => typescript).length > 50));

// As many at a time as there are cores: each starts a process.
describe('cases', { concurrency: availableParallelism() }, () => {
  for (const { name, folder: from, config, target, facts, json, yaml, typescript } of cases) {
    if (!typescript) {
      test(`${name} is refused: it is no readable config`, () => assert.equal(json, null));
      continue;
    }
    test(name, async () => {
      const root = join(folder, name.replaceAll('/', '-'));
      await cp(from, root, { recursive: true });
      const options = { cwd: root, ...target, facts: await readFile(facts, 'utf8'), formats: ['json', 'yaml'] };
      await writeFile(join(root, 'converted.ts'), typescript);
      const loaded = await loadConfig({ ...options, configPath: 'converted.ts' });
      const result = await compile(loaded);
      const original = await compile({ ...options, configPath: config });
      assert.deepEqual(findings(result.diagnostics), findings(original.diagnostics));
      assert.equal(result.template?.json ?? null, json);
      assert.equal(result.template?.yaml ?? null, yaml);
      if (!process.env.STACKTAPE_BINARY) return;
      const { said, template } = await native(root, 'converted.ts', target, facts);
      assert.equal(template, json, said);
    });
  }
});
