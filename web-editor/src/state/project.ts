// What is edited: files, target, facts. The text of the open file lives here as well as in the text editor; the editor tells every change.
import { computed, signal } from '@preact/signals';
import type { Project, Target } from '../compiler/protocol.ts';
import type { SharedState } from './codec.ts';

export type Syntax = 'yaml' | 'json' | 'typescript';

export const config = signal('stacktape.yml');
export const files = signal<Record<string, string>>({ 'stacktape.yml': '' });
/** The file in the text editor. */
export const openFile = signal('stacktape.yml');
export const target = signal<Target>({ projectName: 'my-app', stage: 'dev', region: 'eu-west-1' } as Target);
/** A fact file's content. */
export const facts = signal<Record<string, unknown>>({});
/** Grows whenever files are replaced from outside the text editor, so that the editor takes the new text. */
export const replaced = signal(0);

export const factsText = computed(() => (Object.keys(facts.value).length > 0 ? JSON.stringify(facts.value) : undefined));

export const project = computed<Project>(() => ({
  config: config.value,
  files: files.value,
  target: target.value,
  facts: factsText.value,
}));

export function syntaxOf(path: string): Syntax {
  if (/\.[cm]?[jt]s$/.test(path)) return 'typescript';
  return path.endsWith('.json') ? 'json' : 'yaml';
}

/** Opens other files: an example, a link, what was kept. */
export function open(state: Omit<SharedState, 'facts'>): void {
  files.value = { ...state.files };
  config.value = state.config;
  openFile.value = state.config;
  target.value = { ...state.target };
  replaced.value++;
}

/** A change that the text editor made. */
export function edited(path: string, text: string): void {
  files.value = { ...files.value, [path]: text };
}

export function snapshot(): SharedState {
  return { config: config.value, files: files.value, target: target.value };
}
