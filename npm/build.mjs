// Builds the package into npm/dist: `node build.mjs WASM_FOLDER`. What it makes is what is published: `npm pack npm/dist`.
//
// With `--platform linux-x64 BINARY` it also makes the platform package of a native binary, in npm/dist-linux-x64.

import { build } from 'esbuild';
import { chmod, copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Platforms that have a package with the native binary. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];

const here = fileURLToPath(new URL('.', import.meta.url));
const own = JSON.parse(await readFile(join(here, 'package.json'), 'utf8'));
const args = process.argv.slice(2);
const platformAt = args.indexOf('--platform');
const [platform, binary] = platformAt < 0 ? [] : args.splice(platformAt, 3).slice(1);
const common = { version: own.version, license: own.license, repository: own.repository };
if (platform) await platformPackage();
if (args[0]) await mainPackage(args[0]);

async function mainPackage(wasm) {
  const dist = join(here, 'dist');
  await rm(dist, { recursive: true, force: true });
  await cp(join(here, 'src'), join(dist, 'src'), { recursive: true });
  await cp(join(here, 'bin'), join(dist, 'bin'), { recursive: true });
  for (const name of await readdir(join(here, 'node'))) {
    // The entry stands at the top, so that its types resolve the same everywhere.
    const text = await readFile(join(here, 'node', name), 'utf8');
    if (!name.startsWith('index.')) await write(join(dist, 'node', name), text);
    else await write(join(dist, name), text.replaceAll(/'..\/src\//g, "'./src/").replaceAll(/'\.\/(compile)\.js'/g, "'./node/$1.js'"));
  }
  for (const name of ['stacktape_wasm.js', 'stacktape_wasm.d.ts', 'stacktape_wasm_bg.wasm']) {
    await mkdir(join(dist, 'wasm'), { recursive: true });
    await copyFile(join(wasm, name), join(dist, 'wasm', name));
  }
  await commonjs(dist);
  await copyFile(join(here, 'README.md'), join(dist, 'README.md'));
  await copyFile(join(here, '..', 'LICENSE'), join(dist, 'LICENSE'));
  const manifest = {
    name: own.name,
    description: own.description,
    ...common,
    type: 'module',
    engines: own.engines,
    main: './index.cjs',
    module: './index.js',
    types: './index.d.ts',
    bin: { stacktape: './bin/stacktape.js' },
    exports: {
      '.': { import: { types: './index.d.ts', default: './index.js' }, require: { types: './index.d.cts', default: './index.cjs' } },
      './internal/evaluate': { types: './src/evaluate.d.ts', default: './src/evaluate.js' },
      './package.json': './package.json',
    },
    sideEffects: false,
    dependencies: own.dependencies,
    optionalDependencies: Object.fromEntries(PLATFORMS.map((name) => [`@stacktape-rs/cli-${name}`, own.version])),
  };
  await write(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The CommonJS build: one file, and the declarations once more under the names that `require` wants. */
async function commonjs(dist) {
  await build({
    entryPoints: [join(dist, 'index.js')],
    outfile: join(dist, 'index.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['esbuild'],
    logLevel: 'error',
    // Files are found from where the module would stand.
    define: { 'import.meta.url': 'stacktapeUrl' },
    banner: { js: "const stacktapeUrl = require('node:url').pathToFileURL(require('node:path').join(__dirname, 'node', 'index.js')).href;" },
  });
  for (const folder of ['.', 'src', 'wasm']) {
    for (const name of await readdir(join(dist, folder))) {
      if (!name.endsWith('.d.ts')) continue;
      const text = await readFile(join(dist, folder, name), 'utf8');
      await write(join(dist, folder, name.replace(/\.ts$/, '.cts')), text.replaceAll(/(from '\.[^']*)\.js'/g, "$1.cjs'"));
    }
  }
}

async function platformPackage() {
  if (!PLATFORMS.includes(platform)) throw new Error(`no such platform: ${platform}; there are ${PLATFORMS.join(', ')}`);
  const [os, cpu] = platform.split('-');
  const file = `bin/stacktape${os === 'win32' ? '.exe' : ''}`;
  const dist = join(here, `dist-${platform}`);
  await rm(dist, { recursive: true, force: true });
  await mkdir(join(dist, 'bin'), { recursive: true });
  await copyFile(binary, join(dist, file));
  await chmod(join(dist, file), 0o755);
  await copyFile(join(here, '..', 'LICENSE'), join(dist, 'LICENSE'));
  const manifest = { name: `@stacktape-rs/cli-${platform}`, description: `The stacktape binary for ${os} on ${cpu}`, ...common, os: [os], cpu: [cpu], files: ['bin'] };
  await write(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

async function write(path, text) {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}
