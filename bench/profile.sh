#!/usr/bin/env bash
# Where the time of the encoder goes, stage by stage, by perf's samples of the command line on one core.
#
#   profile.sh [MODEL] [BATCH]      default: all-MiniLM-L6-v2, row by row (1); the texts are the first 2,000 sentences of
#                                   the STS-B training file
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/../tests/lib.sh"
command -v perf > /dev/null || skip "perf is missing (package linux-perf)"
require_data stsb/stsb-en-train.csv
work_dir bench-profile
model=${1:-all-MiniLM-L6-v2} batch=${2:-1}

python3 - "$SBERT_TEST_DATA/stsb/stsb-en-train.csv" > "$WORK/texts" <<'PYTHON'
import csv, itertools, sys
rows = csv.reader(open(sys.argv[1], encoding="utf-8", newline=""))
for text in itertools.islice((text for row in rows for text in row[:2]), 2000):
    print(text.replace("\n", " "))
PYTHON

echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), one core of $(nproc)"
taskset -c 0 perf record -q -F 2000 -o "$WORK/perf.data" \
    "$(sbert_command)" bench --model "$model" --batch "$batch" --repeat 3 < "$WORK/texts"
# A symbol belongs to the first stage whose pattern it matches.
perf report -i "$WORK/perf.data" --no-children --stdio -F overhead,symbol 2> /dev/null |
    awk -v stages='products=multiply|linear,rounding rows to narrow types=quantize|round_rows,GELU=gelu,softmax=softmax,layer norm=layer_norm,attention: laying out keys and values=pack_panels,tokenizer=Tokenizer|Normalizer|WordPiece|Vocabulary|vocabulary|text|chunk|utf8|mark,other=.' '
        BEGIN { n = split(stages, stage, ",") }
        $1 ~ /^[0-9.]+%$/ {
            share = $1 + 0
            for (i = 1; i <= n; i++) {
                split(stage[i], part, "=")
                if ($0 ~ part[2]) { sum[i] += share; break }
            }
        }
        END { for (i = 1; i <= n; i++) { split(stage[i], part, "="); printf "%-42s %5.1f %%\n", part[1], sum[i] } }'
