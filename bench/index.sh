#!/usr/bin/env bash
# sbert_ivf beside pgvector's hnsw in one server, over the same rows and queries: build, size, queries/s at a recall,
# inserts, vacuum, filters.
#
#   index.sh [--rows N] [--data text|mnist|both] [--parts LIST] [--rounds N]
#            [--vectors FILE.npy] [--pg 16|18]
#
# Parts: query, delivered, k100, filter, insert, memory, sizes, unseen, vacuum, drift; the build is always there.
# The server is that of the wheel (tests/servers.sh), with pgvector 0.8.5 in it. The vectors of all texts in the data folder
# (about 260,000) are made once by `sbert embed` and kept in build/bench/index (20 minutes). Figures: build/bench/index.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
. "$here/../tests/servers.sh"

major=16
vectors=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --pg) major=$2; shift 2 ;;
        --vectors) vectors=$2; shift 2 ;;
        *) arguments+=("$1"); shift ;;
    esac
done

require_file "$(sbert_command)" "./run build"
require_data wordnet
require_data mnist-784
test_python
cache=$SBERT_TOP/build/bench/index
mkdir -p "$cache"
embed_lines() # FILE.npy [OPTION of texts.py]
{
    [ -f "$1" ] || { echo "== embedding the texts into $1" >&2 &&
        "$PYTHON" "$here/index/texts.py" "$SBERT_TEST_DATA" "${@:2}" | "$(sbert_command)" embed --npy "$1.new" &&
        mv "$1.new" "$1"; }
}
[ -n "$vectors" ] || { vectors=$cache/vectors.npy; embed_lines "$vectors"; }
embed_lines "$cache/unseen.npy" --unseen

echo "== building for PostgreSQL $major" >&2
servers_install "$major" || fail "the module cannot be built for PostgreSQL $major"
SBERT_PG_CONFIG=$(servers_pg_config "$major")
export SBERT_PG_CONFIG
work_dir bench-index
temp_cluster -c shared_buffers=4GB -c max_wal_size=8GB -c maintenance_work_mem=2GB -c autovacuum=off \
    -c max_parallel_maintenance_workers=1 -c effective_io_concurrency=0 -c jit=off
"$PYTHON" "$here/index/index.py" --vectors "$vectors" --unseen "$cache/unseen.npy" --data-folder "$SBERT_TEST_DATA" \
    --out "$SBERT_TOP/build/bench/index.json" "${arguments[@]}"
