#!/usr/bin/env bash
# Tests the parts of the classifiers' bench that need neither a server nor scikit-learn: reading the data, the lines that
# it prints, and its options.
#
#   bench_tasks_smoke.sh
set -euo pipefail
. "$(cd "$(dirname "$0")" && pwd -P)/lib.sh"

for set in banking77 goemotions; do require_data "$set"; done
test_python
bench=$SBERT_TOP/bench
export PYTHONPATH=$bench/tasks:$bench/encode:$bench/index

bash -n "$bench/tasks.sh"
lines=$("$PYTHON" "$bench/tasks/labelled.py" "$SBERT_TEST_DATA" banking77/test | wc -l) # texts with line breaks are one line
[ "$lines" -eq 3080 ] || fail "$lines lines of banking77/test"

options=(--data "$SBERT_TEST_DATA" --vectors /nonexistent --out /nonexistent)
"$PYTHON" "$bench/tasks/tasks.py" --help > /dev/null
for wrong in "--parts banking" "--rounds 0" "--rows 10"; do
    # shellcheck disable=SC2086
    ! "$PYTHON" "$bench/tasks/tasks.py" "${options[@]}" $wrong > /dev/null 2>&1 || fail "tasks.py $wrong was taken"
done

"$PYTHON" - "$SBERT_TEST_DATA" <<'PYTHON'
import os
import sys

import numpy

import clock
import labelled
import many
import training
from peer_sklearn import LabelSets, OneLabel
from table import Line

for name, rows, labels, most in (("banking77/train", 10003, 77, 1), ("goemotions/train", 43410, 28, 5)):
    found = labelled.rows(sys.argv[1], name)
    assert len(found) == rows and all(text and "\n" not in text for text, _ in found), name
    assert len({label for _, some in found for label in some}) == labels, name
    assert max(len(some) for _, some in found) == most and min(len(some) for _, some in found) == 1, name

assert len(many.ten_labels([[str(i % 12)] for i in range(100)])) == 10
matrix = many.near(numpy.eye(3, dtype=numpy.float32), 7)
assert matrix.shape == (7, 3) and numpy.allclose(numpy.linalg.norm(matrix, axis=1), 1), matrix
assert list(matrix.argmax(axis=1)) == [0, 1, 2, 0, 1, 2, 0] and (matrix[0] != matrix[3]).all(), matrix

_, core, wall = clock.timed(os.getpid(), lambda: sum(range(1_000_000)))
assert 0 < core < 10 and 0 < wall, (core, wall)

aims = [Line("a", 0.93, 0.935, (">=", 0.932)), Line("a", 4, 10, ("<=", 0.5), of="ratio"),
        Line("a", 1e-8, aim=("<=", 1e-9), digits=-1)]
assert [line.met() for line in aims] == [False, True, False]
assert aims[1].text().split()[-4:] == ["<=", "0.5", "x", "yes"] and aims[0].text().endswith("NO"), aims[1].text()

report = {("label", "a"): {"f1": 0.5}, ("accuracy", None): {"f1": 0.25}}
assert training.difference(report, {("label", "a"): {"f1": 0.75}}) == 0.25

score = {"macro avg": 0.2, "accuracy": 0.5}
for kind in OneLabel, LabelSets:
    task = training.Task.__new__(training.Task)
    task.name, task.kind = "x", kind
    figures = {who: {"seconds": 1.0, "scores": score, "macro F1 from 0.5 on": 0.1} for who in ("ours", "peer")}
    figures["report"] = 0.0
    assert sum(line.met() is True for line in training.lines(task, figures)) >= 2, kind
print("the bench reads its data, and its lines are whole")
PYTHON
