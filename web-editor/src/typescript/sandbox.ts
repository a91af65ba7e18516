// TypeScript configs: evaluated by QuickJS, which is itself WebAssembly. The program can reach nothing but the files of the editor: no network, no
// storage, no page, no clock that matters; its time and memory are bounded. Loaded when the first such config is opened.
import variant from '@jitl/quickjs-ng-wasmfile-release-sync';
import { newQuickJSWASMModuleFromVariant, type QuickJSContext, type QuickJSHandle, type QuickJSRuntime, type QuickJSWASMModule } from 'quickjs-emscripten-core';
import { transform } from 'sucrase';
import type { Project } from '../compiler/protocol.ts';
import { Origins, type SourcePlace } from './origins.ts';
import { mark } from './sites.ts';

/** The library that configs import as `stacktape`: the sources of the npm package. */
const LIBRARY = Object.fromEntries(
  Object.entries(import.meta.glob('../../../npm/src/*.js', { query: '?raw', import: 'default', eager: true }) as Record<string, string>).map(([path, text]) => [`stacktape:${path.split('/').at(-1)}`, text]),
);
const MEMORY = 64 << 20;
const STACK = 512 << 10;
/** Milliseconds that a config, and each call of one of its functions, may take. */
const DEADLINE = 2_000;
const EXTENSIONS = ['', '.ts', '.js', '.mts', '.mjs', '.json', '/index.ts', '/index.js'];

/** A mistake in the program: what is wrong, and where when that is known. */
export class ProgramError extends Error {
  constructor(
    message: string,
    readonly place?: SourcePlace,
    /** Whether the program was stopped in the middle: its engine cannot be tidied up and is given up as a whole. */
    readonly stopped = false,
  ) {
    super(message);
  }
}

/** An evaluated config, as the compiler takes it. */
export interface Program {
  evaluated: string;
  /** Runs one of the config's functions on JSON. */
  transform(index: number, argument: string): string;
  dispose(): void;
}

let engine: Promise<QuickJSWASMModule> | undefined;

/** Loads the engine once. */
export function load(): Promise<QuickJSWASMModule> {
  return (engine ??= newQuickJSWASMModuleFromVariant(variant));
}

export function evaluate(quickjs: QuickJSWASMModule, project: Project): Program {
  const runtime = quickjs.newRuntime();
  const origins = new Origins(project.files);
  let until = performance.now() + DEADLINE;
  runtime.setMemoryLimit(MEMORY);
  runtime.setMaxStackSize(STACK);
  runtime.setInterruptHandler(() => performance.now() > until);
  runtime.setModuleLoader(
    (name) => source(name, project, origins),
    (base, requested) => resolve(base, requested, project),
  );
  const context = runtime.newContext();
  let stopped = false;
  const dispose = () => {
    if (stopped) {
      engine = undefined;
      return;
    }
    context.dispose();
    runtime.dispose();
  };
  const watched = <T>(work: () => T): T => {
    until = performance.now() + DEADLINE;
    try {
      return work();
    } catch (error) {
      stopped ||= !(error instanceof ProgramError) || error.stopped;
      throw error;
    }
  };
  try {
    const evaluated = watched(() => run(runtime, context, project, origins));
    const call = (index: number, argument: string) => watched(() => callBack(context, index, argument, origins));
    return { evaluated, transform: call, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function run(runtime: QuickJSRuntime, context: QuickJSContext, project: Project, origins: Origins): string {
  const { projectName, stage, region, profile } = project.target;
  const params = { projectName, stage, region, command: 'synth', awsProfile: profile ?? 'default', user: { id: '', name: '', email: '' }, cliArgs: {} };
  const entry = `
    globalThis.process = { env: {} };
    globalThis.console = Object.fromEntries(['log', 'info', 'warn', 'error', 'debug'].map((name) => [name, () => undefined]));
    const config = await import(${JSON.stringify(`/${project.config}`)});
    const { evaluate } = await import('stacktape:evaluate.js');
    const made = await evaluate(config, ${JSON.stringify(params)});
    const calls = made.transforms.map(({ call }) => call);
    if (made.finalTransform) calls.push(made.finalTransform);
    globalThis.callBack = (index, argument) => JSON.stringify(calls[index](JSON.parse(argument)));
    globalThis.made = JSON.stringify({
      config: made.config, places: made.places,
      transforms: made.transforms.map(({ resource, child }) => [resource, child]), finalTransform: made.finalTransform !== undefined,
    });`;
  const result = context.evalCode(entry, 'stacktape:entry', { type: 'module' });
  if (result.error) throw problem(context, result.error, origins);
  const jobs = runtime.executePendingJobs();
  if (jobs.error) throw problem(context, jobs.error, origins);
  const state = context.getPromiseState(result.value);
  result.value.dispose();
  if (state.type === 'rejected') throw problem(context, state.error, origins);
  if (state.type === 'pending') throw new ProgramError('the config waits for something that never comes: there is no network and no timer here', undefined, true);
  if (state.type === 'fulfilled' && state.value !== result.value) state.value.dispose();
  const made = context.getProp(context.global, 'made').consume((handle) => context.getString(handle));
  const parsed = JSON.parse(made) as { places: [string, string, number, number][] };
  parsed.places = parsed.places.map(([pointer, file, line, column]) => {
    const place = origins.original(file, line, column);
    return [pointer, place.file, place.line, place.column];
  });
  return JSON.stringify(parsed);
}

function callBack(context: QuickJSContext, index: number, argument: string, origins: Origins): string {
  const result = context.getProp(context.global, 'callBack').consume((callee) => {
    const args = [context.newNumber(index), context.newString(argument)];
    const made = context.callFunction(callee, context.undefined, ...args);
    args.forEach((handle) => handle.dispose());
    return made;
  });
  if (result.error) throw problem(context, result.error, origins);
  return result.value.consume((handle) => context.getString(handle));
}

/** What was thrown, in the author's terms. */
function problem(context: QuickJSContext, thrown: QuickJSHandle, origins: Origins): ProgramError {
  const dumped = thrown.consume((handle) => context.dump(handle)) as unknown;
  if (typeof dumped !== 'object' || dumped === null) return new ProgramError(`the config threw ${JSON.stringify(dumped)}`);
  const { name, message, stack, place } = dumped as { name?: string; message?: string; stack?: string; place?: SourcePlace };
  if (/interrupted/.test(message ?? '')) return new ProgramError(`the config took longer than ${DEADLINE / 1000} seconds: is there a loop that never ends?`, undefined, true);
  if (/out of memory/.test(message ?? '')) return new ProgramError('the config needs more memory than it may have', undefined, true);
  const known = place ? origins.original(place.file, place.line, place.column) : origins.first(stack ?? '');
  const plain = name === undefined || name === 'Error' || name === 'ConfigError' || (message ?? '').startsWith(name);
  return new ProgramError(plain ? String(message ?? 'the config failed') : `${name}: ${message}`, known);
}

/** The name of the module that an import means. */
function resolve(base: string, requested: string, project: Project): string {
  if (requested.startsWith('stacktape:')) return requested;
  if (requested === 'stacktape') return 'stacktape:index.js';
  if (base.startsWith('stacktape:') && requested.startsWith('./')) return `stacktape:${requested.slice(2)}`;
  if (!requested.startsWith('.') && !requested.startsWith('/')) return `${MISSING}\`${requested}\` cannot be imported here: the editor has the files above and the package \`stacktape\``;
  const path: string[] = requested.startsWith('/') ? [] : base.split('/').slice(0, -1);
  for (const part of requested.split('/')) {
    if (part === '..') path.pop();
    else if (part !== '.' && part !== '') path.push(part);
  }
  const wanted = path.join('/');
  const candidates = [...EXTENSIONS.map((extension) => wanted + extension), wanted.replace(/\.(m?)js$/, '.$1ts')];
  return candidates.find((name) => Object.hasOwn(project.files, name)) ?? `${MISSING}\`${requested}\` is not among the files of the editor: add it above`;
}

/** Begins the name of a module that is not there; the rest of the name says why. The engine takes errors from the loader only. */
const MISSING = 'missing:';

/** The text of a module as JavaScript. */
function source(name: string, project: Project, origins: Origins): string | { error: Error } {
  if (name.startsWith(MISSING)) return { error: new Error(name.slice(MISSING.length)) };
  if (name.startsWith('stacktape:')) return LIBRARY[name] ?? { error: new Error(`there is no module ${name}`) };
  const text = project.files[name] ?? '';
  if (name.endsWith('.json')) return `export default ${text}`;
  try {
    const { code } = transform(text, { transforms: ['typescript'], keepUnusedImports: false, disableESTransforms: true, filePath: name });
    const marked = mark(code);
    origins.add(name, marked.code, marked.sites);
    return marked.code;
  } catch (error) {
    // `Error transforming stacktape.ts: Unexpected token (3:14)`
    const [, what, line, column] = /: (.*?) \((\d+):(\d+)\)$/s.exec((error as Error).message) ?? [];
    if (what === undefined) return { error: error as Error };
    return { error: new Error(`${what} (${name}:${line}:${column})`) };
  }
}
