#!/usr/bin/env bash
# Prints a folder with the commands wasm-pack and wasm-bindgen, the latter of the version in Cargo.lock (another version refuses our module);
# what is missing there is installed once, into the folder $1. An unoptimised build runs long enough to matter to nobody and installs in a third
# of the time.
set -euo pipefail
cd "$(dirname "$0")/.."
wasm_pack=0.15.1
wasm_bindgen=$(grep -A1 '^name = "wasm-bindgen"$' Cargo.lock | sed -n 's/^version = "\(.*\)"$/\1/p')
cache=$1
root=$cache/wasm-tools-$wasm_pack-$wasm_bindgen

install() {
  [ -x "$root/bin/$2" ] && return
  # Not --locked: the registry of a build machine may lag behind the tool's lock file.
  cargo install --quiet --debug "$1" --version "$3" --root "$root" --target-dir "$cache/wasm-tools-target" >&2
}

install wasm-pack wasm-pack "$wasm_pack"
install wasm-bindgen-cli wasm-bindgen "$wasm_bindgen"
rm -rf "$cache/wasm-tools-target"
echo "$root/bin"
