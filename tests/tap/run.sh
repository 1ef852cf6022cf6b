#!/usr/bin/env bash
# Tests that need whole servers (restart, crash, dump, privileges, memory): Perl scripts with PostgreSQL::Test.
#
#   run.sh [--pg 16|18|assert] [NAME...]      all of tests/tap/*.pl, or the named ones (003_concurrent) alone; TAP_SCRIPTS is
#                                      another folder
#
# A script finds in its environment SBERT_COMMAND (the command `sbert`), SBERT_MODEL_DIR (the folder of installed
# models) and SBERT_TEST_DATA (the data sets, or a readable copy of stsb and xquad alone). Servers keep their state in
# a folder that goes away; logs of a failure are printed and kept under build/test-results/tap-NAME.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
. "$here/../servers.sh"

major=
if [ "${1:-}" = --pg ]; then
    major=$2
    servers_use "$major"
    shift 2
fi
modules=$(servers_perl) || skip "the Perl modules PostgreSQL::Test are missing (package postgresql-server-dev)"
perl -MIPC::Run -e 1 2> /dev/null || skip "the Perl module IPC::Run is missing (package libipc-run-perl)"
require_extension

work_dir "tap${major:+-$major}${1:+-$1}"
patience 1 > /dev/null # for the scripts
mkdir "$WORK/t" "$WORK/bin" "$WORK/ports"
cp "$here"/*.pm "${TAP_SCRIPTS:-$here}"/*.pl "$WORK/t/"
cp "$(sbert_command)" "$WORK/bin/sbert"
if ! as_server_user test -r "$SBERT_TEST_DATA/stsb/stsb-en-dev.csv" && [ -d "$SBERT_TEST_DATA" ]; then
    mkdir "$WORK/data"
    cp -R "$SBERT_TEST_DATA/stsb" "$SBERT_TEST_DATA/xquad" "$WORK/data/"
    SBERT_TEST_DATA=$WORK/data
fi
own "$WORK"

# A disk that is soon full, for the test that asks for one: root alone can make it.
if [ "$(id -u)" -eq 0 ] && mkdir "$WORK/small" && mount -t tmpfs -o size=3m small "$WORK/small" 2> /dev/null; then
    trap 'status=$?; umount -l "$WORK/small"; finish $status' EXIT
    mkdir "$WORK/small/space"
    own "$WORK/small/space"
    export SBERT_SMALL_DISK=$WORK/small/space
fi

scripts=()
for name in "$@"; do scripts+=("$WORK/t/$name.pl"); done
[ $# -gt 0 ] || scripts=("$WORK"/t/*.pl)

# Programs of all servers that have the module, for the test of pg_upgrade.
bindirs=$(pg_path bindir)
for name in 16 18; do
    if config=$(servers_pg_config "$name") && [ -e "$("$config" --sharedir)/extension/sbert.control" ]; then
        bindirs+=:$("$config" --bindir)
    fi
done

as_server_user env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE \
    PATH="$WORK/bin:$(pg_path bindir):$PATH" \
    PG_REGRESS="$(servers_runner regress/pg_regress)" PG_TEST_TIMEOUT_DEFAULT="$(patience 180)" \
    TESTDIR="$WORK" TESTDATADIR="$WORK/tmp_check" TESTLOGDIR="$WORK/tmp_check/log" PG_TEST_PORT_DIR="$WORK/ports" \
    SBERT_BINDIRS="$bindirs" SBERT_COMMAND="$WORK/bin/sbert" SBERT_MODEL_DIR="$(pg_path sharedir)/sbert" SBERT_TEST_DATA="$SBERT_TEST_DATA" \
    prove -I "$modules" -I "$WORK/t" --timer "${scripts[@]}" | tee "$WORK/prove.out"

# prove takes a script that skips itself for a success; alone, it must count as skipped.
reason=$(sed -n 's/.* skipped: //p' "$WORK/prove.out")
[ -z "$reason" ] || [ "${#scripts[@]}" -gt 1 ] || skip "$reason"
