#!/usr/bin/env bash
# pgvector's own TAP tests of recall and of costs, asked of sbert_ivf: the thresholds are theirs.
#
#   run.sh [NAME...]      all in `schedule`, or the named ones alone
#
# The scripts come from Debian's source package `pgvector`, fetched into build/pgvector-source by an apt whose lists and
# state lie there too, so that the host's are left alone. adapt.pl puts our names for theirs and prints what it leaves
# out; nothing of pgvector's is committed. tests/tap/run.sh runs the result, on the server under test.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
. "$here/../debian.sh"

names=("$@")
[ $# -gt 0 ] || mapfile -t names < "$here/schedule"
source_dir=$(pgvector_source) || skip "Debian's source package pgvector cannot be had (no apt-get, or no network)"

adapted=$(mktemp -d /tmp/sbert-test.XXXXXX)
trap 'rm -rf "$adapted"' EXIT
for name in "${names[@]}"; do
    perl "$here/adapt.pl" "$source_dir/test/t/$name.pl" > "$adapted/$name.pl" || fail "$name.pl cannot be adapted"
done
TAP_SCRIPTS=$adapted bash "$here/../tap/run.sh" "${names[@]}"
