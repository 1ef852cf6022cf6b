#!/usr/bin/env bash
# Our types beside pgvector's in one server: each script of tests/pgvector, by name.
#
#   run.sh [NAME [ARGUMENT...]]      all, or NAME.py alone with its arguments; a script fails with an exit code other than 0
#
# pgvector comes with the wheel's servers (tests/servers.sh): the one under test if it is of them, else version 16. A
# script finds the server through the usual PG* variables, and its programs through PG_BINDIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
. "$here/../servers.sh"

[[ $SBERT_PG_CONFIG == "$(servers_dir)"/* ]] || servers_use 16
require_extension
test_python
work_dir "pgvector${1:+-$1}"
temp_cluster -c log_min_messages=fatal -c wal_level=logical -c max_wal_senders=8 -c max_replication_slots=8
PG_BINDIR=$(pg_path bindir)
export PG_BINDIR

names=("${1:-}")
[ $# -gt 0 ] || mapfile -t names < <(cd "$here" && ls ./*_check.py | sed 's|^\./||; s|\.py$||')
for name in "${names[@]}"; do
    echo "== $name"
    "$PYTHON" "$here/$name.py" "${@:2}" || fail "tests/pgvector/$name.py"
done
