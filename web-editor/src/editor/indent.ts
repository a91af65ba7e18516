// Indentation of a new YAML line: deeper after a key that waits for its value, under the key of a list item, otherwise as before.
import { indentService } from '@codemirror/language';

export const yamlIndent = indentService.of((context, position) => {
  const { doc } = context.state;
  // What stands before the place where the line is broken.
  const line = doc.lineAt(position);
  let text = context.simulatedBreak === position ? line.text.slice(0, position - line.from) : undefined;
  for (let number = line.number - 1; text === undefined || text.trim() === ''; number--) {
    if (number < 1) return 0;
    text = doc.line(number).text;
  }
  const indent = /^ */.exec(text)![0].length;
  const inItem = /^ *((?:- +)*)/.exec(text)![1]!.length;
  return indent + inItem + (/(?::|[|>][+-]?)\s*(?:#.*)?$/.test(text) ? 2 : 0);
});
