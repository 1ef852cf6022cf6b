#!/usr/bin/env python3
"""Compares the `sbert` command with the goldens of one real model (numpy only).

    real_model.py --sbert COMMAND --models DIR [--data DIR] NAME

Imports DIR/NAME and embeds the texts of own.txt: token counts equal, vectors within 1e-5 of sentence-transformers, and so are all cosines.
Where --data (default: SBERT_TEST_DATA) has STS-B dev, its Spearman x 100 is within 0.01. Of a sparse encoder the same words have a weight,
within 1e-5. Prints a line a case; exit code 1 when one fails.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import command
import numpy
import real_texts
import texts
from vectors_check import HERE, MAX_DIFFERENCE, Table, check_tokens

MAX_SPEARMAN_DIFFERENCE = 0.01


def check_own(table, sbert, model, name, limit):
    rows = real_texts.own()
    with numpy.load(HERE / "models" / f"{name}.npz") as golden:
        tokens, anchors, similarities = (golden[key] for key in ("tokens", "vectors", "similarities"))
    ours = command.embed(sbert, model, rows)
    table.compare(f"{name}: vectors", ours[:: real_texts.ANCHOR_EVERY], anchors)
    check_similarities(table, f"{name}: cosines", ours, similarities)
    limit = limit or max(tokens)
    group = {"tokens": numpy.minimum(tokens, limit).tolist(), "truncated": numpy.flatnonzero(tokens > limit).tolist()}
    check_tokens(table, f"{name}: tokens, json", command.embed_json(sbert, model, rows), ours, group)


def check_similarities(table, name, ours, reference):
    units = normalized(ours)
    worst = float(numpy.abs(units @ units[:: real_texts.ANCHOR_EVERY].T - reference).max())
    line = f"{name:<36} {len(ours):>5} {worst:>12.2e} {'':>12}"
    if worst <= MAX_DIFFERENCE:
        table.accept(line)
    else:
        table.fail(line, "over the tolerance")


def check_sparse(table, sbert, model, name):
    rows = real_texts.own()
    with numpy.load(HERE / "models" / f"{name}.npz") as golden:
        places = zip(golden["rows"].tolist(), golden["words"].tolist())
        expected = dict(zip(places, golden["values"].tolist()))
    found = {(row, int(word)): weight for row, words in enumerate(command.predict(sbert, model, rows)) for word, weight in words.items()}
    worst = max(abs(found.get(place, 0.0) - expected.get(place, 0.0)) for place in expected.keys() | found.keys())
    line = f"{name + ': weights':<36} {len(rows):>5} {worst:>12.2e} {len(expected):>12}"
    if worst <= MAX_DIFFERENCE and expected.keys() == found.keys():
        table.accept(line)
    else:
        table.fail(line, "other words, or over the tolerance")


def check_spearman(table, sbert, model, name, language, golden, data):
    file = real_texts.STSB[language]
    if not (data and (data / file).is_file()):
        print(f"{name}: not compared, SBERT_TEST_DATA has no {file}")
        return
    pairs = texts.stsb_pairs(data, file)
    units = normalized(command.embed(sbert, model, [pair[side] for side in (0, 1) for pair in pairs]))
    cosines = (units[: len(pairs)] * units[len(pairs) :]).sum(1)
    found = 100.0 * spearman(cosines, numpy.asarray([score for _, _, score in pairs]))
    line = f"{name + ': STS-B dev ' + language:<36} {len(pairs):>5} {found:>12.4f} {golden:>12.4f}"
    if abs(found - golden) <= MAX_SPEARMAN_DIFFERENCE:
        table.accept(line)
    else:
        table.fail(line, "another Spearman x 100 than that of sentence-transformers")


def normalized(vectors):
    wide = vectors.astype(numpy.float64)
    return wide / numpy.maximum(numpy.linalg.norm(wide, axis=1, keepdims=True), 1e-12)


def spearman(left, right):
    return float(numpy.corrcoef(ranks(left), ranks(right))[0, 1])


def ranks(values):
    """Equal values share the mean of their ranks."""
    _, group, counts = numpy.unique(values, return_inverse=True, return_counts=True)
    last = counts.cumsum()
    return (last - (counts - 1) / 2)[group]


def main():
    parser = argparse.ArgumentParser(description="Compare the command with the goldens of a real model.")
    parser.add_argument("--sbert", required=True, help="the command")
    parser.add_argument("--models", type=Path, required=True, help="directory of the models' directories")
    parser.add_argument("--data", type=Path, default=os.environ.get("SBERT_TEST_DATA"), help="the public data sets")
    parser.add_argument("name", choices=(*real_texts.LANGUAGES, real_texts.SPARSE))
    arguments = parser.parse_args()
    name, directory = arguments.name, arguments.models / arguments.name

    figures = json.loads((HERE / "models" / "figures.json").read_text())
    table = Table()
    if texts.sha256(directory / "model.safetensors") != figures[name]["weights_sha256"]:
        table.fail(f"{name}: weights", "other weights than those of the goldens")
    with tempfile.TemporaryDirectory() as scratch:
        model = Path(scratch) / f"{name}.sbert"
        command.import_model(arguments.sbert, directory, name, model)
        if name == real_texts.SPARSE:
            check_sparse(table, arguments.sbert, model, name)
        else:
            check_own(table, arguments.sbert, model, name, figures[name]["max_tokens"])
        for language, golden in figures[name].get("stsb_dev_spearman", {}).items():
            check_spearman(table, arguments.sbert, model, name, language, golden, arguments.data)
    print(f"{table.passed} passed, {len(table.failed)} failed", *table.failed)
    sys.exit(1 if table.failed or not table.passed else 0)


if __name__ == "__main__":
    main()
