// What the worker answers to a request, apart from how messages travel.
import type * as Compiler from '../../wasm/stacktape_wasm.js';
import type { CompileInput, CompileResult } from '../../wasm/stacktape_wasm.js';
import type { CallRequest, CompileRequest, Project, Reply, Request } from './protocol.ts';
import type { program } from '../typescript/compile.ts';
import { Revisions } from './revisions.ts';

export interface Answer {
  reply: Reply;
  transfer: Transferable[];
}

/** The interface version that this page was written for. */
const API_VERSION = 1;
const revisions = new Revisions();

/** Compiles a project that is a program; loaded when there is one. */
let compileProgram: Awaited<ReturnType<typeof program>> | undefined;

export async function answer(compiler: typeof Compiler, request: Request): Promise<Answer> {
  try {
    if (isProgram(request.project)) compileProgram = await (await import('../typescript/compile.ts')).program();
    return request.kind === 'compile' ? compile(compiler, request) : call(compiler, request);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Only a wrong call leaves the compiler usable; anything else may have left its memory half written.
    const wrongCall = error instanceof Error && error.constructor === Error && !/bug in the (Stacktape )?compiler/.test(message);
    return { reply: { kind: wrongCall ? 'refused' : 'broken', id: request.id, message }, transfer: [] };
  }
}

function compile(compiler: typeof Compiler, { id, project, format, details, shown, baseline }: CompileRequest): Answer {
  const started = performance.now();
  const { template, ...result } = run(compiler, project, { formats: [format], details });
  const text = template?.[format];
  const ids = result.resources.map((resource) => resource.logicalId);
  const update = text === undefined ? undefined : revisions.update(text, format, ids, shown, baseline);
  const reply: Reply = { kind: 'compiled', id, result, template: update, milliseconds: performance.now() - started };
  return { reply, transfer: update ? [update.starts.buffer as ArrayBuffer] : [] };
}

function call(compiler: typeof Compiler, { id, name, project, args }: CallRequest): Answer {
  // Not a function of the compiler: the template as JSON, whatever format the page shows.
  if (name === 'templateJson') return { reply: { kind: 'result', id, value: run(compiler, project, { formats: ['json'] }).template?.json }, transfer: [] };
  const service = (compiler as unknown as Record<string, unknown>)[name];
  if (typeof service !== 'function') throw new Error(`the compiler has no function ${name}`);
  return { reply: { kind: 'result', id, value: service(input(project), ...args) }, transfer: [] };
}

const isProgram = ({ config }: Project) => /\.[cm]?[jt]s$/.test(config);

function run(compiler: typeof Compiler, project: Project, more: Partial<CompileInput>): CompileResult {
  const given = { ...input(project), ...more };
  return compileProgram && isProgram(project) ? compileProgram(compiler.compile, given, project) : compiler.compile(given);
}

function input({ config, files, target, facts }: Project): CompileInput {
  return { apiVersion: API_VERSION, config, sources: files, target, facts };
}
