// The packed package in a fresh project: ES modules and CommonJS, types under every way of resolving, the command with and without a native binary.
// STACKTAPE_PACKAGE names the built package.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const built = process.env.STACKTAPE_PACKAGE;
const target = ['--projectName', 'shop', '--stage', 'dev', '--region', 'eu-west-1', '--awsAccountId', '123456789012'];
let root;
let packed;

const npm = (cwd, ...words) => run('npm', [...words, '--silent', '--no-audit', '--no-fund'], { cwd });
const put = async (path, text) => (await mkdir(dirname(join(root, path)), { recursive: true }), writeFile(join(root, path), text));
const node = async (cwd, ...words) => (await run(process.execPath, words, { cwd: join(root, cwd) })).stdout;
/** A command's exit code and output, whether it fails or not. */
const command = (cwd, ...words) =>
  run(process.execPath, [join(root, 'node_modules/stacktape/bin/stacktape.js'), ...words], { cwd: join(root, cwd) }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'stacktape-package-'));
  const { stdout } = await run('npm', ['pack', built, '--pack-destination', root, '--json'], { cwd: root });
  [packed] = JSON.parse(stdout);
  await put('package.json', '{ "name": "fresh", "private": true }');
  await npm(root, 'install', join(root, packed.filename), '--prefer-offline', '--ignore-scripts');
  // TypeScript is the one of this repository, and Node's types are not there.
  await put('config/stacktape.ts', CONFIG);
});
after(() => rm(root, { recursive: true, force: true }));

const CONFIG = `import { DynamoDbTable, LambdaFunction, StacktapeLambdaBuildpackPackaging, defineConfig } from 'stacktape';
import type { Config } from 'stacktape';

interface Names { table: string }
const names: Names = { table: 'orders' };
enum Memory { Small = 512 }

export default defineConfig(({ stage }): Config => {
  const orders = new DynamoDbTable({ primaryKey: { partitionKey: { name: 'id', type: 'string' } } });
  const place = new LambdaFunction({
    packaging: new StacktapeLambdaBuildpackPackaging({ entryfilePath: 'src/place.ts' }),
    memory: Memory.Small,
    environment: { STAGE: stage, INDEX: \`\${orders.arn}/index/*\` },
    connectTo: [orders],
    overrides: { lambda: { Description: 'places' } },
    transforms: { lambda: (properties: any) => ({ ...properties, Timeout: properties.Timeout * 2 }) },
  });
  return { resources: { [names.table]: orders, place } };
});
`;

test('the package holds what it says, and nothing of this machine', async () => {
  const files = packed.files.map(({ path }) => path);
  for (const path of ['index.js', 'index.cjs', 'index.d.ts', 'index.d.cts', 'bin/stacktape.js', 'wasm/stacktape_wasm_bg.wasm', 'README.md', 'LICENSE']) {
    assert.ok(files.includes(path), path);
  }
  const manifest = JSON.parse(await readFile(join(built, 'package.json'), 'utf8'));
  assert.equal(manifest.scripts, undefined, 'nothing runs after an install');
  for (const [name, version] of Object.entries(manifest.optionalDependencies)) assert.match(`${name}@${version}`, /^@stacktape-rs\/cli-[a-z0-9]+-[a-z0-9]+@\d/);
  for (const path of files.filter((path) => /\.(js|cjs|ts|cts|json)$/.test(path))) {
    assert.ok(!(await readFile(join(built, path), 'utf8')).includes(dirname(built)), `${path} names a folder of this machine`);
  }
  assert.ok(packed.size < 2_000_000, `${packed.size} bytes packed`);
});

const PROGRAM = `
const options = { projectName: 'shop', stage: 'dev', region: 'eu-west-1', cwd: 'config', facts: { accountId: '123456789012' } };
const loaded = await loadConfig(options);
const result = await compile(loaded);
const { diagnostics } = await validate(options);
const { Properties } = JSON.parse(result.template.json).Resources.PlaceFunction;
const { text } = await convert(loaded).catch((error) => error);
console.log(JSON.stringify({ diagnostics, path: loaded.path.endsWith('stacktape.ts'), memory: Properties.MemorySize, about: Properties.Description, timeout: Properties.Timeout,
  index: Properties.Environment.Variables.INDEX, places: loaded.evaluated.places.map(([pointer, file, line]) => [pointer, file, line].join(' ')), yaml: typeof text,
  classes: typeof LambdaFunction }));`;
const EXPECTED = {
  diagnostics: [],
  path: true,
  memory: 512,
  about: 'places',
  timeout: 40,
  index: { 'Fn::Sub': ['${sub0}/index/*', { sub0: { 'Fn::GetAtt': ['OrdersTable', 'Arn'] } }] },
  places: [' stacktape.ts 8', '/resources/orders stacktape.ts 9', '/resources/place stacktape.ts 10', '/resources/place/properties/packaging stacktape.ts 11'],
  yaml: 'undefined',
  classes: 'function',
};

test('ES modules', async () => {
  await put('esm.mjs', `import { LambdaFunction, compile, convert, loadConfig, validate } from 'stacktape';${PROGRAM}`);
  const found = JSON.parse(await node('.', 'esm.mjs'));
  assert.deepEqual({ ...found, index: undefined }, { ...EXPECTED, index: undefined });
  assert.match(JSON.stringify(found.index), /index\/\*/);
});

test('CommonJS', async () => {
  await put('cjs.cjs', `const { LambdaFunction, compile, convert, loadConfig, validate } = require('stacktape');\n(async () => {${PROGRAM}})();`);
  const found = JSON.parse(await node('.', 'cjs.cjs'));
  assert.deepEqual({ ...found, index: undefined }, { ...EXPECTED, index: undefined });
});

test('whatever the project says about modules, a config gives the same', async () => {
  const config = (text) => `${text}\n`;
  const files = {
    'config/size.json': '{ "memory": 256 }',
    'config/size.yml': 'memory: 256\n',
    'shared/names.ts': 'export const name: string = "jobs";\nexport default name;\n',
    'lib/helper.cjs': 'module.exports = { delay: 5, folder: __dirname };',
    'node_modules/esm-only/package.json': '{ "name": "esm-only", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
    'node_modules/esm-only/index.js': 'export const retention = 60;',
    'node_modules/cjs-only/package.json': '{ "name": "cjs-only", "version": "1.0.0", "main": "./index.js" }',
    'node_modules/cjs-only/index.js': 'exports.size = 1024; exports.path = require("node:path").basename(__filename);',
    'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@shared/*": ["./shared/*"] }, "module": "commonjs" } }',
    'config/tsconfig.json': '{ "extends": "../tsconfig.base.json" }',
  };
  const program = config(`
import { SqsQueue, defineConfig } from 'stacktape';
import size from './size.json';
import yaml from './size.yml';
import { name } from '@shared/names';
import helper from '../lib/helper.cjs';
import { retention } from 'esm-only';
import { size as bytes } from 'cjs-only';
import { basename } from 'node:path';
const lazy = await import('../shared/names.js').catch(() => import('../shared/names'));
export default defineConfig(async () => ({
  stackConfig: { tags: [{ name: 'all', value: [size.memory, yaml.memory, lazy.name, basename(__dirname), basename(import.meta.url), basename(helper.folder)].join('-') }] },
  resources: { [name]: new SqsQueue({ delayMessagesSecond: helper.delay, messageRetentionPeriodSeconds: retention, maxMessageSizeBytes: bytes }) },
}));`);
  const commonjs = config(`
const { SqsQueue, defineConfig } = require('stacktape');
const size = require('./size.json');
const helper = require('../lib/helper.cjs');
const { size: bytes } = require('cjs-only');
const { basename } = require('node:path');
module.exports = defineConfig(() => ({
  stackConfig: { tags: [{ name: 'all', value: [size.memory, size.memory, 'jobs', basename(__dirname), 'FILE', basename(helper.folder)].join('-') }] },
  resources: { jobs: new SqsQueue({ delayMessagesSecond: helper.delay, messageRetentionPeriodSeconds: 60, maxMessageSizeBytes: bytes }) },
}));`);
  const seen = new Map();
  for (const type of ['module', 'commonjs', undefined]) {
    for (const [file, text] of [['a.ts', program], ['a.mts', program], ['a.mjs', program], ['a.cjs', commonjs], ['a.cts', commonjs]]) {
      const folder = `matrix-${type}-${file.replace('.', '-')}`;
      for (const [path, content] of Object.entries({ ...files, [`config/${file}`]: text, 'package.json': JSON.stringify({ type }) })) await put(`${folder}/${path}`, content);
      const { code, stdout, stderr } = await command(`${folder}/config`, 'synth', ...target, '--configPath', file, '--outFile', '-');
      assert.equal(code, 0, `${folder}: ${stderr}`);
      seen.set(stdout.replaceAll(file, 'FILE'), folder);
    }
  }
  assert.equal(seen.size, 1, [...seen.values()].join(' differs from '));
  assert.match([...seen.keys()][0], /256-256-jobs-config-FILE-lib/);
});

test('mistakes of a program have the places of the author', async () => {
  const failing = async (text) => {
    await put('failing/stacktape.ts', text);
    const { code, stderr } = await command('failing', 'synth', ...target, '--outFile', '-');
    assert.equal(code, 3, stderr);
    return stderr;
  };
  assert.match(await failing('type A = 1;\n\nexport default () => {\n  const a: A | undefined = undefined;\n  return a!.b;\n};\n'), /^error: stacktape\.ts:5:\d+: Cannot read properties of undefined/);
  assert.match(await failing('export default {\n'), /^error: stacktape\.ts:\d+:\d+: /);
  assert.match(await failing("import './nothing';\nexport default {};\n"), /^error: stacktape\.ts:1:8: Could not resolve "\.\/nothing"/);
  assert.match(await failing("import { SqsQueue } from 'stacktape';\nexport default {\n  resources: {\n    a: new SqsQueue({\n      fifoEnabeld: true,\n    }),\n  },\n};\n"), /^stacktape\.ts:5:7: error: .*fifoEnabeld/);
  assert.match(
    await failing("import { SqsQueue } from 'stacktape';\nexport default { resources: { a: new SqsQueue({ transforms: { sqsQueue: () => {\n  throw new Error('no');\n} } }) } };\n"),
    /error: .*no/,
  );
});

test('the command without a native binary', async () => {
  assert.equal((await command('config', 'validate', ...target)).stderr, 'stacktape.ts is valid\n');
  const { stdout } = await command('config', 'synth', ...target, '--out-file=-');
  assert.match(stdout, /^AWSTemplateFormatVersion/);
  assert.equal((await command('config', 'deploy', ...target)).code, 13);
  assert.equal((await command('config', 'synth', '--nope', 'x')).code, 2);
  assert.equal((await command('.', 'synth', ...target)).code, 4);
  await put('yaml/stacktape.yml', 'resources:\n  # Orders.\n  jobs: { type: sqs-queue }\n');
  const converted = await command('yaml', 'convert');
  assert.match(converted.stdout, /\/\/ Orders\.\n  const jobs = new SqsQueue\(\);/);
  await put('back/stacktape.ts', converted.stdout);
  assert.equal((await command('back', 'convert')).stdout, 'resources:\n  # Orders.\n  jobs:\n    type: sqs-queue\n');
});

test('the command with a native binary hands everything over', { skip: process.platform === 'win32' }, async () => {
  const folder = `node_modules/@stacktape-rs/cli-${process.platform}-${process.arch}`;
  await put(`${folder}/package.json`, '{ "name": "native", "version": "0.0.0" }');
  await put(`${folder}/bin/stacktape`, '#!/bin/sh\necho "$@"\nexit 7\n');
  await chmod(join(root, folder, 'bin/stacktape'), 0o755);
  try {
    assert.deepEqual(await command('config', 'deploy', '--stage', 'a b'), { code: 7, stdout: 'deploy --stage a b\n', stderr: '' });
  } finally {
    await rm(join(root, folder), { recursive: true });
  }
});

test('a platform package is made of a binary', async () => {
  const binary = join(root, 'some-binary');
  await writeFile(binary, '#!/bin/sh\n');
  await run(process.execPath, [join(here, '../build.mjs'), '--platform', 'linux-arm64', binary]);
  const dist = join(here, '../dist-linux-arm64');
  const manifest = JSON.parse(await readFile(join(dist, 'package.json'), 'utf8'));
  assert.deepEqual([manifest.name, manifest.os, manifest.cpu, manifest.scripts], ['@stacktape-rs/cli-linux-arm64', ['linux'], ['arm64'], undefined]);
  assert.ok((await stat(join(dist, 'bin/stacktape'))).mode & 0o111);
  await rm(dist, { recursive: true });
});

test('types resolve and check under every way of resolving modules', async () => {
  await cp(join(here, 'types'), join(root, 'types'), { recursive: true });
  const tsc = join(here, '../node_modules/.bin/tsc');
  const ways = [
    ['node10', 'commonjs', undefined],
    ['node16', 'node16', 'module'],
    ['node16', 'node16', 'commonjs'],
    ['nodenext', 'nodenext', 'module'],
    ['nodenext', 'nodenext', 'commonjs'],
    ['bundler', 'esnext', 'module'],
  ];
  await Promise.all(
    ways.map(async ([moduleResolution, module, type], index) => {
      const folder = `types-${index}`;
      await put(`${folder}/package.json`, JSON.stringify({ type }));
      const compilerOptions = { strict: true, noEmit: true, target: 'es2022', types: [], module, moduleResolution };
      await put(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      for (const name of await readdir(join(here, 'types'))) {
        if (name.endsWith('.ts')) await cp(join(here, 'types', name), join(root, folder, name));
      }
      await put(`${folder}/api.ts`, API);
      await run(tsc, ['-p', join(root, folder)]).catch(({ stdout }) => assert.fail(`${moduleResolution} ${type}: ${stdout}`));
    }),
  );
});

const API = `import { compile, convert, loadConfig, validate } from 'stacktape';
import type { Diagnostic } from 'stacktape';
export async function all(): Promise<Diagnostic[]> {
  const loaded = await loadConfig({ projectName: 'a', stage: 'dev', region: 'eu-west-1', formats: ['yaml'] });
  const template: string | undefined = (await compile(loaded)).template?.yaml;
  // @ts-expect-error the stage is required
  await compile({ projectName: 'a', region: 'x' });
  return template ? [] : [...(await validate(loaded)).diagnostics, ...(await convert(loaded)).diagnostics];
}
`;
