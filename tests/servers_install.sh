#!/usr/bin/env bash
# Fetches or builds a server (servers.sh) and installs the module into it, for the tests with its name.
#
#   servers_install.sh 16|18|assert
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/lib.sh"
. "$here/servers.sh"

require_file "$SBERT_BUILD/build.ninja" "./run build"
status=0
servers_fetch "$1" || status=$?
[ "$status" -ne 77 ] || skip "PostgreSQL $1 cannot be had (no network?)"
[ "$status" -eq 0 ] || fail "PostgreSQL $1 is not what it should be: remove $(servers_dir)"
servers_install "$1" || fail "the module cannot be built for PostgreSQL $1"
echo "the module is installed for $("$(servers_pg_config "$1")" --version)"
