// Where the state comes from when the page opens, and where it is kept: the URL fragment, local storage, or the project of `stacktape editor`.
import { effect, signal } from '@preact/signals';
import { EXAMPLES } from '../examples/index.ts';
import { decode, encode, UnreadableState, type SharedState } from './codec.ts';
import { hosted, openHosted } from './host.ts';
import * as state from './project.ts';
import { isRecord, isString, read, write } from './storage.ts';

/** Something that the page wants to say when it opens. */
export const greeting = signal('');
/** The fragment that this page wrote last; another one in the address bar is a link that somebody opened. */
let written = '';
/** Milliseconds without an edit before the state is kept. */
const PAUSE = 400;

/** Sets what is edited. */
export async function restore(): Promise<void> {
  state.facts.value = read('facts', isRecord) ?? {};
  if (hosted) return openHosted();
  const fragment = location.hash.slice(1);
  const unsaved = read('unsaved', isRecord);
  write('unsaved', undefined);
  // The page closed between the last key press and keeping it.
  if (unsaved && unsaved.after === fragment && isRecord(unsaved.state)) return state.open(unsaved.state as unknown as SharedState);
  if (fragment) {
    try {
      const shared = await decode(fragment);
      openShared(shared);
      return;
    } catch (error) {
      greeting.value = `${sentence(error)} Your own config is shown instead.`;
    }
  }
  const kept = read('state', isString);
  const mine = kept === undefined ? undefined : await decode(kept).catch(() => undefined);
  state.open(mine ?? EXAMPLES[0]!.state);
}

function openShared(shared: SharedState): void {
  const kept = read('state', isString);
  // Whoever opens a link keeps the own work: it is one click away.
  if (kept !== undefined && kept !== location.hash.slice(1)) write('before-link', kept);
  if (shared.facts) state.facts.value = { ...state.facts.value, ...shared.facts };
  state.open(shared);
}

/** The config that was edited before a link was opened. */
export async function beforeLink(): Promise<SharedState | undefined> {
  const kept = read('before-link', isString);
  return kept === undefined ? undefined : decode(kept).catch(() => undefined);
}

function sentence(error: unknown): string {
  const text = error instanceof UnreadableState ? error.message : 'this link cannot be read';
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** Keeps every change from now on. */
export function keep(): void {
  effect(() => void write('facts', state.facts.value));
  if (hosted) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = async () => {
    timer = undefined;
    written = await encode(state.snapshot());
    write('state', written);
    history.replaceState(null, '', `#${written}`);
  };
  effect(() => {
    void state.project.value;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  addEventListener('pagehide', () => {
    if (timer !== undefined) write('unsaved', { after: location.hash.slice(1), state: state.snapshot() });
  });
  addEventListener('hashchange', () => {
    const fragment = location.hash.slice(1);
    if (fragment && fragment !== written) void decode(fragment).then(openShared, (error) => (greeting.value = sentence(error)));
  });
}

/** An address that opens the state; with the facts when they are wanted. */
export async function link(withFacts: boolean): Promise<string> {
  const snapshot = state.snapshot();
  const fragment = await encode(withFacts ? { ...snapshot, facts: state.facts.value } : snapshot);
  return `${location.origin}${location.pathname}#${fragment}`;
}

/** Remembers that the first compilation is under way, so that a page that died of it does not try again by itself. */
export const guard = {
  /** Says whether the last page died while it compiled. */
  begin(): boolean {
    const died = read('compiling', isString) !== undefined;
    write('compiling', new Date().toISOString());
    addEventListener('pagehide', () => guard.passed());
    return died;
  },
  passed(): void {
    write('compiling', undefined);
  },
};
