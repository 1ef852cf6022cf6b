#!/usr/bin/env bash
# The crates pgvector and postgres: rust/.
set -euo pipefail
. "$(dirname "$0")/client.sh"

client rust cargo rustc cc
at_least 1.88 rustc "$(rustc --version | cut -d ' ' -f 2)"

# The user's settings of cargo hold although its downloads lie elsewhere.
settings=()
for file in "${CARGO_HOME:-$HOME/.cargo}"/config{,.toml}; do
    [ ! -f "$file" ] || settings=(--config "$file")
done
export CARGO_HOME=$CLIENT_BUILD/home CARGO_TARGET_DIR=$CLIENT_BUILD/target CARGO_TERM_COLOR=never
run_cargo() { cargo "${settings[@]}" "$1" --manifest-path "$CLIENT_SOURCE/Cargo.toml" --quiet --locked "${@:2}"; }

fetch "$CLIENT_SOURCE/Cargo.lock" run_cargo fetch --target "$(rustc -vV | sed -n 's/^host: //p')"
run_cargo build --offline
in_each_database "$CARGO_TARGET_DIR/debug/pgvector-client"
