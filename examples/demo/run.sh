#!/usr/bin/env bash
# Embeds the descriptions of the server's own objects and answers five questions by meaning: ./run example demo
#
# SBERT_DSN names the database, PSQL the program. The second run finds the vectors there and only asks.
set -euo pipefail
cd "$(dirname "$0")"
: "${SBERT_DSN:?the connection string of a database, as ./run server dsn prints it}"

sql() { "${PSQL:-psql}" "$SBERT_DSN" -X -q -v ON_ERROR_STOP=1 "$@"; }

progress() # LINE   rewritten in place on a terminal, one line each elsewhere
{
    if [ -t 1 ]; then printf '\r%s\033[K' "$1"; else printf '%s\n' "$1"; fi
}

progress_line() # ROWS TOTAL MICROSECONDS_A_ROW
{
    printf '%d of %d rows embedded, %d rows/s, %d.%02d ms a row' "$1" "$2" $((1000000 / ($3 + 1))) $(($3 / 1000)) $(($3 % 1000 / 10))
}

# Batches of 500 rows, so that progress shows and an interrupted run goes on where it stopped.
embed_all()
{
    local total left embedded=0 milliseconds=0 rows spent
    total=$(sql -At -c 'SELECT count(*) FROM objects')
    left=$(sql -At -c 'SELECT count(*) FROM objects WHERE embedding IS NULL')
    [ "$left" -gt 0 ] || return 0
    while IFS='|' read -r rows spent < <(sql -At -v batch=500 -f embed.sql) && [ "${rows:-0}" -gt 0 ]; do
        embedded=$((embedded + rows))
        milliseconds=$((milliseconds + spent + 1))
        progress "$(progress_line $((total - left + embedded)) "$total" $((milliseconds * 1000 / embedded)))"
    done
    [ ! -t 1 ] || echo
    [ "$embedded" -eq "$left" ] || { echo "embedding stopped after $embedded of $left rows" >&2; return 1; }
    sql -c 'VACUUM ANALYZE objects'
}

ask()
{
    printf '\n%s\n' "$1"
    sql -v question="$1" -P footer=off -P format=wrapped -P columns=100 -f ask.sql
}

sql -f setup.sql
embed_all
ask 'how do I cut a string to a length?'
ask 'stop a running query'
ask 'how much disk space does my table take?'
ask 'replace part of a text by a pattern'
ask 'how far apart are two points?'

printf 'Ask your own, in psql:\n    %s\n' \
    "SELECT names, about FROM objects ORDER BY embedding <=> embed('is it raining?', 'all-MiniLM-L6-v2') LIMIT 5;"
