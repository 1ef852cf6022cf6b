#!/usr/bin/env bash
# The pages of the documentation: each ```sql block runs, in order, in an empty database of its page, and prints what the page
# prints. page.py says how a page is read.
#
#   run.sh [--pg 16|18] [--write] [PAGE...]     all pages, or the named ones (docs/filters.md); --write mends their output
#
# A page with the comment <!-- needs pgvector --> runs on a server that has it: of those of tests/servers.sh. One with the comment
# <!-- needs the model NAME --> is a test of its own, which is skipped where that model cannot be had; the test's server alone
# sees it, because other pages show which models are installed. A page with the comment <!-- model NAME: GOLDEN --> is about a
# published model that no test fetches. tests/golden/heads/GOLDEN, which is small and has random weights, stands for it, so the
# page shows no scores.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
. "$here/../servers.sh"
. "$here/../models/install.sh"

major=
if [ "${1:-}" = --pg ]; then
    major=$2
    servers_use "$major"
    shift 2
fi
write=()
if [ "${1:-}" = --write ]; then
    write=(--write)
    shift
fi
require_extension

cd "$SBERT_TOP"
pages=("$@")
if [ $# -eq 0 ]; then
    mapfile -t pages < <(grep -L '^<!-- needs .* -->$' README.md docs/*.md examples/*/README.md)
fi
models_of() { sed -n 's/^<!-- needs the model \(.*\) -->$/\1/p' "$@"; }
for model in $(models_of "${pages[@]}"); do
    real_directories "$model" || skip "$model cannot be made"
done

work_dir "docs${major:+-$major}"
mkdir "$WORK/models"
own "$WORK"
# Errors are on the pages. Preloaded, because else a training that takes long sends a NOTICE.
temp_cluster -c log_min_messages=fatal -c shared_preload_libraries=sbert -c "sbert.model_path=$WORK/models"
PSQL=$(pg_program psql)
export PSQL PYTHONDONTWRITEBYTECODE=1

failed=()
for page in docs/*.md; do
    [ "$page" = docs/README.md ] || grep -qF "($(basename "$page"))" docs/README.md || failed+=("$page is not in docs/README.md")
done
for page in "${pages[@]}"; do
    rm -f "$WORK"/models/*
    while read -r name golden; do
        "$(sbert_command)" import "tests/golden/heads/$golden" --name "$name" --out "$WORK/models/$name.sbert" > "$WORK/import.log"
    done < <(sed -n 's/^<!-- model \(.*\): \(.*\) -->$/\1 \2/p' "$page")
    for model in $(models_of "$page"); do
        "$(sbert_command)" import "build/models/$model" --name "$model" --out "$WORK/models/$model.sbert" > "$WORK/import.log"
    done
    PGDATABASE=$(sed 's/\.md$//; s/[^A-Za-z0-9]/_/g' <<< "$page")
    export PGDATABASE SBERT_DSN="dbname=$PGDATABASE"
    "$(pg_program createdb)" "$PGDATABASE"
    python3 "$here/page.py" "${write[@]}" "$page" || failed+=("$page")
done
[ ${#failed[@]} -eq 0 ] || fail "$(printf '%s; ' "${failed[@]}")"
