// Compiles a project whose config is a program: evaluate, then hand what it made to the compiler.
import type { CompileInput, CompileResult } from '../../wasm/stacktape_wasm.js';
import type { Diagnostic, Project } from '../compiler/protocol.ts';
import { evaluate, load, ProgramError } from './sandbox.ts';
import type { SourcePlace } from './origins.ts';

export type Compile = (input: CompileInput, transform?: (index: number, argument: string) => string) => CompileResult;

/** Loads the sandbox; the result compiles one project after the other. */
export async function program(): Promise<(compile: Compile, input: CompileInput, project: Project) => CompileResult> {
  const quickjs = await load();
  return (compile, input, project) => {
    try {
      const made = evaluate(quickjs, project);
      try {
        return compile({ ...input, evaluated: made.evaluated }, made.transform);
      } finally {
        made.dispose();
      }
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      return failed(error, project);
    }
  };
}

function failed(error: ProgramError, project: Project): CompileResult {
  const diagnostic: Diagnostic = {
    severity: 'error',
    code: 'config-program',
    title: 'the config’s program failed',
    message: error.message,
    hints: [],
    labels: [],
    place: range(error.place ?? placeIn(error.message, project), project),
  } as Diagnostic;
  return { apiVersion: 1, resources: [], diagnostics: [diagnostic], missing: [], files: [project.config] };
}

/** The place that a syntax error names at its end. */
function placeIn(message: string, project: Project): SourcePlace {
  const [, file, line, column] = /\(([^()\s]+):(\d+):(\d+)\)$/.exec(message) ?? [];
  if (file === undefined || project.files[file] === undefined) return { file: project.config, line: 1, column: 1 };
  return { file, line: Number(line), column: Number(column) };
}

/** From a place to the end of the word there. */
function range({ file, line, column }: SourcePlace, project: Project): NonNullable<Diagnostic['place']> {
  const lines = (project.files[file] ?? '').split('\n');
  const text = lines[line - 1] ?? '';
  const from = Math.min(Math.max(column - 1, 0), text.length);
  const length = /^[\w$]+|^./.exec(text.slice(from))?.[0].length ?? 0;
  const offset = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + from;
  const at = (plus: number) => ({ line, column: [...text.slice(0, from + plus)].length + 1, character: from + plus, offset: offset + plus });
  return { file, range: { start: at(0), end: at(length) } };
}
