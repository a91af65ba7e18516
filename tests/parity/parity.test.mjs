// The wasm build gives the same bytes as the native one: every case below tests/cases, template (JSON and YAML) and diagnostics.
// CASES_JSON names what `cargo run --bin cases` printed.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { compiler } from './compiler.mjs';

const cases = JSON.parse(readFileSync(process.env.CASES_JSON, 'utf8'));

/** Text of every file below a folder, by path. */
function sources(folder, root = folder, found = {}) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) sources(path, root, found);
    else found[relative(root, path)] = readFileSync(path, 'utf8');
  }
  return found;
}

/** Diagnostics in the form of the cases' diagnostics.txt. */
function diagnosticsText({ diagnostics, missing }) {
  const at = ({ line, column }) => `${line}:${column}`;
  const place = (p) => (p ? `${at(p.range.start)}-${at(p.range.end)}` : '-');
  const lines = diagnostics.flatMap((d) => [
    `${d.severity} ${place(d.place)} ${d.code} ${d.message}`,
    ...d.labels.map((label) => `  at ${place(label.place)} ${label.message}`),
    ...d.hints.map((hint) => `  hint: ${hint}`),
  ]);
  return [...lines, ...missing.map((key) => `missing ${JSON.stringify(key)}`)].map((line) => `${line}\n`).join('');
}

/** UTF-16 offsets say the same as line and column, which count characters. */
function checkOffsets(texts, place) {
  if (!place) return;
  for (const { line, column, character, offset } of [place.range.start, place.range.end]) {
    const before = texts[place.file].slice(0, offset);
    const start = before.lastIndexOf('\n') + 1;
    assert.equal(before.split('\n').length, line);
    assert.equal([...before.slice(start)].length + 1, column);
    assert.equal(before.length - start, character);
  }
}

/** What `evaluated.json` and `answers.json` of a case say, as the two values that the boundary takes. */
function evaluation(texts) {
  const answers = JSON.parse(texts['answers.json'] ?? '[]');
  const transform = (index, argument) => {
    const answer = answers[index];
    if (answer.throws) throw new Error(answer.throws);
    return JSON.stringify(answer.merges ? { ...JSON.parse(argument), ...answer.merges } : answer.gives);
  };
  return [texts['evaluated.json'], transform];
}

test('there are cases', () => assert.ok(cases.length > 50, `only ${cases.length}`));

for (const native of cases) {
  test(native.name, () => {
    const texts = sources(native.folder);
    const { config, target } = native;
    const [evaluated, transform] = evaluation(texts);
    const input = { apiVersion: 1, config, sources: texts, evaluated, facts: readFileSync(native.facts, 'utf8'), target, formats: ['json', 'yaml'] };
    const result = compiler.compile(input, transform);
    assert.equal(diagnosticsText(result), native.diagnostics);
    assert.equal(result.template?.json ?? null, native.json);
    assert.equal(result.template?.yaml ?? null, native.yaml);

    const ids = Object.keys(native.json ? JSON.parse(native.json).Resources : {});
    assert.deepEqual(result.resources.map((r) => r.logicalId), ids);
    for (const { place } of [...result.resources, ...result.diagnostics, ...result.diagnostics.flatMap((d) => d.labels)]) {
      checkOffsets(texts, place);
    }

    const { apiVersion, diagnostics, missing, files } = result;
    assert.deepEqual(compiler.diagnose(input, transform), { apiVersion, diagnostics, missing, files });
  });
}
