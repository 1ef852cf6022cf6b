#!/usr/bin/env python3
"""The narrow precisions of all-MiniLM-L6-v2 against f32: cosines over 20,000 texts of all lengths, Spearman on STS-B; without
the data folder, over the texts of our own, and Spearman of their neighbours' similarities against those of f32.

    precision_check.py --sbert COMMAND

Every tenth of the texts, unless SBERT_WHOLE is in the environment (./run test --all).
Bounds: bf16 min cosine 0.9999; int8 mean 0.999, min 0.995 (texts of our own: 0.998, 0.992); Spearman x 100 on the STS-B dev pairs within 0.2 of f32, on
neighbours 99.5 and more. The models must be installed (./run model). numpy only.
"""

import argparse
import csv
import gzip
import json
import os
import pathlib
import sys

import numpy

import command
import corpora
import texts

HERE = pathlib.Path(__file__).resolve().parent
MODEL = "all-MiniLM-L6-v2"
COUNT = 20000
BOUNDS = (("bf16", 0.9999, 0.9999), ("int8", 0.999, 0.995))  # precision, mean and least cosine
# Texts of our own are scripts, symbols and addresses that the model hardly knows: its vectors are less sure of themselves.
OWN_BOUNDS = (("bf16", 0.9999, 0.9999), ("int8", 0.998, 0.992))


def corpus(data):
    """20,000 texts: every paragraph of xquad in both languages, then bank queries, sentence pairs and glosses in turn."""
    chosen = texts.xquad_paragraphs(data)
    with open(data / "xquad" / "xquad.zh.json", encoding="utf-8") as file:
        chosen += [p["context"] for a in json.load(file)["data"] for p in a["paragraphs"]]
    with open(data / "banking77" / "train.csv", encoding="utf-8", newline="") as file:
        chosen += [row["text"] for row in csv.DictReader(file)][:6000]
    with open(data / "stsb" / "stsb-en-train.csv", encoding="utf-8", newline="") as file:
        chosen += [text for row in csv.reader(file) for text in row[:2]][:6000]
    with gzip.open(data / "wordnet" / "defs.tsv.gz", "rt", encoding="utf-8") as file:
        glosses = [line.rstrip("\n").split("\t")[3] for line in file]
    missing = COUNT - len(chosen)
    chosen += glosses[:: len(glosses) // missing][:missing]
    every = 1 if "SBERT_WHOLE" in os.environ else 10
    return [text.replace("\n", " ") for text in chosen[::every]]


def cosines(a, b):
    a, b = a.astype(numpy.float64), b.astype(numpy.float64)
    return (a * b).sum(1) / numpy.linalg.norm(a, axis=1) / numpy.linalg.norm(b, axis=1)


def ranks(values):
    """Average ranks, ties sharing theirs."""
    _, inverse, counts = numpy.unique(values, return_inverse=True, return_counts=True)
    last = numpy.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def spearman(sbert, model, pairs):
    vectors = command.embed(sbert, model, [text for a, b, _ in pairs for text in (a, b)])
    ours = cosines(vectors[0::2], vectors[1::2])
    return 100 * float(numpy.corrcoef(ranks(ours), ranks(numpy.array([s for _, _, s in pairs])))[0, 1])


def check_own(sbert):
    """Whether the bounds hold over own.txt."""
    chosen = [text for text in corpora.own_texts() if text.strip()]
    exact = command.embed(sbert, MODEL, chosen)
    near, holds = ranks(cosines(exact[:-1], exact[1:])), True
    for precision, mean, least in OWN_BOUNDS:
        ours = command.embed(sbert, f"{MODEL}-{precision}", chosen)
        cosine = cosines(exact, ours)
        rank = 100 * float(numpy.corrcoef(near, ranks(cosines(ours[:-1], ours[1:])))[0, 1])
        holds &= bool(cosine.mean() >= mean and cosine.min() >= least and rank >= 99.5)
        print(
            f"{precision}: {len(chosen)} texts of our own, cosine mean {cosine.mean():.6f}, min {cosine.min():.6f}, "
            f"Spearman x 100 of neighbours {rank:.3f}"
        )
    return holds


def main():
    parser = argparse.ArgumentParser(description="Compare the narrow precisions with f32.")
    parser.add_argument("--sbert", required=True, help="the command")
    sbert = parser.parse_args().sbert
    data = pathlib.Path(os.environ.get("SBERT_TEST_DATA", HERE.parents[2] / "shared" / "data"))
    if not (data / texts.STSB_FILE).is_file():
        sys.exit(0 if check_own(sbert) else 1)
    chosen, pairs = corpus(data), texts.stsb_pairs(data)
    exact = command.embed(sbert, MODEL, chosen)
    exact_spearman = spearman(sbert, MODEL, pairs)
    print(f"{len(chosen)} texts; f32: Spearman x 100 {exact_spearman:.3f}")
    failed = False
    for precision, mean, least in BOUNDS:
        cosine = cosines(exact, command.embed(sbert, f"{MODEL}-{precision}", chosen))
        rank = spearman(sbert, f"{MODEL}-{precision}", pairs)
        holds = cosine.mean() >= mean and cosine.min() >= least and abs(rank - exact_spearman) <= 0.2
        failed |= not holds
        print(
            f"{precision}: cosine mean {cosine.mean():.6f}, min {cosine.min():.6f}, "
            f"Spearman x 100 {rank:.3f}: {'holds' if holds else 'FAILS'}"
        )
    sys.exit(1 if failed else 0)


main()
