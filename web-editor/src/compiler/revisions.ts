// The template texts that the page may still refer to: what it shows and what it marks changes against.
import { changes, hunks, marks } from './lines.ts';
import type { Format, TemplateUpdate } from './protocol.ts';

interface Revision {
  format: Format;
  text: string;
  lines: readonly string[];
}

export class Revisions {
  private readonly known = new Map<number, Revision>();
  private last = 0;

  /** A new text as an update of revision `shown`, with its differences from revision `baseline`. */
  update(text: string, format: Format, ids: readonly string[], shown: number, baseline: number): TemplateUpdate {
    for (const revision of this.known.keys()) {
      if (revision !== shown && revision !== baseline && revision !== this.last) this.known.delete(revision);
    }
    const before = this.of(shown, format);
    const base = this.of(baseline, format);
    const lines = text.split('\n');
    const difference = before && hunks(before.lines, lines);
    const revision = difference?.length === 0 ? shown : ++this.last;
    this.known.set(revision, { format, text, lines });
    const marked = marks(base ? (base === before ? difference! : hunks(base.lines, lines)) : []);
    const starts = resourceStarts(text, format, ids);
    const update = before && difference ? { changes: changes(difference, before.lines, lines) } : { text };
    return { revision, ...update, length: text.length, marks: marked, starts };
  }

  private of(revision: number, format: Format): Revision | undefined {
    const found = this.known.get(revision);
    return found?.format === format ? found : undefined;
  }
}

/** Where the block of each resource starts. The writer is byte-stable, so an id in its place can be found by its indentation. */
export function resourceStarts(text: string, format: Format, ids: readonly string[]): Uint32Array {
  const starts = new Uint32Array(ids.length + 1);
  let at = text.indexOf(format === 'json' ? '\n  "Resources": {' : '\nResources:');
  if (at < 0) at = 0;
  for (let i = 0; i < ids.length; i++) {
    const head = format === 'json' ? `\n    "${ids[i]}": {` : `\n  ${ids[i]}:`;
    const found = text.indexOf(head, at);
    if (found >= 0) at = found + 1;
    starts[i] = at;
  }
  const end = text.indexOf(format === 'json' ? '\n  }' : '\n', Math.max(at, 0));
  starts[ids.length] = format === 'json' ? (end < 0 ? text.length : end + 1) : endOfYamlBlock(text, at);
  return starts;
}

/** The first line after `at` that is not indented. */
function endOfYamlBlock(text: string, at: number): number {
  const next = /\n(?=[^\s])/g;
  next.lastIndex = at;
  const found = next.exec(text);
  return found ? found.index + 1 : text.length;
}
