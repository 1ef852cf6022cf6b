#!/usr/bin/env bash
# The questions that we wrote: search, topics.
set -euo pipefail
cd "$(dirname "$0")"
. ./sql.sh

sql -f setup.sql
sql -a -P footer=off -c 'SET search_path = chinese, public' -f questions.sql

printf '\nAsk for your own, in psql (./run psql):\n    %s\n' "SELECT * FROM chinese.search('可以晚上送货吗？');"
