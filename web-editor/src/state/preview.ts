// What the compiler says about the project: findings now, template and resources of the last good state.
import { batch, computed, signal } from '@preact/signals';
import type { CompileReply, Diagnostic, Format, LineMarks, MissingFact, TemplateResource, TextChange } from '../compiler/protocol.ts';

export interface TemplateState {
  revision: number;
  format: Format;
  length: number;
  marks: LineMarks;
  starts: Uint32Array;
  resources: readonly TemplateResource[];
}

/** A template text for the view: all of it, or what changed. */
export interface TemplateText {
  text?: string;
  changes?: readonly TextChange[];
}

export type Status = 'loading' | 'compiling' | 'good' | 'errors' | 'refused' | 'stopped';

export const status = signal<Status>('loading');
/** Why compiling stopped or was refused; for people. */
export const trouble = signal<string>('');
export const diagnostics = signal<readonly Diagnostic[]>([]);
export const missing = signal<readonly MissingFact[]>([]);
export const template = signal<TemplateState | undefined>(undefined);
/** The rest of the last good compilation. */
export const detail = signal<Omit<CompileReply['result'], 'diagnostics' | 'missing'> | undefined>(undefined);
export const format = signal<Format>('yaml');
/** Milliseconds of the last compilation in the worker. */
export const milliseconds = signal(0);

export const errors = computed(() => diagnostics.value.filter((d) => d.severity === 'error').length);
export const warnings = computed(() => diagnostics.value.length - errors.value);
/** Whether what is shown belongs to an older text, because the current one has errors. */
export const outdated = computed(() => template.value !== undefined && (errors.value > 0 || status.value === 'stopped'));

/** Takes over a reply; the caller applies the text. */
export function accept(reply: CompileReply, wanted: Format): void {
  batch(() => {
    const { diagnostics: found, missing: unknown, ...rest } = reply.result;
    diagnostics.value = found;
    missing.value = unknown;
    milliseconds.value = reply.milliseconds;
    trouble.value = '';
    if (reply.template) {
      const { revision, length, marks, starts } = reply.template;
      template.value = { revision, format: wanted, length, marks, starts, resources: rest.resources };
      detail.value = rest;
    }
    status.value = found.some((d) => d.severity === 'error') ? 'errors' : 'good';
  });
}

/** The resource whose block holds an offset of the template text. */
export function resourceAt(state: TemplateState, offset: number): TemplateResource | undefined {
  const { starts, resources } = state;
  if (resources.length === 0 || offset < starts[0]! || offset >= starts[resources.length]!) return undefined;
  let low = 0;
  let high = resources.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return resources[low];
}
