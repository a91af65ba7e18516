// The compiler's language services as CodeMirror extensions: completion, hover, folding. All of them ask the worker; none knows the language.
import { startCompletion, type Completion as Option, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { foldService } from '@codemirror/language';
import { EditorState, StateEffect, StateField, type Extension, type TransactionSpec } from '@codemirror/state';
import { hoverTooltip, type EditorView } from '@codemirror/view';
import type * as Compiler from '../../wasm/stacktape_wasm.js';
import { docs } from '../ui/markdown.ts';

export type TextEdit = { range: { start: { offset: number }; end: { offset: number } }; newText: string };
export type Ask = <T>(name: string, ...args: unknown[]) => Promise<T>;

type Completion = Awaited<ReturnType<typeof Compiler.complete>>[number];
type Hover = NonNullable<ReturnType<typeof Compiler.hover>>;
type Fold = ReturnType<typeof Compiler.folds>[number];

/** Edits of the compiler as a transaction. */
export function transaction(edits: readonly TextEdit[]): TransactionSpec {
  const changes = edits.map(({ range, newText }) => ({ from: range.start.offset, to: range.end.offset, insert: newText }));
  return { changes, userEvent: 'input.edit', scrollIntoView: true };
}

const ICONS: Record<Completion['kind'], string> = {
  property: 'property',
  value: 'constant',
  type: 'class',
  resource: 'variable',
  param: 'property',
  directive: 'function',
  name: 'text',
  file: 'text',
};

/** Completion. */
export function completions(ask: Ask) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\w$.-]+/);
    const before = context.state.doc.lineAt(context.pos).text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from);
    // Straight after a colon, Enter is to begin a line, not to accept a value.
    if (!context.explicit && !word && !/(?:[:-]\s|[[,{('"]\s?)$/.test(before)) return null;
    if (!context.explicit && /#/.test(before)) return null;
    const found = await ask<Completion[]>('complete', context.pos).catch(() => []);
    const first = found[0];
    if (context.aborted || !first) return null;
    const from = Math.min(first.edit.range.start.offset, context.pos);
    const options = found.filter((item) => item.edit.range.start.offset === first.edit.range.start.offset).map((item, rank) => option(item, rank, context.pos));
    // What is written in full needs no completing.
    const whole = (text: string) => options.some((o) => o.label === text) && !options.some((o) => o.label !== text && o.label.startsWith(text));
    if (!context.explicit && whole(context.state.sliceDoc(from, context.pos))) return null;
    return { from, options, validFor: (text) => /^[\w$./-]*$/.test(text) && !whole(text) };
  };
}

function option(item: Completion, rank: number, asked: number): Option {
  const { range, newText } = item.edit;
  return {
    label: item.label,
    type: ICONS[item.kind],
    detail: item.required ? 'required' : item.detail,
    // The compiler's order is by likelihood; CodeMirror's own score must not turn it round.
    boost: Math.max(-99, 99 - rank),
    info: item.docs ? () => docs(item.docs) : undefined,
    apply(view, _, from, to) {
      // What was typed since the question lies between `asked` and `to`; what the edit replaces after the cursor moved along with it.
      const end = Math.max(to, to + range.end.offset - asked);
      view.dispatch({ changes: { from, to: end, insert: newText }, selection: { anchor: from + item.cursor }, userEvent: 'input.complete', scrollIntoView: true });
      if (item.again) startCompletion(view);
    },
  };
}

/** Hover. */
export function hovers(ask: Ask): Extension {
  return hoverTooltip(async (view: EditorView, position: number) => {
    const found = await ask<Hover | undefined>('hover', position).catch(() => undefined);
    if (!found || found.range.end.offset > view.state.doc.length) return null;
    return { pos: found.range.start.offset, end: found.range.end.offset, above: true, create: () => ({ dom: docs(found.markdown) }) };
  });
}

/** New folding ranges. */
export const setFolds = StateEffect.define<readonly Fold[]>();

/** Folding; the ranges are kept by their first line and move with the text until new ones come. */
export const folding: Extension = (() => {
  const field = StateField.define<readonly { from: number; to: number }[]>({
    create: () => [],
    update(found, tr) {
      let next = tr.docChanged
        ? found.map(({ from, to }) => ({ from: tr.changes.mapPos(from, -1), to: tr.changes.mapPos(to, 1) })).filter((f) => f.from < f.to)
        : found;
      for (const effect of tr.effects) if (effect.is(setFolds)) next = ranges(effect.value, tr.state);
      return next;
    },
  });
  const service = foldService.of((state, start, end) => {
    const found = state.field(field).find((fold) => fold.from >= start && fold.from <= end);
    return found ? { from: end, to: Math.min(found.to, state.doc.length) } : null;
  });
  return [field, service];
})();

function ranges(folds: readonly Fold[], { doc }: EditorState): { from: number; to: number }[] {
  return folds
    .filter((fold) => fold.lastLine > fold.firstLine && fold.lastLine <= doc.lines)
    .map((fold) => ({ from: doc.line(fold.firstLine).to, to: doc.line(fold.lastLine).to }));
}
