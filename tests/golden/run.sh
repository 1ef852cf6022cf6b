#!/usr/bin/env bash
# The encoder's numbers against the libraries it promises to equal.
#
#   run.sh NAME           NAME.py --sbert COMMAND in build/venv; its exit code 77 counts as skipped
#
# The data sets are where SBERT_TEST_DATA says.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"

[ $# -eq 1 ] || fail "usage: tests/golden/run.sh NAME"
require_file "$(sbert_command)" "./run build"
test_python
exec "$PYTHON" "$here/$1.py" --sbert "$(sbert_command)"
