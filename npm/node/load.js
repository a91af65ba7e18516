// Loads a TypeScript or JavaScript config in Node: esbuild strips the types and resolves what Node alone would not (extension-less imports, `paths` of a
// tsconfig, JSON and YAML), Node evaluates. Packages of node_modules are not bundled: Node loads them as they are.
//
// Positions are mapped back: the places of constructs and the stacks of thrown errors are those of the author's files.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { SourceMap, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfigError } from '../src/construct.js';
import { evaluate } from '../src/evaluate.js';
import { compiler } from './wasm.js';

/** The names that a config may have, the likeliest first. */
const NAMES = ['stacktape.ts', 'stacktape.yml', 'stacktape.yaml', 'stacktape.json', 'stacktape.js', 'stacktape.mjs', 'stacktape.cjs', 'stacktape.mts', 'stacktape.cts'];

/** What is evaluated; everything else is read as YAML or JSON. */
const PROGRAM = /\.[cm]?[jt]s$/;

/** The library that a config imports: this package's own, whatever the project has installed. */
const LIBRARY = new URL('../src/index.js', import.meta.url).href;

/** Finds the config of a folder, or takes the one that is named. */
export function findConfig(cwd, configPath) {
  if (configPath !== undefined) {
    const path = resolve(cwd, configPath);
    if (!existsSync(path)) throw new ConfigError(`there is no config at ${configPath}`);
    return path;
  }
  const found = NAMES.filter((name) => existsSync(join(cwd, name)));
  if (found.length === 0) throw new ConfigError(`there is no config in ${cwd}: name it with \`configPath\`, or call it stacktape.ts or stacktape.yml`);
  if (found.length > 1) throw new ConfigError(`there are several configs in ${cwd}: ${found.join(', ')}; say which with \`configPath\``);
  return join(cwd, found[0]);
}

/** Whether a config has to be evaluated. */
export const isProgram = (path) => PROGRAM.test(path);

/** Evaluates a config; `params` is what its function is called with. Places are relative to the folder of the config. */
export async function evaluateFile(path, params) {
  const { code, map, shifted } = await bundle(path);
  const places = new Places(path, map, shifted);
  const folder = await mkdtemp(join(tmpdir(), 'stacktape-'));
  const file = join(folder, 'config.mjs');
  try {
    await writeFile(file, code);
    const namespace = await import(pathToFileURL(file).href);
    const evaluated = await evaluate(namespace, params);
    const original = (call) => (argument) => {
      try {
        return call(argument);
      } catch (error) {
        throw places.blame(error);
      }
    };
    return {
      config: evaluated.config,
      places: evaluated.places.map(([pointer, at, line, column]) => [pointer, ...places.original(at, line, column)]),
      transforms: evaluated.transforms.map(({ resource, child, call }) => ({ resource, child, call: original(call) })),
      ...(evaluated.finalTransform && { finalTransform: original(evaluated.finalTransform) }),
    };
  } catch (error) {
    throw places.blame(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One ES module of the config and of the project's files that it imports. */
async function bundle(path) {
  const { build } = await import('esbuild');
  const shifted = new Map();
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      absWorkingDir: dirname(path),
      outfile: join(dirname(path), '.stacktape-config.mjs'),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'external',
      sourcesContent: false,
      logLevel: 'silent',
      // What CommonJS files expect to be there.
      banner: { js: `import { createRequire as stacktapeCreateRequire } from 'node:module'; const require = stacktapeCreateRequire(${JSON.stringify(path)});` },
      define: { 'import.meta.url': 'stacktapeUrl', 'import.meta.dirname': 'stacktapeFolder', 'import.meta.filename': 'stacktapeFile', __dirname: 'stacktapeFolder', __filename: 'stacktapeFile' },
      plugins: [resolution(), contents(shifted)],
    });
    const text = (suffix) => outputFiles.find((file) => file.path.endsWith(suffix)).text;
    return { code: text('.mjs'), map: JSON.parse(text('.map')), shifted };
  } catch (error) {
    const [first] = error.errors ?? [];
    if (!first) throw error;
    const at = first.location;
    throw new ConfigError(first.text, at ? { file: at.file, line: at.line, column: at.column + 1 } : undefined);
  }
}

/** Where imports lead: `stacktape` to this library, packages to the files that Node loads itself. */
const resolution = () => ({
  name: 'stacktape-resolution',
  setup(build) {
    build.onResolve({ filter: /^stacktape$/ }, ({ kind }) => {
      if (kind !== 'require-call') return { path: LIBRARY, external: true };
      // Node 20 cannot `require` an ES module; the constructs of the CommonJS build are understood too.
      return { path: fileURLToPath(new URL('../index.cjs', import.meta.url)), external: true };
    });
    build.onResolve({ filter: /^[^./]/ }, async (asked) => {
      if (asked.pluginData === resolution || asked.kind === 'entry-point' || isBuiltin(asked.path)) return undefined;
      const { kind, importer, resolveDir, path } = asked;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: resolution });
      if (found.errors.length > 0 || found.external) return found;
      const loadable = found.path.includes(`${sep}node_modules${sep}`) && ['.js', '.cjs', '.mjs', '.node'].includes(extname(found.path));
      if (!loadable) return found;
      return { path: kind === 'require-call' || kind === 'require-resolve' ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
});

/** What files hold: YAML as a value; in programs, where they stand, which a bundle would lose. */
const contents = (shifted) => ({
  name: 'stacktape-contents',
  setup(build) {
    build.onLoad({ filter: /\.ya?ml$/ }, async ({ path }) => ({ contents: (await compiler()).yamlToJson(await readFile(path, 'utf8')), loader: 'json' }));
    build.onLoad({ filter: PROGRAM }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!/\bimport\.meta\b|\b__(dirname|filename)\b/.test(text)) return undefined;
      const [url, folder, file] = [pathToFileURL(path).href, dirname(path), path].map((value) => JSON.stringify(value));
      // On the first line, so that lines stay; its columns are corrected.
      const head = `const stacktapeUrl = ${url}, stacktapeFolder = ${folder}, stacktapeFile = ${file}; `;
      shifted.set(path, head.length);
      return { contents: head + text, loader: extname(path).slice(-2) === 'ts' ? 'ts' : 'js' };
    });
  },
});

/** Positions in the bundle as positions in the author's files. */
class Places {
  constructor(config, map, shifted) {
    this.folder = dirname(config);
    this.map = new SourceMap(map);
    this.shifted = shifted;
  }

  /** `[file, line, column]`, the file relative to the folder of the config. */
  original(at, line, column) {
    const path = at.startsWith('file:') ? fileURLToPath(at) : at;
    if (!path.endsWith(`${sep}config.mjs`)) return [this.shown(path), line, column];
    const entry = this.map.findEntry(line - 1, column - 1);
    if (entry?.originalSource === undefined) return [this.shown(path), line, column];
    const source = resolve(this.folder, entry.originalSource);
    const shift = entry.originalLine === 0 ? (this.shifted.get(source) ?? 0) : 0;
    return [this.shown(source), entry.originalLine + 1, Math.max(1, entry.originalColumn + 1 - shift)];
  }

  shown(path) {
    return relative(this.folder, path).replaceAll(sep, '/');
  }

  /** The error with the author's places: in its stack, and the first of them as `place`. */
  blame(error) {
    if (!(error instanceof Error)) return new ConfigError(`the config threw ${String(error)}`);
    let first = error.place && this.original(error.place.file, error.place.line, error.place.column);
    const stack = String(error.stack ?? '').replace(/(file:[^\s()]*config\.mjs):(\d+):(\d+)/g, (_, at, line, column) => {
      const place = this.original(at, Number(line), Number(column));
      first ??= place;
      return place.join(':');
    });
    if (first) error.place = { file: first[0], line: first[1], column: first[2] };
    Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
    return error;
  }
}
