// The template, read-only. It is updated in place, line by line, so that its scroll position and selection stay; what the last edit changed is marked.
// Colours are found for the visible lines only, by regular expressions: the text comes from our own writer, and a parser for a megabyte would block.
import { search, searchKeymap } from '@codemirror/search';
import { defaultKeymap } from '@codemirror/commands';
import { EditorState, RangeSetBuilder, StateEffect, StateField, type Range } from '@codemirror/state';
import { Decoration, EditorView, ViewPlugin, drawSelection, highlightActiveLine, keymap, lineNumbers, type DecorationSet, type ViewUpdate } from '@codemirror/view';
import type { Format, LineMarks } from '../compiler/protocol.ts';
import { look, shadowHost } from './base.ts';
import { linked, setLinked } from './links.ts';
import type { TemplateText } from '../state/preview.ts';

const setMarks = StateEffect.define<LineMarks>();
const added = Decoration.line({ class: 'cm-added' });
const removed = Decoration.line({ class: 'cm-removed-above' });
/** More lines than this are not marked one by one. */
const MAX_MARKS = 2_000;

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(found, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMarks)) return decorations(effect.value, transaction.state);
    return found.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorations(marks: LineMarks, { doc }: EditorState): DecorationSet {
  if (marks.addedLines > MAX_MARKS) return Decoration.none;
  const lines: Range<Decoration>[] = [];
  for (let i = 0; i < marks.added.length; i += 2) {
    for (let n = marks.added[i]!; n < marks.added[i]! + marks.added[i + 1]!; n++) if (n < doc.lines) lines.push(added.range(doc.line(n + 1).from));
  }
  for (const n of marks.removed) if (n < doc.lines) lines.push(removed.range(doc.line(n + 1).from));
  return Decoration.set(lines, true);
}

function sameMarks(a: LineMarks, b: LineMarks): boolean {
  const same = (x: readonly number[], y: readonly number[]) => x.length === y.length && x.every((n, i) => n === y[i]);
  return a.addedLines === b.addedLines && a.removedLines === b.removedLines && same(a.added, b.added) && same(a.removed, b.removed);
}

const mark = (name: string): Decoration => Decoration.mark({ class: `tok-${name}` });
const KEY = mark('key');
const STRING = mark('string');
const LITERAL = mark('literal');
const CALL = mark('call');
const WORD = /^(?:-?\d[\d.eE+-]*|true|false|null)$/;

/** Colours of one line: its key, then its value. */
function colour(text: string, from: number, format: Format, builder: RangeSetBuilder<Decoration>): void {
  const put = (start: number, end: number, decoration: Decoration) => end > start && builder.add(from + start, from + end, decoration);
  const key = format === 'json' ? /^\s*("(?:[^"\\]|\\.)*")(?=:)/.exec(text) : /^[\s-]*((?:'[^']*'|"[^"]*"|[\w:.*/$ -]+?))(?=:(?:\s|$))/.exec(text);
  let at = 0;
  if (key) {
    const start = key[0].length - key[1]!.length;
    put(start, key[0].length, /^"?(?:Fn::|Ref"?$)/.test(key[1]!) ? CALL : KEY);
    at = key[0].length + 1;
  }
  const value = /^[\s-]*(.*?),?$/.exec(text.slice(at));
  if (!value || value[1] === '') return;
  const start = at + value[0].indexOf(value[1]!);
  const body = value[1]!;
  if (body.startsWith('!')) {
    const end = body.search(/\s|$/);
    put(start, start + end, CALL);
    put(start + end, start + body.length, STRING);
  } else if (WORD.test(body)) put(start, start + body.length, LITERAL);
  else if (!/^[[\]{}>|,-]+$/.test(body)) put(start, start + body.length, STRING);
}

function colours(format: () => Format) {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = this.build(view);
      }
      update(update: ViewUpdate) {
        if (update.docChanged || update.viewportChanged) this.decorations = this.build(update.view);
      }
      build(view: EditorView): DecorationSet {
        const builder = new RangeSetBuilder<Decoration>();
        for (const { from, to } of view.visibleRanges) {
          for (let at = from; at <= to; ) {
            const { text, from: start, to: end } = view.state.doc.lineAt(at);
            if (text.length < 2_000) colour(text, start, format(), builder);
            at = end + 1;
          }
        }
        return builder.finish();
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

export interface TemplateView {
  host: HTMLElement;
  view: EditorView;
  apply(update: TemplateText, marks: LineMarks): void;
  /** Highlights ranges and scrolls to the first of them. */
  reveal(ranges: readonly { from: number; to: number }[], scroll: boolean): void;
}

export function templateView(format: () => Format, chosen: (offset: number) => void): TemplateView {
  const { host, root, parent } = shadowHost('text-view');
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      extensions: [
        look,
        lineNumbers(),
        EditorState.readOnly.of(true),
        drawSelection(),
        highlightActiveLine(),
        search({ top: true }),
        keymap.of([...searchKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': 'CloudFormation template', tabindex: '0', 'aria-readonly': 'true' }),
        marked,
        linked,
        colours(format),
        EditorView.updateListener.of((update) => {
          const byUser = update.transactions.some((t) => t.isUserEvent('select'));
          if (byUser && update.selectionSet) chosen(update.state.selection.main.head);
        }),
      ],
    }),
  });
  let marksNow: LineMarks | undefined;
  return {
    host,
    view,
    apply({ text, changes }, marks) {
      // Most key presses change nothing here; then nothing is measured and drawn.
      if (changes?.length === 0 && marksNow && sameMarks(marksNow, marks)) return;
      marksNow = marks;
      const effects = [setMarks.of(marks)];
      if (text !== undefined) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, effects });
      else view.dispatch({ changes: changes as { from: number; to: number; insert: string }[], effects });
    },
    reveal(ranges, scroll) {
      const first = ranges[0];
      const effects: StateEffect<unknown>[] = [setLinked.of(ranges)];
      if (first && scroll) effects.push(EditorView.scrollIntoView(Math.min(first.from, view.state.doc.length), { y: 'start', yMargin: 40 }));
      view.dispatch({ effects });
    },
  };
}
