#!/usr/bin/env bash
# What share of the ten nearest rows pgvector's indexes find at a value of hnsw.ef_search and of ivfflat.probes: the curves of
# extension/vector, and the table of docs/vector.md.
#
#   settings.sh [--ours] [--lists LIST] [--queries N] [--pg 16|18]
#
# With --ours it asks our extension `vector`, in the server under test, what it finds at the same values.
# Two corpora: a fifth of all texts in the data folder (about 52,000), embedded once and kept in build/bench/index, by cosine
# distance; and the 60,000 images of MNIST, by Euclidean distance. The server is that of the wheel (tests/servers.sh), with
# pgvector 0.8.5 in it. Figures: build/bench/settings.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
. "$here/../tests/servers.sh"

ours=
[ "${1:-}" != --ours ] || { ours=-ours; shift; }
servers_arguments "$@"

require_file "$(sbert_command)" "./run build"
require_data wordnet
require_data mnist-784
test_python
vectors=$SBERT_TOP/build/bench/index/fifth.npy
mkdir -p "$(dirname "$vectors")"
[ -f "$vectors" ] || { echo "== embedding the texts into $vectors" >&2 &&
    "$PYTHON" "$here/index/texts.py" "$SBERT_TEST_DATA" | awk 'NR % 5 == 0' | "$(sbert_command)" embed --npy "$vectors.new" &&
    mv "$vectors.new" "$vectors"; }
if [ -n "$ours" ]; then
    has_vector || skip "the extension vector is missing: ./run install vector"
else
    servers_fetch "$major"
    servers_use "$major"
fi
work_dir bench-settings
temp_cluster -c shared_buffers=1GB -c max_wal_size=8GB -c maintenance_work_mem=1GB -c autovacuum=off -c jit=off \
    -c max_parallel_workers_per_gather=0
"$PYTHON" "$here/index/settings.py" --vectors "$vectors" --data-folder "$SBERT_TEST_DATA" \
    --out "$SBERT_TOP/build/bench/settings$ours.json" "${arguments[@]}"
