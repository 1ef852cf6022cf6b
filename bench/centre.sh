#!/usr/bin/env bash
# Recall of sbert_ivf beside pgvector's hnsw, in one server, over vectors whose mean is 0 to 10,000 times their spread, of
# 2 to 768 dimensions.
#
#   centre.sh [--dims LIST] [--means LIST] [--metrics LIST] [--rows N] [--queries N] [--pg 16|18]
#
# Metrics: l2, cosine, ip. The server is that of the wheel (tests/servers.sh). Figures: build/bench/centre.json.
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
work_dir bench-centre
temp_cluster -c shared_buffers=1GB -c max_wal_size=8GB -c maintenance_work_mem=1GB -c autovacuum=off -c jit=off \
    -c max_parallel_workers_per_gather=0
PYTHONPATH="$here/tasks" "$PYTHON" "$here/index/centre.py" --out "$SBERT_TOP/build/bench/centre.json" "${arguments[@]}"
