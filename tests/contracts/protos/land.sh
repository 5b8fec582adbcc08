#!/bin/sh
# Takes the protos as they are now for landed; refuses when they break what landed before.
set -eu
cd "$(dirname -- "$0")"
[ -d node_modules ] || npm ci --no-audit --no-fund --ignore-scripts
node_modules/.bin/buf breaking ../../../contracts/protos --against landed.binpb
node_modules/.bin/buf build ../../../contracts/protos --exclude-source-info -o landed.binpb
