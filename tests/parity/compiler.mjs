// Loads the wasm compiler in Node. The build for browsers is used: one artifact for everybody.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = process.env.STACKTAPE_WASM;
if (!folder) throw new Error('STACKTAPE_WASM must name the folder that `make wasm` wrote');

export const compiler = await import(pathToFileURL(join(folder, 'stacktape_wasm.js')).href);
compiler.initSync({ module: readFileSync(join(folder, 'stacktape_wasm_bg.wasm')) });
