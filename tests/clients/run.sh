#!/usr/bin/env bash
# The published drivers, unchanged, against a server of their own: each script of tests/clients, by name.
#
#   run.sh [NAME...]      all, or NAME.py alone; a script fails with an exit code other than 0
#
# A script finds the server through the usual PG* variables; the extension is not yet created in it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"

require_extension
test_python
work_dir "clients${1:+-$1}"
temp_cluster

names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(cd "$here" && ls ./*_test.py | sed 's|^\./||; s|\.py$||')
for name in "${names[@]}"; do
    echo "== $name"
    status=0
    "$PYTHON" "$here/$name.py" || status=$?
    [ "$status" -ne 77 ] || [ "${#names[@]}" -gt 1 ] || exit 77
    [ "$status" -eq 0 ] || [ "$status" -eq 77 ] || fail "tests/clients/$name.py"
done
