// Differences of two texts by lines: enough to update a view in place and to mark what an edit changed. Linear where texts share a beginning and an
// end, which is what one key press gives; Myers' algorithm in between, with a bound on its work.
import type { LineMarks, TextChange } from './protocol.ts';

/** A run of lines that differs: `a` in the old text, `b` in the new one. */
export interface Hunk {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
}

/** More differences than this are not told apart: the whole middle counts as changed. */
const MAX_DIFFERENCES = 400;

/** The runs of lines in which two texts differ. */
export function hunks(a: readonly string[], b: readonly string[]): Hunk[] {
  let start = 0;
  const shorter = Math.min(a.length, b.length);
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const aTo = a.length - end;
  const bTo = b.length - end;
  if (start === aTo && start === bTo) return [];
  const whole = [{ aFrom: start, aTo, bFrom: start, bTo }];
  if (start === aTo || start === bTo) return whole;
  return myers(a, b, start, aTo, bTo) ?? whole;
}

/** Myers' greedy algorithm on the middle of both texts; nothing when they differ too much. */
function myers(a: readonly string[], b: readonly string[], start: number, aTo: number, bTo: number): Hunk[] | undefined {
  const n = aTo - start;
  const m = bTo - start;
  const bound = Math.min(n + m, MAX_DIFFERENCES);
  const offset = bound + 1;
  let reach = new Int32Array(2 * bound + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= bound; d++) {
    trace.push(reach.slice());
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[offset + k - 1]! < reach[offset + k + 1]!);
      let x = down ? reach[offset + k + 1]! : reach[offset + k - 1]! + 1;
      let y = x - k;
      while (x < n && y < m && a[start + x] === b[start + y]) {
        x++;
        y++;
      }
      reach[offset + k] = x;
      if (x >= n && y >= m) return path(trace, d, offset, n, m, start);
    }
  }
  return undefined;
}

/** Walks the trace back and joins neighbouring steps into hunks. */
function path(trace: Int32Array[], differences: number, offset: number, n: number, m: number, start: number): Hunk[] {
  const found: Hunk[] = [];
  let x = n;
  let y = m;
  for (let d = differences; d > 0; d--) {
    const reach = trace[d]!;
    const k = x - y;
    const down = k === -d || (k !== d && reach[offset + k - 1]! < reach[offset + k + 1]!);
    const before = down ? k + 1 : k - 1;
    const fromX = reach[offset + before]!;
    const fromY = fromX - before;
    const step = down
      ? { aFrom: start + fromX, aTo: start + fromX, bFrom: start + fromY, bTo: start + fromY + 1 }
      : { aFrom: start + fromX, aTo: start + fromX + 1, bFrom: start + fromY, bTo: start + fromY };
    const next = found[found.length - 1];
    if (next && next.aFrom === step.aTo && next.bFrom === step.bTo) {
      next.aFrom = step.aFrom;
      next.bFrom = step.bFrom;
    } else {
      found.push(step);
    }
    x = fromX;
    y = fromY;
  }
  return found.reverse();
}

/** The same differences as changes of the text. `a` are the lines of the old text. */
export function changes(found: readonly Hunk[], a: readonly string[], b: readonly string[]): TextChange[] {
  const offsets = lineOffsets(a);
  const length = offsets[a.length]! - 1;
  return found.map(({ aFrom, aTo, bFrom, bTo }) => {
    const lines = b.slice(bFrom, bTo).join('\n');
    const from = offsets[aFrom]!;
    // Whole lines with their line breaks, except at the end of the text, where the break before belongs to the change.
    if (aTo < a.length) return { from, to: offsets[aTo]!, insert: bFrom === bTo ? '' : `${lines}\n` };
    if (aFrom === 0) return { from: 0, to: length, insert: lines };
    return { from: from - 1, to: length, insert: bFrom === bTo ? '' : `\n${lines}` };
  });
}

/** Where each line starts; one more entry for where a line after the last would. */
export function lineOffsets(lines: readonly string[]): Uint32Array {
  const offsets = new Uint32Array(lines.length + 1);
  let at = 0;
  for (let i = 0; i < lines.length; i++) {
    offsets[i] = at;
    at += lines[i]!.length + 1;
  }
  offsets[lines.length] = at;
  return offsets;
}

/** What to mark in the new text. */
export function marks(found: readonly Hunk[]): LineMarks {
  const out: LineMarks = { added: [], removed: [], addedLines: 0, removedLines: 0 };
  for (const { aFrom, aTo, bFrom, bTo } of found) {
    if (bTo > bFrom) out.added.push(bFrom, bTo - bFrom);
    if (aTo > aFrom) out.removed.push(bFrom);
    out.addedLines += bTo - bFrom;
    out.removedLines += aTo - aFrom;
  }
  return out;
}
