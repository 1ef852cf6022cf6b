#!/usr/bin/env bash
# Classifiers trained and used in SQL beside scikit-learn's logistic regression, over the same vectors on the same core:
# how good they are, seconds of training, rows/s.
#
#   tasks.sh [--parts banking77,goemotions,many] [--rounds N] [--rows N] [--core N] [--pg 16|18]
#
# The server is that of the wheel (tests/servers.sh). The texts of both data sets are embedded once and kept in
# build/bench/tasks (4 minutes). The first run makes build/tasksvenv (or set SBERT_BENCH_PYTHON to a Python that has
# tasks/requirements.txt). Figures: build/bench/tasks.json. Nothing else should run on the machine meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
. "$here/../tests/servers.sh"

servers_arguments "$@"

require_file "$(sbert_command)" "./run build"
require_data banking77
require_data goemotions
PYTHON=${SBERT_BENCH_PYTHON:-$SBERT_TOP/build/tasksvenv/bin/python}
[ -n "${SBERT_BENCH_PYTHON:-}" ] || python_venv "$SBERT_TOP/build/tasksvenv" "$here/tasks/requirements.txt" >&2 ||
    fail "the packages of bench/tasks/requirements.txt cannot be installed"
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here/encode:$here/index # machine.py and contender.py
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

vectors=$SBERT_TOP/build/bench/tasks
mkdir -p "$vectors"
for name in banking77/train banking77/test goemotions/train goemotions/test; do
    file=$vectors/${name/\//-}.npy
    [ -f "$file" ] || { echo "== embedding $name into $file" >&2 &&
        "$PYTHON" "$here/tasks/labelled.py" "$SBERT_TEST_DATA" "$name" | "$(sbert_command)" embed --npy "$file.new" &&
        mv "$file.new" "$file"; }
done

echo "== building for PostgreSQL $major" >&2
servers_install "$major" || fail "the module cannot be built for PostgreSQL $major"
servers_use "$major"
work_dir bench-tasks
# A table that is larger than a quarter of the buffers would be read past them, through a ring.
temp_cluster -c shared_buffers=8GB -c max_wal_size=8GB -c maintenance_work_mem=1GB -c autovacuum=off \
    -c max_parallel_workers_per_gather=0 -c jit=off
"$PYTHON" "$here/tasks/tasks.py" --data "$SBERT_TEST_DATA" --vectors "$vectors" \
    --out "$SBERT_TOP/build/bench/tasks.json" "${arguments[@]}"
