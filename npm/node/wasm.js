// The compiler, instantiated once. An instance that panicked refuses every call, so it is thrown away and the next call gets a new one.

import { readFile } from 'node:fs/promises';

let loading;

/** The functions of the compiler. */
export function compiler() {
  loading ??= load();
  return loading;
}

async function load() {
  const module = await import('../wasm/stacktape_wasm.js');
  module.initSync({ module: await readFile(new URL('../wasm/stacktape_wasm_bg.wasm', import.meta.url)) });
  return module;
}
