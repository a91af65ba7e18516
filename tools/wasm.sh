#!/usr/bin/env bash
# Builds the compiler for browsers and Node (one ES module with its .wasm and .d.ts) into the folder $1, with tools cached in $2, and holds it
# against its size budgets: the compiler by itself, and with the language services, as it is published.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$(tools/wasm-tools.sh "$2"):$PATH
out=$(realpath -m "$1")

# build FOLDER WHAT BUDGET [CARGO OPTIONS]: the budget is in KB, gzipped.
build() {
  folder=$1 what=$2 budget=$3
  shift 3
  wasm-pack --quiet build compiler-wasm --target web --profile wasm --mode no-install --no-pack --no-opt --out-dir "$folder" -- "$@"
  node tools/drop-names.mjs "$folder/stacktape_wasm_bg.wasm"
  size=$(($(gzip -9c "$folder/stacktape_wasm_bg.wasm" | wc -c) / 1000))
  echo "$what: $size KB gzipped (budget $budget KB)"
  [ "$size" -le "$budget" ] || { echo "$what is over its budget" >&2; exit 1; }
}

build "$out-core" "wasm core" 700 --no-default-features
build "$out" "wasm core with language services" 800
