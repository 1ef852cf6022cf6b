#!/usr/bin/env bash
# Search and topics in Chinese: ./run example chinese
#
# SBERT_DSN names the database, PSQL the program. Begins anew each time, in the schema `chinese`. Needs ./run model bge-small-zh-v1.5.
set -euo pipefail
cd "$(dirname "$0")"

bash own.sh
if [ -f "${SBERT_TEST_DATA:-}/xquad/xquad.zh.json" ]; then
    bash xquad.sh
else
    printf '\nWith the data set xquad in SBERT_TEST_DATA its paragraphs are searched, too.\n'
fi
