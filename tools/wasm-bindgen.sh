#!/usr/bin/env bash
# Prints the path of a wasm-bindgen command of the version in Cargo.lock (another version refuses our module): the one on PATH, or one that is
# installed once into the folder $1. An unoptimised build runs long enough to matter to nobody and installs in a third of the time.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p')
if [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ]; then
  command -v wasm-bindgen
  exit
fi
root=$1/wasm-bindgen-$version
if [ ! -x "$root/bin/wasm-bindgen" ]; then
  # Not --locked: the registry of a build machine may lag behind the tool's lock file.
  cargo install --quiet --debug wasm-bindgen-cli --version "$version" --root "$root" --target-dir "$1/wasm-bindgen-target" >&2
  rm -rf "$1/wasm-bindgen-target"
fi
echo "$root/bin/wasm-bindgen"
