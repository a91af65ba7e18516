// The text editor of the config: CodeMirror with the compiler's services.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, redo, undo } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { diagnosticCount, lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Mark } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState, Prec, type Extension, type TransactionSpec } from '@codemirror/state';
import { EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import type { Diagnostic } from '../compiler/protocol.ts';
import { syntaxOf, type Syntax } from '../state/project.ts';
import { look, shadowHost } from './base.ts';
import { yamlIndent } from './indent.ts';
import { linked, setLinked } from './links.ts';
import { completions, folding, hovers, type Ask } from './services.ts';

export interface Fix {
  diagnostic: number;
  title: string;
  edits: readonly { range: { start: { offset: number }; end: { offset: number } }; newText: string }[];
  preferred: boolean;
}

export interface Hooks {
  /** The text changed by an edit in this editor. */
  changed(path: string, text: string): void;
  /** The selection changed by the user. */
  selected(offset: number): void;
  goToDefinition(offset: number): void;
  rename(offset: number): void;
  format(): void;
  applyFix(fix: Fix): void;
  ask: Ask;
}

export interface ConfigEditor {
  host: HTMLElement;
  view: EditorView;
  /** Shows a file; every file keeps its own history and selection. */
  show(path: string, text: string): void;
  /** Forgets all files: others were opened. */
  reset(): void;
  mark(diagnostics: readonly Diagnostic[], fixes: readonly Fix[]): void;
  /** Moves the cursor and the focus there. */
  goTo(from: number, to: number, focus: boolean): void;
  link(ranges: readonly { from: number; to: number }[], scroll: boolean): void;
  edit(spec: TransactionSpec): void;
}

/** Marks text that did not come from the user. */
const fromOutside = Annotation.define<boolean>();

export function configEditor(hooks: Hooks): ConfigEditor {
  const { host, root, parent } = shadowHost('text-view');
  const language = new Compartment();
  const states = new Map<string, EditorState>();
  let open = '';

  const extensions: Extension = [
    look,
    lineNumbers(),
    foldGutter(),
    codeFolding(),
    folding,
    lintGutter(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    dropCursor(),
    indentOnInput(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    autocompletion({ override: [completions(hooks.ask)], icons: true, activateOnTypingDelay: 40, interactionDelay: 20 }),
    hovers(hooks.ask),
    linked,
    language.of([]),
    Prec.high(
      keymap.of([
        { key: 'F12', run: (view) => (hooks.goToDefinition(view.state.selection.main.head), true) },
        { key: 'F2', run: (view) => (hooks.rename(view.state.selection.main.head), true) },
        { key: 'Shift-Alt-f', run: () => (hooks.format(), true) },
      ]),
    ),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': 'Config', tabindex: '0', spellcheck: 'false', autocapitalize: 'off', autocorrect: 'off' }),
    EditorView.domEventHandlers({
      mousedown(event, view) {
        if (!(event.ctrlKey || event.metaKey) || event.button !== 0) return false;
        const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
        if (offset === null) return false;
        event.preventDefault();
        hooks.goToDefinition(offset);
        return true;
      },
    }),
    EditorView.updateListener.of((update) => {
      const outside = update.transactions.some((t) => t.annotation(fromOutside));
      if (update.docChanged && !outside) hooks.changed(open, update.state.doc.toString());
      if (update.selectionSet && !outside) hooks.selected(update.state.selection.main.head);
    }),
  ];
  const view = new EditorView({ parent, root, state: EditorState.create({ extensions }) });

  async function setLanguage(path: string): Promise<void> {
    const support = await languageOf(syntaxOf(path));
    if (open === path) view.dispatch({ effects: language.reconfigure(support), annotations: fromOutside.of(true) });
  }

  return {
    host,
    view,
    show(path, text) {
      if (path === open) {
        if (view.state.doc.toString() !== text) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, annotations: fromOutside.of(true) });
        return;
      }
      if (open) states.set(open, view.state);
      open = path;
      const known = states.get(path);
      view.setState(known && known.doc.toString() === text ? known : EditorState.create({ doc: text, extensions }));
      void setLanguage(path);
    },
    reset() {
      states.clear();
      open = '';
    },
    mark(diagnostics, fixes) {
      const { doc } = view.state;
      const marks = diagnostics.flatMap((d, index): Mark[] => {
        if (!d.place || d.place.file !== open) return [];
        const from = Math.min(d.place.range.start.offset, doc.length);
        const to = Math.min(Math.max(d.place.range.end.offset, from), doc.length);
        const actions = fixes.filter((fix) => fix.diagnostic === index).map((fix) => ({ name: fix.title, apply: () => hooks.applyFix(fix) }));
        const message = [d.message, ...d.hints.map((hint) => `→ ${hint}`)].join('\n');
        return [{ from, to, severity: d.severity, message, source: d.code, actions }];
      });
      // Nothing to show and nothing shown: a transaction would make the view measure itself.
      if (marks.length === 0 && diagnosticCount(view.state) === 0) return;
      marks.sort((a, b) => a.from - b.from);
      view.dispatch({ ...setDiagnostics(view.state, marks), annotations: fromOutside.of(true) });
    },
    goTo(from, to, focus) {
      const length = view.state.doc.length;
      const range = { anchor: Math.min(from, length), head: Math.min(to, length) };
      view.dispatch({ selection: range, effects: EditorView.scrollIntoView(range.anchor, { y: 'center' }), userEvent: 'select.reveal' });
      if (focus) view.focus();
    },
    link(ranges, scroll) {
      const first = ranges[0];
      const effects = first && scroll ? [setLinked.of(ranges), EditorView.scrollIntoView(Math.min(first.from, view.state.doc.length), { y: 'center' })] : [setLinked.of(ranges)];
      view.dispatch({ effects, annotations: fromOutside.of(true) });
    },
    edit(spec) {
      view.dispatch(spec);
    },
  };
}

export { redo, undo };

async function languageOf(syntax: Syntax): Promise<Extension> {
  if (syntax === 'yaml') return [yamlIndent, yaml()];
  if (syntax === 'json') return json();
  const { javascript } = await import('@codemirror/lang-javascript');
  return javascript({ typescript: true });
}
