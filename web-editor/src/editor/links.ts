// Highlighted lines that belong to what is selected on the other side: template → config and config → template.
import { StateEffect, StateField, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';

/** Ranges of text to highlight, as offsets. */
export const setLinked = StateEffect.define<readonly { from: number; to: number }[]>();

const line = Decoration.line({ class: 'cm-linked' });

export const linked: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(found, transaction) {
    let next = found.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setLinked)) continue;
      const { doc } = transaction.state;
      const lines: Range<Decoration>[] = [];
      let last = 0;
      for (const { from, to } of [...effect.value].sort((a, b) => a.from - b.from)) {
        const end = doc.lineAt(Math.min(Math.max(to - 1, from), doc.length)).number;
        for (let n = Math.max(doc.lineAt(Math.min(from, doc.length)).number, last + 1); n <= end; n++) {
          lines.push(line.range(doc.line(n).from));
          last = n;
        }
      }
      next = Decoration.set(lines);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
