#!/usr/bin/env bash
# Learns opinions from 120 reviews, and shows how good that is: ./run example sentiment
#
# SBERT_DSN names the database, PSQL the program. Begins anew each time, in the schema `sentiment`.
set -euo pipefail
cd "$(dirname "$0")"
: "${SBERT_DSN:?the connection string of a database, as ./run server dsn prints it}"

sql() { "${PSQL:-psql}" "$SBERT_DSN" -X -q -v ON_ERROR_STOP=1 "$@"; }

sql -f setup.sql
sql -a -P footer=off -c 'SET search_path = sentiment, public' -f opinions.sql

printf '\nAsk for your own, in psql (./run psql):\n    %s\n' \
    "SELECT * FROM sbert.classify_scores('What a lovely day!', 'opinions');"
