#!/usr/bin/env bash
# Nanoseconds of a distance in SQL, ours beside pgvector's in one server, over the same cached rows.
#
#   distance.sh [--types LIST] [--dims LIST] [--rows N] [--rounds N] [--core N] [--pg 16|18]
#
# Types: vector, halfvec, sparsevec, bit, text, toast (bench/README.md says what each is). The server is that of the wheel
# (tests/servers.sh), with pgvector 0.8.5 in it. Figures: build/bench/distance.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
. "$here/../tests/servers.sh"

servers_arguments "$@"

require_file "$(sbert_command)" "./run build"
test_python
mkdir -p "$SBERT_TOP/build/bench"
echo "== building for PostgreSQL $major" >&2
servers_install "$major" || fail "the module cannot be built for PostgreSQL $major"
servers_use "$major"
work_dir bench-distance
# A table that is larger than a quarter of the buffers would be read past them, through a ring.
temp_cluster -c shared_buffers=4GB -c max_wal_size=8GB -c autovacuum=off -c max_parallel_workers_per_gather=0 -c jit=off
"$PYTHON" "$here/distance/distance.py" --out "$SBERT_TOP/build/bench/distance.json" "${arguments[@]}"
