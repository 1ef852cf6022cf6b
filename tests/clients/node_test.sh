#!/usr/bin/env bash
# The npm packages pgvector and pg: node/test.mjs.
set -euo pipefail
. "$(dirname "$0")/client.sh"

client node node npm
at_least 20 node "$(node --print process.versions.node)"
cp "$CLIENT_SOURCE"/* "$CLIENT_BUILD/"
fetch "$CLIENT_SOURCE/package-lock.json" \
    npm ci --prefix "$CLIENT_BUILD" --cache "$CLIENT_BUILD/cache" --loglevel=error --no-audit --no-fund --ignore-scripts
in_each_database node "$CLIENT_BUILD/test.mjs"
