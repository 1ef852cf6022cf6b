#!/usr/bin/env bash
# A real model's numbers against those of sentence-transformers, which are committed.
#
#   model.sh NAME         makes build/models/NAME if need be, as ./run model NAME does, and compares; nothing is installed
#
# Skipped where the model's packages cannot be had: no network, no mvn.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../lib.sh"
. "$here/../models/install.sh"

[ $# -eq 1 ] || fail "usage: tests/golden/model.sh NAME"
require_file "$(sbert_command)" "./run build"
test_python
real_directories "$1" || skip "$1 cannot be made"
exec "$PYTHON" "$here/real_model.py" --sbert "$(sbert_command)" --models "$SBERT_TOP/build/models" "$1"
