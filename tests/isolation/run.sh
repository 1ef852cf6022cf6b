#!/usr/bin/env bash
# Sessions against each other: pg_isolation_regress over tests/isolation/specs, with a server of its own.
#
#   run.sh [--pg 16|18|assert] [SPEC...]      all of tests/isolation/schedule, or the named ones alone
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
runner=$(servers_runner isolation/pg_isolation_regress)
require_file "$runner" "package postgresql-server-dev"
require_extension

work_dir "isolation${major:+-$major}"
PGISOLATIONTIMEOUT=$(patience 360) # before 16
PG_TEST_TIMEOUT_DEFAULT=$(patience 180)
export PGISOLATIONTIMEOUT PG_TEST_TIMEOUT_DEFAULT
stage "$here/specs" "$here/expected" "$here/schedule"
what=("$@")
[ $# -gt 0 ] || what=(--schedule="$WORK/schedule")

as_server_user env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$runner" \
    --bindir="$(pg_path bindir)" --inputdir="$WORK" --outputdir="$WORK" --temp-instance="$WORK/instance" \
    --encoding=UTF8 --no-locale --load-extension=sbert "${what[@]}"
