// The boundary itself: versions, wrong calls, positions in text that is not ASCII, configs that are nested deeply.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiler } from './compiler.mjs';

const target = { projectName: 'demo', stage: 'dev', region: 'eu-west-1' };
const input = (text, more = {}) => ({ config: 'stacktape.yml', sources: { 'stacktape.yml': text }, target, ...more });
const QUEUE = 'resources:\n  jobs:\n    type: sqs-queue\n';

test('the version is stated and checked', () => {
  assert.equal(compiler.apiVersion(), 1);
  assert.equal(compiler.compile(input(QUEUE, { apiVersion: 1 })).apiVersion, 1);
  assert.throws(() => compiler.compile(input(QUEUE, { apiVersion: 2 })), /version 2 of the interface, this build has version 1/);
});

test('only the forms that are asked for are made', () => {
  const forms = (formats) => Object.keys(compiler.compile(input(QUEUE, { formats })).template);
  assert.deepEqual(forms(undefined), ['json']);
  assert.deepEqual(forms(['yaml']), ['yaml']);
  assert.deepEqual(forms([]), []);
});

test('a wrong call is an Error that names what is wrong', () => {
  assert.throws(() => compiler.compile({ sources: {}, target }), { name: 'Error', message: /config/ });
  assert.throws(() => compiler.compile(input(QUEUE, { formats: ['xml'] })), { name: 'Error', message: /xml/ });
  assert.throws(() => compiler.diagnose(input(QUEUE, { facts: '{"accountID": 1}' })), { name: 'Error', message: /accountID.*did you mean `accountId`/ });
  assert.equal(compiler.compile(input(QUEUE)).diagnostics.length, 0, 'and the instance goes on');
});

test('a config that is not among the sources is a diagnostic', () => {
  const { diagnostics, template } = compiler.compile({ ...input(QUEUE), config: 'other.yml' });
  assert.deepEqual(diagnostics.map((d) => d.code), ['unreadable-config']);
  assert.equal(template, undefined);
});

test('facts that are not given are listed', () => {
  const { missing } = compiler.compile(input(QUEUE));
  assert.deepEqual(missing, [{ kind: 'accountId' }]);
  assert.deepEqual(compiler.compile(input(QUEUE, { facts: '{"accountId": "123456789012"}' })).missing, []);
});

test('files are read by their path from the config', () => {
  const text = "resources:\n  jobs:\n    type: sqs-queue\n    properties: $File('./props/queue.json')\n";
  const { sources } = input(text);
  const { files, diagnostics } = compiler.diagnose(input(text, { sources: { ...sources, 'props/queue.json': '{"fifoEnabled": true}' } }));
  assert.deepEqual(diagnostics, []);
  assert.equal(files.length, 2);
  assert.deepEqual(compiler.diagnose(input(text)).diagnostics.map((d) => d.code), ['directive-without-value']);
});

test('command line options reach the config with their types', () => {
  const text = "resources:\n  jobs:\n    type: sqs-queue\n    properties:\n      delayMessagesSecond: $CliArgs('delay')\n";
  const { template } = compiler.compile(input(text, { cliArgs: { delay: 7 } }));
  assert.match(template.json, /"DelaySeconds": 7/);
});

test('offsets index the JavaScript string', () => {
  const text = '# \u{1F680} \u00e9\nresources:\n  jobs: { type: "sqs-\u{1F680}-queu" }\n';
  const [{ place }] = compiler.diagnose(input(text)).diagnostics;
  const { start, end } = place.range;
  assert.match(text.slice(start.offset, end.offset), /^"?sqs-\u{1F680}-queu"?$/u);
  assert.equal(end.character - start.character, end.column - start.column + 1, 'the rocket counts twice');
});

test('the schema is JSON and knows the types', () => {
  const text = compiler.schema();
  assert.equal(typeof JSON.parse(text).$schema, 'string');
  assert.ok(text.includes('sqs-queue'));
});

test('deep nesting is a diagnostic here too: the stack of wasm is small', () => {
  for (const depth of [60, 64, 70, 1000, 100_000]) {
    for (const text of ['['.repeat(depth) + ']'.repeat(depth), '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)]) {
      const { diagnostics } = compiler.diagnose(input(text));
      assert.ok(diagnostics.length > 0);
    }
  }
  const call = '$Format('.repeat(5000) + "'x'" + ')'.repeat(5000);
  assert.ok(compiler.diagnose(input(`variables:\n  a: ${call}\n${QUEUE}`)).diagnostics.length > 0);
});

test('a thousand resources cost milliseconds, not seconds', () => {
  const text = 'resources:\n' + Array.from({ length: 1000 }, (_, i) => `  q${i}: { type: sqs-queue }\n`).join('');
  const start = performance.now();
  compiler.diagnose(input(text));
  assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
});

test('language services take and give UTF-16 offsets', () => {
  const text = '# \u{1F680}\nresources:\n  jobs: { type: sqs-queue } # \u{1F680}\n  f:\n    type: function\n    properties:\n      connectTo: [jobs]\n      tiemout: 5\n';
  const given = input(text);
  const apply = (edits) => edits.toSorted((a, b) => b.range.start.offset - a.range.start.offset)
    .reduce((t, e) => t.slice(0, e.range.start.offset) + e.newText + t.slice(e.range.end.offset), text);
  const used = text.indexOf('[jobs') + 2;
  assert.match(compiler.hover(given, used).markdown, /sqs-queue/);
  assert.equal(compiler.hover(given, 0), undefined);
  assert.equal(compiler.definition(given, used).range.start.offset, text.indexOf('jobs:'));
  assert.equal(compiler.references(given, used).length, 2);
  assert.equal(compiler.renamable(given, used).name, 'jobs');
  assert.equal(apply(compiler.rename(given, used, 'work')), text.replaceAll('jobs', 'work'));
  assert.throws(() => compiler.rename(given, used, 'a-b'), { name: 'Error', message: /letters and digits/ });
  const item = compiler.complete(given, text.indexOf('tiemout') + 7).find((c) => c.label === 'timeout');
  assert.equal(apply([item.edit]), text.replace('tiemout', 'timeout'));
  const { diagnostics } = compiler.diagnose(given);
  const fix = compiler.fixes(given).find((f) => diagnostics[f.diagnostic].code === 'unknown-property');
  assert.equal(apply(fix.edits), text.replace('tiemout', 'timeout'));
  assert.deepEqual(compiler.symbols(given)[0].children.map((s) => s.name), ['jobs', 'f']);
  assert.deepEqual(compiler.folds(given)[0], { firstLine: 2, lastLine: 8, comment: false });
  assert.deepEqual(compiler.format(given), []);
  assert.ok(compiler.palette(given).length > 20);
  const added = compiler.addResource(given, 'sqs-queue');
  assert.equal(apply(added.edits), text + `  ${added.name}:\n    type: sqs-queue\n`);
  const memory = compiler.form(given, '/resources/f/properties').fields.find((f) => f.name === 'memory');
  assert.deepEqual([memory.kind, memory.min, memory.unit, memory.default], ['integer', 128, 'MB', '1024']);
  assert.equal(apply(compiler.setProperty(given, '/resources/f/properties/memory', '512')), text + '      memory: 512\n');
  assert.equal(apply(compiler.setProperty(given, '/resources/jobs')), text.replace(/  jobs.*\n/, ''));
});
