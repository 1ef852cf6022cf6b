#!/usr/bin/env bash
# Hostile bytes under AddressSanitizer and UndefinedBehaviorSanitizer (clang's libFuzzer), and the unit tests under both.
#
#   run.sh build          configures and builds the preset `asan`
#   run.sh unit           the unit tests in that build
#   run.sh TARGET         one fuzz target for FUZZ_SECONDS (20) seconds
#
# Seeds are tests/fuzz/corpus/TARGET; what a run learns stays in build/fuzz-corpus/TARGET and serves the next. An input
# that fails is written to build/test-results/fuzz: run the target on that file to see the failure again.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
build=$SBERT_TOP/build/asan

# The newest clang that has the sanitizers' runtime: the module's own compiler need not be of the same version.
sanitizing_clang()
{
    local clang
    for clang in $(compgen -c clang++- | grep -xE 'clang\+\+-[0-9]+' | sort -rV); do
        if [ -n "$(find "$("$clang" -print-resource-dir)/" -name 'libclang_rt.fuzzer*' -print -quit)" ]; then
            echo "$clang"
            return
        fi
    done
    return 1
}

CXX=$(sanitizing_clang) || skip "clang or its sanitizer runtime is missing (packages clang-N, libclang-rt-N-dev)"
export CXX

fuzz() # TARGET
{
    local target=$1 artifacts=$SBERT_TOP/build/test-results/fuzz learnt=$SBERT_TOP/build/fuzz-corpus/$1
    local corpora=("$learnt") options=()
    mkdir -p "$artifacts" "$learnt"
    [ ! -d "$here/corpus/$target" ] || corpora+=("$here/corpus/$target")
    [ ! -f "$here/$target.dict" ] || options+=("-dict=$here/$target.dict")
    "$build/tests/fuzz/fuzz_$target" -max_total_time="${FUZZ_SECONDS:-20}" -timeout="$(patience 10)" -rss_limit_mb=2048 \
        -print_final_stats=1 -verbosity=1 -artifact_prefix="$artifacts/$target-" "${options[@]}" "${corpora[@]}"
}

case ${1:-} in
    build)
        cd "$SBERT_TOP"
        cmake --preset asan -DSBERT_PG_CONFIG="$SBERT_PG_CONFIG" \
            -DCMAKE_COMPILE_WARNING_AS_ERROR="$(warnings_are_errors)" > /dev/null
        cmake --build --preset asan --target sanitized
        ;;
    unit)
        cd "$SBERT_TOP"
        "$build/tests/unit/sbert_unit" --gtest_brief=1
        ;;
    "") fail "usage: tests/fuzz/run.sh build | unit | TARGET" ;;
    *) fuzz "$1" ;;
esac
