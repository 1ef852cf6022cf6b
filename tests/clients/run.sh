#!/usr/bin/env bash
# The published drivers, unchanged, against a server of their own: each test of tests/clients, by name.
#
#   run.sh [NAME...]      all, or NAME.py and NAME.sh alone; a test fails with an exit code other than 0
#
# A test finds the server through the usual PG* variables; the extension is not yet created in it. Those of frameworks
# create our extension `vector`, too. Where the server of SBERT_PG_CONFIG has pgvector, its copy that has ours is taken
# (servers_install_vector of servers.sh). With CLIENTS_EXTENSION=vector the same tests run against pgvector itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
export CLIENTS_EXTENSION=${CLIENTS_EXTENSION:-sbert}

# start_server NAME: by its socket; JDBC knows TCP only, where the server asks for the password. Another test may take the
# same port at the same moment: then the server does not start, and the next port is tried.
start_server()
{
    local port tries
    if [[ $1 != java_* ]]; then
        temp_cluster
        return
    fi
    for tries in 1 2 3 4 5; do
        port=$((20000 + RANDOM % 10000))
        ! temp_cluster -c listen_addresses=localhost -c port="$port" || break
        [ "$tries" -lt 5 ] || fail "no port of 127.0.0.1 is free"
    done
    PGPASSWORD=$(cat "$WORK/cluster/password")
    export PGPORT=$port PGPASSWORD
}

# python_of NAME: frameworks whose packages contradict others have an environment of their own. txtai asks for torch and
# transformers, and imports them only where it computes embeddings itself.
python_of()
{
    local name=${1%_test} options=()
    [ "$name" != txtai ] || options=(--no-deps)
    if [ -f "$here/requirements/$name.txt" ]; then
        test_python "$SBERT_TOP/build/clients/$name/venv" "$here/requirements/$name.txt" "${options[@]}"
    else
        test_python
    fi
}

if [ $# -ne 1 ]; then
    names=("$@")
    [ $# -gt 0 ] || mapfile -t names < <(cd "$here" && ls ./*_test.* | sed 's|^\./||; s|\.[a-z]*$||')
    for name in "${names[@]}"; do
        echo "== $name"
        status=0
        bash "$here/run.sh" "$name" || status=$?
        [ "$status" -eq 0 ] || [ "$status" -eq 77 ] || fail "tests/clients/$name"
    done
    exit
fi

if has_pgvector && [ "$CLIENTS_EXTENSION" = sbert ] && [ -d "${SBERT_PG_CONFIG%/bin/pg_config}-vector" ]; then
    export SBERT_PG_CONFIG=${SBERT_PG_CONFIG%/bin/pg_config}-vector/bin/pg_config
fi
require_file "$(pg_path sharedir)/extension/$CLIENTS_EXTENSION.control" "./run install"
[ ! -f "$here/$1.py" ] || python_of "$1"
work_dir "clients-$1"
start_server "$1"
if [ -f "$here/$1.py" ]; then
    SBERT_COMMAND=$(sbert_command) PYTHONPATH=$SBERT_TOP/clients/python/src "$PYTHON" "$here/$1.py"
else
    bash "$here/$1.sh"
fi
