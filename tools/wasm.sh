#!/usr/bin/env bash
# Builds the compiler for browsers and Node (one ES module with its .wasm and .d.ts) into the folder $1, with tools cached in $2, and holds it
# against its size budget.
set -euo pipefail
cd "$(dirname "$0")/.."
budget=700 # KB, gzipped
PATH=$(tools/wasm-tools.sh "$2"):$PATH
out=$(realpath -m "$1")
wasm-pack --quiet build compiler-wasm --target web --profile wasm --mode no-install --no-pack --no-opt --out-dir "$out"
node tools/drop-names.mjs "$out/stacktape_wasm_bg.wasm"
size=$(gzip -9c "$out/stacktape_wasm_bg.wasm" | wc -c)
echo "wasm: $((size / 1000)) KB gzipped (budget $budget KB)"
[ $((size / 1000)) -le $budget ] || { echo "the wasm core is over its budget" >&2; exit 1; }
