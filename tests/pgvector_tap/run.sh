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

names=("$@")
[ $# -gt 0 ] || mapfile -t names < "$here/schedule"
source_dir=$SBERT_TOP/build/pgvector-source

# Debian 12 has no pgvector: the package is that of Debian 13, whose keys both have.
private_apt() # apt-get's ARGUMENT...
{
    apt-get -qq -o Dir::Etc::SourceList="$source_dir/apt/sources.list" -o Dir::Etc::SourceParts=- \
        -o Dir::State::Lists="$source_dir/apt/lists" -o Dir::Cache="$source_dir/apt/cache" -o APT::Sandbox::User=root "$@"
}

fetch_source()
(
    mkdir -p "$source_dir/apt/lists/partial" "$source_dir/apt/cache/archives/partial"
    flock 9
    [ ! -d "$source_dir/test" ] || exit 0
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main" \
        > "$source_dir/apt/sources.list"
    cd "$source_dir/apt" && private_apt update && private_apt source --download-only pgvector &&
        tar -xzf pgvector_*.orig.tar.gz && mv pgvector-*/test "$source_dir/test"
) 9> "$source_dir.lock"

command -v apt-get > /dev/null || skip "the source package pgvector needs apt-get"
fetch_source >&2 || skip "Debian's source package pgvector cannot be had (no network?)"

adapted=$(mktemp -d /tmp/sbert-test.XXXXXX)
trap 'rm -rf "$adapted"' EXIT
for name in "${names[@]}"; do
    perl "$here/adapt.pl" "$source_dir/test/t/$name.pl" > "$adapted/$name.pl" || fail "$name.pl cannot be adapted"
done
TAP_SCRIPTS=$adapted bash "$here/../tap/run.sh" "${names[@]}"
