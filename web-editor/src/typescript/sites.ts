// Makes the engine report the right place of a construct. QuickJS gives a call the place of what was last called before it, which for
// `new Class({ … })` is that of a call or construct among the properties. So every construct of the authoring library gets one more argument: the
// optional call of `undefined` changes nothing, and its place leads back to the class. The command line does the like (`host-cli/sandbox/src/sites.rs`).
import { parse } from 'sucrase/dist/esm/parser/index.js';
import { TokenType } from 'sucrase/dist/esm/parser/tokenizer/types.js';

export interface Marked {
  code: string;
  /** The place of a class by that of the argument, both as `line:column`, the column from 0. */
  sites: ReadonlyMap<string, { line: number; column: number }>;
}

const ARGUMENT = 'undefined?.()';

/** Marks the constructs of a program without types. */
export function mark(code: string): Marked {
  const names = libraryNames(code);
  const sites = new Map<string, { line: number; column: number }>();
  if (names.size === 0) return { code, sites };
  const { tokens } = parse(code, false, false, false);
  const marks: { at: number; text: string; name: number }[] = [];
  tokens.forEach((token, index) => {
    const name = tokens[index + 1];
    if (token.type !== TokenType._new || !name || !names.has(code.slice(name.start, name.end))) return;
    let open = index + 2;
    while (tokens[open]?.type === TokenType.dot) open += 2;
    const close = closing(tokens, open);
    // Without arguments nothing is called before it.
    if (close === undefined || close === open + 1) return;
    const comma = tokens[close - 1]!.type === TokenType.comma;
    marks.push({ at: tokens[close]!.start, text: comma ? ` ${ARGUMENT}` : `, ${ARGUMENT}`, name: name.start });
  });
  marks.sort((a, b) => a.at - b.at);
  let made = '';
  let from = 0;
  for (const { at, text } of marks) {
    made += code.slice(from, at) + text;
    from = at;
  }
  made += code.slice(from);
  // Where an offset of the program is after the arguments were put in.
  const moved = (offset: number) => marks.reduce((sum, { at, text }) => (at < offset ? sum + text.length : sum), offset);
  const place = (offset: number) => {
    const before = made.slice(0, offset);
    const start = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: offset - start };
  };
  for (const { at, text, name } of marks) {
    const argument = place(moved(at) + text.length - ARGUMENT.length);
    sites.set(`${argument.line}:${argument.column}`, place(moved(name)));
  }
  return { code: made, sites };
}

/** The index of the bracket that closes the one at `open`, if there is one. */
function closing(tokens: readonly { type: number }[], open: number): number | undefined {
  if (tokens[open]?.type !== TokenType.parenL) return undefined;
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.type === TokenType.parenL) depth++;
    if (tokens[index]!.type === TokenType.parenR && --depth === 0) return index;
  }
  return undefined;
}

/** What a file calls the classes of the library, and the library as a whole. */
function libraryNames(code: string): Set<string> {
  const names = new Set<string>();
  for (const [, clause] of code.matchAll(/\bimport\s+([^;'"]*?)\s*from\s*['"]stacktape['"]/g)) {
    for (const part of clause!.split(/[{},]/)) {
      const local = /([\w$]+)\s*$/.exec(part)?.[1];
      if (local) names.add(local);
    }
  }
  return names;
}
