// Removes the names of functions from a wasm module, in place: they are a fifth of the download, and wasm-pack has no option for it.
import { readFileSync, writeFileSync } from 'node:fs';

const path = process.argv[2];
const module = readFileSync(path);
const CUSTOM = 0;

/** Reads an unsigned LEB128 number; gives it and the offset behind it. */
function number(at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = module[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

const kept = [module.subarray(0, 8)]; // magic and version
for (let start = 8; start < module.length; ) {
  const [size, body] = number(start + 1);
  const end = body + size;
  const [length, text] = number(body);
  const isNames = module[start] === CUSTOM && module.toString('utf8', text, text + length) === 'name';
  if (!isNames) kept.push(module.subarray(start, end));
  start = end;
}
writeFileSync(path, Buffer.concat(kept));
