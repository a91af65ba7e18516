// What the page and the compiler's worker say to each other. Every request has an id; a reply carries the id of its request.
import type { CompileResult, Format, Target } from '../../wasm/stacktape_wasm.js';

export type { CompileResult, Format, Target };
export type Diagnostic = CompileResult['diagnostics'][number];
export type Place = NonNullable<Diagnostic['place']>;
export type MissingFact = CompileResult['missing'][number];
export type Details = NonNullable<CompileResult['details']>;
export type TemplateResource = CompileResult['resources'][number];

/** What is compiled. */
export interface Project {
  /** Path of the config: a key of `files`. */
  config: string;
  /** Text by path. */
  files: Record<string, string>;
  target: Target;
  /** JSON text of the facts that are known; absent when there are none. */
  facts?: string;
}

export interface CompileRequest {
  kind: 'compile';
  id: number;
  project: Project;
  format: Format;
  /** Whether what the other panes show is wanted. */
  details: boolean;
  /** Revision of the template text that the page shows: the reply brings only what changed against it. */
  shown: number;
  /** Revision that changes are marked against. */
  baseline: number;
}

/** Changes of a text: replace `from`..`to` of the old text by `insert`. Sorted, not overlapping. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/** Lines of the new text that are not in the baseline, and places where lines of the baseline are gone. Lines count from 0. */
export interface LineMarks {
  /** Pairs: first line, number of lines. */
  added: number[];
  /** Lines before which something was removed. */
  removed: number[];
  addedLines: number;
  removedLines: number;
}

/** A template text as an update of what the page shows. */
export interface TemplateUpdate {
  revision: number;
  /** Against the revision that the request named. Absent: `text` is the whole text. */
  changes?: TextChange[];
  text?: string;
  length: number;
  marks: LineMarks;
  /** Offset of each resource's block in the text, in the order of `result.resources`; one more entry for the end of the last. */
  starts: Uint32Array;
}

export interface CompileReply {
  kind: 'compiled';
  id: number;
  result: Omit<CompileResult, 'template'>;
  /** Absent when the config has errors. */
  template?: TemplateUpdate;
  /** Milliseconds that the worker took. */
  milliseconds: number;
}

/** A call of one of the language services, by name: they take the project and `args`. */
export interface CallRequest {
  kind: 'call';
  id: number;
  name: string;
  project: Project;
  args: unknown[];
}

export interface CallReply {
  kind: 'result';
  id: number;
  value: unknown;
}

/** The request was wrong (unreadable facts); the worker goes on. */
export interface RefusedReply {
  kind: 'refused';
  id: number;
  message: string;
}

/** The compiler is broken (a bug in it); the worker must be replaced. */
export interface BrokenReply {
  kind: 'broken';
  id: number;
  message: string;
}

export interface ReadyReply {
  kind: 'ready';
  id: 0;
}

export type Request = CompileRequest | CallRequest;
export type Reply = CompileReply | CallReply | RefusedReply | BrokenReply | ReadyReply;
