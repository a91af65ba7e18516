// Places in a program after its types were taken out, and where they were before. Lines stay; columns move where something on the line was removed. A
// constructor call is found again by counting: the third `new` of the line is still the third.

import type { Marked } from './sites.ts';

export interface SourcePlace {
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
}

export class Origins {
  private readonly stripped = new Map<string, string[]>();
  private readonly sites = new Map<string, Marked['sites']>();

  constructor(private readonly files: Readonly<Record<string, string>>) {}

  /** Remembers what became of a file, and where its constructs are. */
  add(file: string, code: string, sites: Marked['sites'] = new Map()): void {
    this.stripped.set(file, code.split('\n'));
    this.sites.set(file, sites);
  }

  original(file: string, line: number, column: number): SourcePlace {
    const name = file.replace(/^\//, '');
    const lines = this.stripped.get(name);
    const site = this.sites.get(name)?.get(`${line}:${wordAt(lines?.[line - 1] ?? '', column - 1)}`);
    if (site) {
      line = site.line;
      column = site.column + 1;
    }
    const after = lines?.[line - 1];
    const before = this.files[name]?.split('\n')[line - 1];
    if (after === undefined || before === undefined) return { file: name, line, column };
    const start = wordAt(after, column - 1);
    const word = /^[\w$]+/.exec(after.slice(start))?.[0];
    if (!word) return { file: name, line, column: Math.min(column, before.length + 1) };
    // The engine points at the class, editors and Node at the `new` before it; types have the same names, but no `new`.
    const call = /\bnew\s+$/.exec(after.slice(0, start));
    const sought = call ? `new\\s+${escaped(word)}` : escaped(word);
    const nth = occurrences(after, sought).filter((at) => at < (call ? call.index : start)).length;
    const found = occurrences(before, sought)[nth];
    return { file: name, line, column: found === undefined ? Math.min(column, before.length + 1) : found + 1 };
  }

  /** The first frame of a stack that is in a file of the editor. */
  first(stack: string): SourcePlace | undefined {
    for (const [, file, line, column] of stack.matchAll(/\(?([^\s()]+):(\d+):(\d+)\)?$/gm)) {
      if (this.files[file!] !== undefined) return this.original(file!, Number(line), Number(column));
    }
    return undefined;
  }
}

function wordAt(text: string, column: number): number {
  let start = column;
  while (start > 0 && /[\w$]/.test(text[start - 1]!)) start--;
  return start;
}

const escaped = (word: string) => word.replaceAll('$', '\\$');

function occurrences(text: string, pattern: string): number[] {
  return [...text.matchAll(new RegExp(`(?<![\\w$])${pattern}(?![\\w$])`, 'g'))].map((match) => match.index);
}
