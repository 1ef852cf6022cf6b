#!/usr/bin/env bash
# One core's f32 matrix products, ours beside oneDNN's: see product.cpp.
#
#   product.sh [--shape KxN] [ROWS ...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
require_file "$SBERT_BUILD/bench/sbert_bench_product" "./run build, with libdnnl-dev installed"
echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), one core of $(nproc)"
OMP_NUM_THREADS=1 exec taskset -c 0 "$SBERT_BUILD/bench/sbert_bench_product" "$@"
