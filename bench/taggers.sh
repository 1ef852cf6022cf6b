#!/usr/bin/env bash
# Taggers trained and used in SQL beside sklearn-crfsuite over the same lexical features and over the same vectors, and beside
# scikit-learn's softmax over the last layer: F1 of entities, seconds of training.
#
#   taggers.sh [--sets wnut17,wikiann] [--model NAME] [--rows N] [--small N] [--peers lexical,vectors,softmax]
#
# The texts are those of ner-en in SBERT_TEST_DATA. The first run makes build/taggersvenv (or set SBERT_BENCH_PYTHON to a Python that
# has taggers/requirements.txt). Figures: build/bench/taggers.json. Nothing else should run on the machine meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"

require_extension
require_data ner-en
PYTHON=${SBERT_BENCH_PYTHON:-$SBERT_TOP/build/taggersvenv/bin/python}
[ -n "${SBERT_BENCH_PYTHON:-}" ] || python_venv "$SBERT_TOP/build/taggersvenv" "$here/taggers/requirements.txt" >&2 ||
    fail "the packages of bench/taggers/requirements.txt cannot be installed"
export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1

mkdir -p "$SBERT_TOP/build/bench"
work_dir bench-taggers
temp_cluster -c shared_buffers=256MB -c max_wal_size=4GB -c autovacuum=off -c maintenance_work_mem="${BENCH_WORK_MEM:-256MB}" \
    -c sbert.model_path="${BENCH_MODEL_PATH:-}"
"$PYTHON" "$here/taggers/taggers.py" --data "$SBERT_TEST_DATA/ner-en" --out "$SBERT_TOP/build/bench/taggers.json" "$@"
