#!/usr/bin/env bash
# The encoder's bench runs and prints all its figures, with a handful of texts and without peers. No time is limited.
#
#   bench_smoke.sh
set -euo pipefail
. "$(cd "$(dirname "$0")" && pwd -P)/lib.sh"

require_file "$(sbert_command)" "./run build"
require_extension
for set in stsb banking77 xquad; do require_data "$set"; done
"$(sbert_command)" verify all-MiniLM-L6-v2 > /dev/null 2>&1 || skip "the model is not installed (./run model)"
test_python

out=$(mktemp -d /tmp/sbert-test.XXXXXX)
trap 'rm -rf "$out"' EXIT

# One by one, packed, or tokenised alone: the same tokens, 9 + 8 + 2 + 8 with [CLS] and [SEP].
texts=$'How do I locate my card?\nA plane is taking off.\n\nA man plays a flute.'
one_by_one=$("$(sbert_command)" bench --repeat 2 <<< "$texts")
packed=$("$(sbert_command)" bench --repeat 2 --batch 3 <<< "$texts")
tokenized=$("$(sbert_command)" bench --repeat 2 --tokenize <<< "$texts")
"$PYTHON" - "$one_by_one" "$packed" "$tokenized" <<'PYTHON'
import json, sys
one_by_one, packed, tokenized = map(json.loads, sys.argv[1:])
assert [run["tokens"] for run in (one_by_one, packed, tokenized)] == [27, 27, 27], sys.argv
assert all(run["texts"] == 4 and len(run["seconds"]) == 2 for run in (one_by_one, packed, tokenized)), sys.argv
assert packed["batch"] == 3 and packed["sentences_per_second"] > 0 and tokenized["megabytes_per_second"] > 0, sys.argv
PYTHON
for wrong in "--batch 0" "--batch x" "--repeat -1"; do
    # shellcheck disable=SC2086
    ! "$(sbert_command)" bench $wrong <<< "$texts" > /dev/null 2>&1 || fail "sbert bench $wrong was taken"
done

bash "$SBERT_TOP/bench/encode.sh" --peers none --count 5 --rounds 1 --out "$out/encode.json" 2> "$out/errors" ||
    { cat "$out/errors" >&2; fail "bench/encode.sh"; }
"$PYTHON" - "$out/encode.json" <<'PYTHON'
import json, sys
results = json.load(open(sys.argv[1]))
assert results["machine"]["cpu"] and results["postgresql"]
assert set(results["sets"]) == {"short", "medium", "long"}
for name, figures in results["sets"].items():
    assert figures["texts"] == 5 and figures["tokens"] > 5 * 3, name
    assert figures["runtimes"][0]["precision"] == "f32", name
    for row in figures["runtimes"]:
        assert set(row["sentences_per_second"]) == {"1", "8"}, row # calls of more than 5 texts would be all alike
        assert all(rate > 0 for rate in row["sentences_per_second"].values()), row
        assert row["cosine"]["min"] > 0.98, row
        assert [sql["batch"] for sql in row["sql"]] == [1], row
        assert all(sql["connections_1"] > 0 and sql["over_command_line"] > 0 for sql in row["sql"]), row
print(f"the bench's figures are whole: {len(results['sets']['short']['runtimes'])} of our models")
PYTHON
