#!/usr/bin/env bash
# Checks that every test file is run, because a file that nobody calls proves nothing.
#
#   schedule.sh           asks ctest and the two schedules, prints the files that they leave out, and fails if there are any
set -euo pipefail
. "$(cd "$(dirname "$0")" && pwd -P)/lib.sh"
cd "$SBERT_TOP/tests"
shopt -s nullglob

missing=0
left_out()
{
    echo "not run: $1 ($2)"
    missing=1
}

known=$(ctest --test-dir "$SBERT_BUILD" -N | sed -n 's/^ *Test *#[0-9]*: //p')
in_ctest()    { grep -qxF "$1" <<< "$known"; }
in_schedule() { sed 's/#.*//' "$1" | grep -qwF "$2"; }

check_ctest() # PREFIX FILE...
{
    local prefix=$1 file name
    shift
    for file in "$@"; do
        name=$(basename "${file%.*}")
        in_ctest "$prefix.$name" || left_out "tests/$file" "ctest has no $prefix.$name"
    done
}

check_schedule() # SCHEDULE FILE...
{
    local schedule=$1 file
    shift
    for file in "$@"; do
        in_schedule "$schedule" "$(basename "${file%.*}")" || left_out "tests/$file" "not in tests/$schedule"
    done
}

check_schedule regress/schedule regress/sql/*.sql
check_schedule isolation/schedule isolation/specs/*.spec
check_ctest tap tap/*.pl
check_ctest clients clients/*_test.*
check_ctest vector vector/*.pl
check_ctest pgvector pgvector/*_check.py
check_ctest golden golden/*_check.py
for file in fuzz/fuzz_*.cpp; do
    in_ctest "$(basename "${file%.cpp}" | sed 's/_/./')" || left_out "tests/$file" "not in tests/fuzz/targets.cmake"
done
for file in unit/*_test.cpp; do
    grep -qF "/tests/$file\"" "$SBERT_BUILD/compile_commands.json" || left_out "tests/$file" "not in tests/unit/CMakeLists.txt"
done

[ "$missing" -eq 0 ] || fail "tests are left out"
echo "every test is run: $(wc -l <<< "$known") of ctest"
