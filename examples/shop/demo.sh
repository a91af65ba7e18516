#!/usr/bin/env bash
# The whole way on one machine: deploys the shop to a simulated AWS, changes one function, deploys again, deletes everything.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target="${CARGO_TARGET_DIR:-$root/target}"

echo "== building stacktape (several minutes the first time)"
(cd "$root" && cargo build -q -p stacktape)
stacktape() {
  "$target/debug/stacktape" "$@" --simulate --projectName shop --stage dev --region eu-west-1 --autoConfirmOperation
}

# A copy, so that the change below does not touch the example.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$here/stacktape.yml" "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$here/src" "$work"
cd "$work"
echo "== installing the app's npm dependencies"
npm ci --silent --no-audit --no-fund

echo "== first deploy"
stacktape deploy
echo "== one function changed, deployed again"
sed -i.bak 's/Limit: 50/Limit: 100/' src/list-orders.ts && rm src/list-orders.ts.bak
stacktape deploy
echo "== deleted"
stacktape delete
