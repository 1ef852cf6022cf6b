#!/usr/bin/env bash
# Finds people, places and organisations, from 64 sentences: ./run example entities
#
# SBERT_DSN names the database, PSQL the program. Begins anew each time, in the schema `entities`.
set -euo pipefail
cd "$(dirname "$0")"
: "${SBERT_DSN:?the connection string of a database, as ./run server dsn prints it}"

sql() { "${PSQL:-psql}" "$SBERT_DSN" -X -q -v ON_ERROR_STOP=1 "$@"; }

sql -f setup.sql
sql -a -P footer=off -c 'SET search_path = entities, public' -f entities.sql

printf '\nAsk for your own, in psql (./run psql):\n    %s\n' \
    "SELECT * FROM sbert.entities('Mei Lin left Oslo.', 'entities.names'::regclass);"
