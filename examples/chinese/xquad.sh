#!/usr/bin/env bash
# xquad in Chinese, of the folder SBERT_TEST_DATA: is the paragraph found that answers a question?
set -euo pipefail
cd "$(dirname "$0")"
. ./sql.sh

# psql sends the file's text; the server reads no file.
sql -a -P footer=off -v file="$SBERT_TEST_DATA/xquad/xquad.zh.json" -c 'SET search_path = chinese, public' -f xquad.sql
