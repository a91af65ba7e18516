// The project of `stacktape editor`: the command serves this page on loopback and reads and writes the config for it. Every call carries the token
// of the address that the command printed.
import { computed, effect, signal } from '@preact/signals';
import * as state from './project.ts';

interface HostProject {
  /** Path of the config, relative to its folder. */
  config: string;
  /** The config and the files that it reads. */
  files: Record<string, string>;
  /** What the config on disk has to be still when it is saved. */
  version: string;
  target: { projectName: string; stage: string; region: string };
  facts?: Record<string, unknown>;
}

const KEY = 'stacktape-editor.token';

function takeToken(): string | undefined {
  const given = new URLSearchParams(location.search).get('token');
  if (given) {
    sessionStorage.setItem(KEY, given);
    // The token stays out of the history and out of screenshots.
    history.replaceState(null, '', location.pathname);
    return given;
  }
  return sessionStorage.getItem(KEY) ?? undefined;
}

const token = takeToken();
/** Whether the page was opened by `stacktape editor`. */
export const hosted = token !== undefined;
const saved = signal<Record<string, string>>({});
const version = signal('');

/** Paths of the files that differ from the disk. */
export const unsaved = computed(() => (hosted ? Object.keys(state.files.value).filter((path) => state.files.value[path] !== saved.value[path]) : []));

/** The config changed on disk since it was opened. */
export class ChangedOnDisk extends Error {}

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`api/${path}`, { ...init, headers: { 'content-type': 'application/json', 'x-stacktape-token': token ?? '' } });
  } catch {
    throw new Error('`stacktape editor` does not answer any more: start it again in your terminal');
  }
  const body = (await response.json().catch(() => ({}))) as { message?: string };
  const message = body.message ?? `\`stacktape editor\` answered ${response.status}`;
  if (response.status === 409) throw new ChangedOnDisk(message);
  if (!response.ok) throw new Error(message);
  return body as T;
}

export async function openHosted(): Promise<void> {
  const project = await call<HostProject>('project');
  saved.value = project.files;
  version.value = project.version;
  if (project.facts) state.facts.value = { ...state.facts.peek(), ...project.facts };
  state.open({ config: project.config, files: project.files, target: project.target });
}

/** Saves the config; with `force`, over what changed on disk meanwhile. */
export async function save(force = false): Promise<void> {
  const path = state.config.peek();
  const text = state.files.peek()[path] ?? '';
  const body = JSON.stringify({ text, version: force ? undefined : version.peek() });
  const answer = await call<{ version: string }>('config', { method: 'PUT', body });
  version.value = answer.version;
  saved.value = { ...saved.peek(), [path]: text };
}

/** Follows the files that the config names, and asks before unsaved work is left. */
export function follow(): void {
  if (!hosted) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    void state.files.value[state.config.value];
    clearTimeout(timer);
    timer = setTimeout(() => void readSources().catch(() => undefined), 500);
  });
  addEventListener('beforeunload', (event) => {
    if (unsaved.peek().length > 0) event.preventDefault();
  });
}

/** Reads the files that the config as it is now names. */
export async function readSources(): Promise<void> {
  const path = state.config.peek();
  const { files } = await call<{ files: Record<string, string> }>('sources', { method: 'POST', body: JSON.stringify({ text: state.files.peek()[path] ?? '' }) });
  const added = Object.fromEntries(Object.entries(files).filter(([name, text]) => name !== path && state.files.peek()[name] !== text));
  if (Object.keys(added).length === 0) return;
  saved.value = { ...saved.peek(), ...added };
  state.files.value = { ...state.files.peek(), ...added };
}
