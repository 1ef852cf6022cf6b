#!/usr/bin/env bash
# Recall, order and queries/s by LIMIT and filter, and queries/s at recall 0.95 and 0.99: sbert_ivf beside pgvector's hnsw
# in one server and, with --before, an older build of sbert_ivf in a second server.
#
#   order.sh [--before CHECKOUT] [--rows N] [--queries N] [--rounds N] [--vectors FILE.npy] [--pg 16|18]
#
# CHECKOUT is another working tree of this repository in which `./run build` has run; the module is built there for a
# server of its own (tests/servers.sh). The vectors of 100,000 texts are made once, in int8, and kept in build/bench/index
# (2 minutes). Figures: build/bench/order.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
. "$here/../tests/servers.sh"

servers_arguments "$@"
before=
vectors=
rest=()
mkdir -p "$SBERT_TOP/build/bench"
set -- "${arguments[@]}"
while [ $# -gt 0 ]; do
    case $1 in
        --before) before=$2; shift 2 ;;
        --vectors) vectors=$2; shift 2 ;;
        *) rest+=("$1"); shift ;;
    esac
done

require_file "$(sbert_command)" "./run build"
test_python
if [ -z "$vectors" ]; then
    require_data wordnet
    vectors=$SBERT_TOP/build/bench/index/texts-int8.npy
    mkdir -p "$(dirname "$vectors")"
    [ -f "$vectors" ] || { echo "== embedding 100,000 texts into $vectors" >&2 &&
        "$PYTHON" "$here/index/texts.py" "$SBERT_TEST_DATA" | sed -n '1,100000p' |
        "$(sbert_command)" embed --model all-MiniLM-L6-v2-int8 --npy "$vectors.new" && mv "$vectors.new" "$vectors"; }
fi

# Another checkout finds its build, its servers and its functions by itself.
install_before() # prints the pg_config
{
    env -u SBERT_BUILD -u SBERT_SERVERS bash -c '. "$1/tests/lib.sh"; . "$1/tests/servers.sh"
        servers_install "$2" >&2 && servers_pg_config "$2"' before "$(cd "$before" && pwd -P)" "$major"
}

settings=(-c shared_buffers=2GB -c max_wal_size=8GB -c maintenance_work_mem=1GB -c autovacuum=off -c jit=off
    -c max_parallel_workers_per_gather=0 -c max_parallel_maintenance_workers=1)
echo "== building for PostgreSQL $major" >&2
servers_install "$major" || fail "the module cannot be built for PostgreSQL $major"
[ -z "$before" ] || before_config=$(install_before) || fail "the module cannot be built in $before"
servers_use "$major"
work_dir bench-order
temp_cluster "${settings[@]}"
if [ -n "$before" ]; then
    # Ends with the script, before the folder goes.
    trap 'status=$?; SBERT_PG_CONFIG=$before_config cluster_stop "$WORK/before" || true; finish $status' EXIT
    SBERT_PG_CONFIG=$before_config cluster_create "$WORK/before"
    SBERT_PG_CONFIG=$before_config cluster_start "$WORK/before" 5432 -c fsync=off -c listen_addresses= "${settings[@]}"
    rest+=(--before "$WORK/before")
fi
PYTHONPATH="$here/tasks" "$PYTHON" "$here/index/order.py" --vectors "$vectors" --out "$SBERT_TOP/build/bench/order.json" \
    "${rest[@]}"
