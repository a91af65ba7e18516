#!/usr/bin/env bash
# Builds the compiler for browsers and Node (one ES module with its .wasm and .d.ts) into the folder $1, with tools cached in $2, and holds it
# against its size budget.
set -euo pipefail
cd "$(dirname "$0")/.."
budget=700 # KB, gzipped
bindgen=$(tools/wasm-bindgen.sh "$2")
cargo build --quiet --profile wasm --target wasm32-unknown-unknown -p stacktape-wasm
mkdir -p "$1"
"$bindgen" --target web --remove-name-section --out-dir "$1" "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/wasm/stacktape_wasm.wasm"
size=$(gzip -9c "$1/stacktape_wasm_bg.wasm" | wc -c)
echo "wasm: $((size / 1000)) KB gzipped (budget $budget KB)"
[ $((size / 1000)) -le $budget ] || { echo "the wasm core is over its budget" >&2; exit 1; }
