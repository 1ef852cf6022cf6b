#!/usr/bin/env python3
"""The full comparison, live: sentence-transformers and the `sbert` command side by side on the same
texts.

    compare.py --sbert COMMAND --model DIR --packed NAME_OR_FILE [--data DIR]

All sentences of the STS benchmark's English dev part and the 100 xquad paragraphs of
minilm/texts.json. Prints the greatest difference, the least cosine and both Spearman figures; exit
code 1 when over the tolerances. Needs the environment of requirements.txt.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import command
import numpy
import reference
import texts
from scipy.stats import spearmanr
from vectors_check import HERE, MAX_DIFFERENCE, MIN_COSINE

MAX_SPEARMAN_DIFFERENCE = 0.01


def timed(work):
    begin = time.monotonic()
    return work(), time.monotonic() - begin


def compare(name, rows, model, arguments):
    """Prints the line of one group. Returns (the reference's vectors, ours, whether they agree)."""
    theirs, their_seconds = timed(lambda: reference.encode(model, rows))
    ours, our_seconds = timed(lambda: command.embed(arguments.sbert, arguments.packed, rows))
    worst, cosine = command.difference(ours, theirs)
    print(
        f"{name}: {len(rows)} texts, max abs diff {worst:.2e}, min cosine {cosine:.9f}"
        f" (sentence-transformers: {their_seconds:.1f} s; sbert: {our_seconds:.1f} s)"
    )
    return theirs, ours, worst <= MAX_DIFFERENCE and cosine >= MIN_COSINE


def spearman(vectors, gold):
    left, right = vectors[: len(gold)].astype(numpy.float64), vectors[len(gold) :].astype(
        numpy.float64
    )
    norms = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return 100.0 * float(spearmanr((left * right).sum(1) / norms, gold).statistic)


def main():
    parser = argparse.ArgumentParser(description="Compare sentence-transformers with sbert, live.")
    parser.add_argument("--sbert", required=True, help="the command")
    parser.add_argument("--model", type=Path, required=True, help="directory of all-MiniLM-L6-v2")
    parser.add_argument(
        "--packed", required=True, help="the same model for sbert: name or packed file"
    )
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("SBERT_TEST_DATA"), help="the public data sets"
    )
    arguments = parser.parse_args()
    if not arguments.data:
        parser.error("--data or SBERT_TEST_DATA is needed")

    model = reference.load(arguments.model)
    pairs = texts.stsb_pairs(arguments.data)
    gold = [score for _, _, score in pairs]
    sentences = [pair[side] for side in (0, 1) for pair in pairs]
    theirs, ours, stsb_good = compare("stsb dev", sentences, model, arguments)

    group = json.loads((HERE / "minilm" / "texts.json").read_text())["xquad"]
    _, _, xquad_good = compare("xquad", texts.read_named(group, arguments.data), model, arguments)

    figures = spearman(theirs, gold), spearman(ours, gold)
    print(
        f"stsb dev Spearman x 100: sentence-transformers {figures[0]:.6f}, sbert {figures[1]:.6f}"
    )
    spearman_good = abs(figures[0] - figures[1]) <= MAX_SPEARMAN_DIFFERENCE
    sys.exit(0 if stsb_good and xquad_good and spearman_good else 1)


if __name__ == "__main__":
    main()
