// Joins state, compiler and text views: what a key press sets in motion.
import { batch, effect, signal, untracked } from '@preact/signals';
import { CompilerClient } from './compiler/client.ts';
import type { CompileRequest, Place, TemplateResource } from './compiler/protocol.ts';
import { configEditor, type Fix } from './editor/config-editor.ts';
import { setFolds, transaction, type TextEdit } from './editor/services.ts';
import { templateView } from './editor/template-view.ts';
import * as preview from './state/preview.ts';
import * as state from './state/project.ts';
import { guard } from './state/session.ts';
import { pane } from './state/ui.ts';
import { ask as askPerson, notify } from './ui/dialogs.tsx';

/** An entry of the outline. */
export interface OutlineSymbol {
  name: string;
  detail: string;
  kind: 'section' | 'resource' | 'property';
  range: { start: { offset: number; line: number }; end: { offset: number; line: number } };
  nameRange: { start: { offset: number }; end: { offset: number } };
  children: OutlineSymbol[];
}

/** Offset of the cursor in the open file. */
export const cursor = signal(0);
export const outline = signal<readonly OutlineSymbol[]>([]);
/** Logical id of the template resource that is selected on the right. */
export const selectedId = signal<string | undefined>(undefined);

/** An edit after a pause of this many milliseconds begins a new set of highlighted changes. */
const PAUSE = 1_500;
let baseline = 0;
let lastEdit = -Infinity;
/** When the key press came that the compilation under way answers. */
let pressed: number | undefined;

const client = new CompilerClient(() => new Worker(new URL('./compiler/worker.ts', import.meta.url), { type: 'module', name: 'compiler' }), {
  ready() {
    if (preview.status.value === 'loading') preview.status.value = 'compiling';
  },
  compiled(reply, request) {
    const { template } = reply;
    if (template) templatePane.apply(template, template.marks);
    preview.accept(reply, request.format);
    editor.mark(reply.result.diagnostics, []);
    guard.passed();
    measure(reply.milliseconds);
    afterwards();
  },
  refused(message) {
    guard.passed();
    batch(() => {
      preview.status.value = 'refused';
      preview.trouble.value = message;
    });
  },
  replaced(message, gaveUp) {
    guard.passed();
    if (gaveUp) stop(`The compiler stopped twice on this config (${message}). Your text is safe; it is compiled again when you change it.`);
    else notify(`The compiler was restarted: ${message}. Your text is safe.`);
  },
});

/** Asks a language service about the open project. */
export const ask = <T>(name: string, ...args: unknown[]): Promise<T> => client.call<T>(name, untracked(() => state.project.value), ...args);

export const editor = configEditor({
  changed(path, text) {
    const now = performance.now();
    if (now - lastEdit > PAUSE) baseline = preview.template.peek()?.revision ?? 0;
    lastEdit = now;
    pressed = window.event?.timeStamp ?? now;
    state.edited(path, text);
  },
  selected(offset) {
    cursor.value = offset;
    linkTemplate(offset);
  },
  goToDefinition: (offset) => void goToDefinition(offset),
  rename: (offset) => void rename(offset),
  format: () => void formatConfig(),
  applyFix: (fix) => editor.edit(transaction(fix.edits)),
  ask: (name, ...args) => (state.openFile.peek() === state.config.peek() ? ask(name, ...args) : Promise.reject(new Error('not the config'))),
});

export const templatePane = templateView(
  () => preview.template.peek()?.format ?? preview.format.peek(),
  (offset) => {
    const shown = preview.template.peek();
    const resource = shown && preview.resourceAt(shown, offset);
    if (resource) reveal(resource);
  },
);

/** Starts; what is to be edited is set already. */
export function start(): void {
  effect(() => {
    void state.replaced.value;
    editor.reset();
  });
  effect(() => {
    void state.replaced.value;
    const path = state.openFile.value;
    editor.show(path, untracked(() => state.files.value[path] ?? ''));
  });
  effect(() => {
    void state.replaced.value;
    baseline = 0;
  });
  client.start();
  const stopped = guard.begin();
  let first = true;
  effect(() => {
    const request = { project: state.project.value, format: preview.format.value, details: pane.value !== 'template' };
    if (first && stopped) stop('The last time this config was compiled the page did not come back. It is compiled again when you change it.');
    else compile(request);
    first = false;
  });
}

function stop(message: string): void {
  batch(() => {
    preview.status.value = 'stopped';
    preview.trouble.value = message;
  });
}

function compile(request: Pick<CompileRequest, 'project' | 'format' | 'details'>): void {
  if (preview.status.peek() !== 'loading') preview.status.value = 'compiling';
  client.compile({ ...request, shown: preview.template.peek()?.revision ?? 0, baseline });
}

/** Compiles once more what is there. */
export function again(): void {
  compile({ project: state.project.peek(), format: preview.format.peek(), details: true });
}

/** How long it took from the key press to the updated views, for the browser's performance tools. */
function measure(worker: number): void {
  if (pressed === undefined) return;
  performance.measure('key press to preview', { start: pressed, end: performance.now(), detail: { worker } });
  pressed = undefined;
}

let idle: ReturnType<typeof setTimeout> | undefined;

/** What may come a moment later than diagnostics and template. */
function afterwards(): void {
  clearTimeout(idle);
  idle = setTimeout(async () => {
    const project = state.project.peek();
    const [symbols, folds, fixes] = await Promise.all([
      ask<OutlineSymbol[]>('symbols').catch(() => undefined),
      ask<never[]>('folds').catch(() => undefined),
      preview.diagnostics.peek().length > 0 ? ask<Fix[]>('fixes').catch(() => []) : [],
    ]);
    if (project !== state.project.peek()) return;
    if (symbols) outline.value = symbols;
    if (folds && state.openFile.peek() === state.config.peek()) editor.view.dispatch({ effects: setFolds.of(folds) });
    if (fixes.length > 0) editor.mark(preview.diagnostics.peek(), fixes);
  }, 120);
}

// Config → template.

/** Highlights in the template what the config at an offset made. */
function linkTemplate(offset: number): void {
  const shown = preview.template.peek();
  if (!shown) return;
  const file = state.openFile.peek();
  const owned = narrowest(shown.resources, file, offset);
  const ranges = owned.map((index) => ({ from: shown.starts[index]!, to: shown.starts[index + 1]! }));
  selectedId.value = undefined;
  templatePane.reveal(ranges, ranges.length > 0);
  editor.link([], false);
}

/** Indices of the resources with the narrowest place around an offset; without one, those that belong to the config resource there. */
function narrowest(resources: readonly TemplateResource[], file: string, offset: number): number[] {
  let size = Infinity;
  let found: number[] = [];
  resources.forEach(({ place }, index) => {
    if (!place || place.file !== file) return;
    const { start, end } = place.range;
    if (start.offset > offset || offset > end.offset) return;
    const width = end.offset - start.offset;
    if (width < size) found = [];
    if (width <= size) {
      size = width;
      found.push(index);
    }
  });
  if (found.length > 0) return found;
  const name = resourceNameAt(offset);
  return name === undefined ? [] : resources.flatMap(({ resource }, index) => (resource === name || resource?.startsWith(`${name}.`) ? [index] : []));
}

/** Name of the config resource around an offset of the config, by the outline. */
export function resourceNameAt(offset: number): string | undefined {
  const within = (s: OutlineSymbol) => s.range.start.offset <= offset && offset <= s.range.end.offset;
  const section = outline.peek().find((s) => s.name === 'resources' && within(s));
  return section?.children.find(within)?.name;
}

// Template → config.

/** Shows a template resource and the config that made it. */
export function reveal(resource: TemplateResource): void {
  selectedId.value = resource.logicalId;
  const shown = preview.template.peek();
  const index = shown?.resources.findIndex((r) => r.logicalId === resource.logicalId) ?? -1;
  if (shown && index >= 0) templatePane.reveal([{ from: shown.starts[index]!, to: shown.starts[index + 1]! }], false);
  if (resource.place) goToPlace(resource.place, false);
}

/** Scrolls the template to a resource and shows its config. */
export function revealInTemplate(resource: TemplateResource): void {
  reveal(resource);
  const shown = preview.template.peek();
  const index = shown?.resources.findIndex((r) => r.logicalId === resource.logicalId) ?? -1;
  if (shown && index >= 0) templatePane.reveal([{ from: shown.starts[index]!, to: shown.starts[index + 1]! }], true);
}

/** Shows a place of the config and highlights it. */
export function goToPlace(place: Place, focus: boolean): void {
  if (state.files.peek()[place.file] === undefined) return;
  if (state.openFile.peek() !== place.file) state.openFile.value = place.file;
  const range = { from: place.range.start.offset, to: place.range.end.offset };
  if (focus) {
    editor.goTo(range.from, range.from, true);
    editor.link([range], false);
  } else {
    editor.link([range], true);
  }
}

export async function goToDefinition(offset: number): Promise<void> {
  const place = await ask<Place | undefined>('definition', offset).catch(() => undefined);
  if (place) goToPlace(place, true);
  else notify('There is no definition for what stands here.');
}

export async function rename(offset: number): Promise<void> {
  const found = await ask<{ name: string } | undefined>('renamable', offset).catch(() => undefined);
  if (!found) return notify('What stands here cannot be renamed: put the cursor on the name of a resource, a variable or a script.');
  const project = state.project.peek();
  const name = await askPerson({ title: `Rename ${found.name}`, label: 'New name', value: found.name, action: 'Rename' });
  if (name === undefined || name === found.name) return editor.view.focus();
  try {
    const edits = await client.call<TextEdit[]>('rename', project, offset, name);
    if (project === state.project.peek()) editor.edit(transaction(edits));
  } catch (error) {
    notify((error as Error).message);
  }
  editor.view.focus();
}

export async function formatConfig(): Promise<void> {
  const project = state.project.peek();
  try {
    const edits = await ask<TextEdit[]>('format');
    if (project !== state.project.peek()) return;
    if (edits.length > 0) editor.edit(transaction(edits));
    else notify(preview.errors.peek() > 0 ? 'The config cannot be formatted while it has syntax errors.' : 'The config is formatted.');
  } catch (error) {
    notify((error as Error).message);
  }
}

/** Puts edits of a service into the config. */
export function applyEdits(edits: readonly TextEdit[]): void {
  if (state.openFile.peek() !== state.config.peek()) state.openFile.value = state.config.peek();
  editor.edit(transaction(edits));
}
