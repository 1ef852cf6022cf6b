#!/usr/bin/env bash
# The SQL regression tests: pg_regress with a server of its own, as the ordinary user.
#
#   run.sh [--pg 16|18|assert] [TEST...]      all of tests/regress/schedule, or the named ones alone
#
# The inputs are copied to where that user can read them; on failure the diffs and the server's log are printed and
# kept under build/test-results/regress.
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
pg_regress=$(servers_runner regress/pg_regress)
require_file "$pg_regress" "package postgresql-server-dev"
require_extension

work_dir "regress${major:+-$major}"
stage "$here/sql" "$here/expected" "$here/schedule"
[ ! -d "$here/data" ] || stage "$here/data"
stage "$here/../golden/reports"

# A model with prompts, beside the installed ones: the tiny BERT of the goldens under the files of prompts/.
require_file "$(sbert_command)" "./run build"
mkdir "$WORK/tiny-prompts" "$WORK/models"
cp -R "$here/../golden/pipelines/base/." "$here/prompts/." "$WORK/tiny-prompts/"
"$(sbert_command)" import "$WORK/tiny-prompts" --name tiny-prompts --out "$WORK/models/tiny-prompts.sbert"
# Models with heads, as the goldens have them.
mkdir "$WORK/heads"
for name in bert-sequence bert-sequence-multi bert-sequence-regression bert-cross bert-cross-three bert-tokens roberta-tokens bert-sparse; do
    "$(sbert_command)" import "$here/../golden/heads/$name" --name "$name" --out "$WORK/models/$name.sbert"
    cp "$here/../golden/heads/$name/expected.json" "$WORK/heads/$name.json"
done
for name in bert-cross bert-tokens bert-sparse; do
    for precision in bf16 int8; do
        "$(sbert_command)" import "$here/../golden/heads/$name" --name "$name-$precision" --precision $precision \
            --out "$WORK/models/$name-$precision.sbert"
    done
done
"$(sbert_command)" import "$here/../golden/heads/bert-tokens" --name bert-plain --head none --out "$WORK/models/bert-plain.sbert"
echo "sbert.model_path = '$WORK/models'" > "$WORK/regress.conf"
own "$WORK"
what=("$@")
[ $# -gt 0 ] || what=(--schedule="$WORK/schedule")

as_server_user env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE "$pg_regress" \
    --bindir="$(pg_path bindir)" --inputdir="$WORK" --outputdir="$WORK" --temp-instance="$WORK/instance" \
    --temp-config="$WORK/regress.conf" --encoding=UTF8 --no-locale --load-extension=sbert "${what[@]}"
