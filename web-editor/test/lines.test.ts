// Updates and marks of the template are right for any two texts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changes, hunks, lineOffsets, marks } from '../src/compiler/lines.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '  d: e'), { minLength: 1, maxLength: 40 });

test('changes turn the old text into the new one', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      let text = a.join('\n');
      for (const { from, to, insert } of changes(hunks(a, b), a, b).reverse()) text = text.slice(0, from) + insert + text.slice(to);
      expect(text).toBe(b.join('\n'));
    }),
    { numRuns: 3_000 },
  );
});

test('unmarked lines are those of the old text, in order', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const found = hunks(a, b);
      const marked = marks(found);
      const added = new Set<number>();
      for (let i = 0; i < marked.added.length; i += 2) for (let n = 0; n < marked.added[i + 1]!; n++) added.add(marked.added[i]! + n);
      const kept = b.filter((_, n) => !added.has(n));
      const gone = new Set(found.flatMap((h) => Array.from({ length: h.aTo - h.aFrom }, (_, n) => h.aFrom + n)));
      expect(kept).toEqual(a.filter((_, n) => !gone.has(n)));
      expect(marked.addedLines - marked.removedLines).toBe(b.length - a.length);
    }),
    { numRuns: 3_000 },
  );
});

test('texts that differ everywhere are still updated', () => {
  const a = Array.from({ length: 3_000 }, (_, i) => `a${i}`);
  const b = Array.from({ length: 3_000 }, (_, i) => `b${i}`);
  expect(hunks(a, b)).toEqual([{ aFrom: 0, aTo: 3_000, bFrom: 0, bTo: 3_000 }]);
  expect(lineOffsets(['ab', '', 'c'])).toEqual(new Uint32Array([0, 3, 4, 6]));
});
