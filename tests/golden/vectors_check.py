#!/usr/bin/env python3
"""Compares the vectors of the `sbert` command with the committed goldens (numpy only).

    vectors_check.py --sbert COMMAND [--model NAME_OR_FILE] [--data DIR] [--only PATTERN]

With --model (default: the installed all-MiniLM-L6-v2) the texts of minilm/; always
the pipelines, each assembled, imported and embedded. --data (default: SBERT_TEST_DATA) is where the
public texts are; what is about them is left out where they are not, the texts of our own never. Prints one line a case; exit code 1 when one is over the tolerance, with the cases
by name.
"""

import argparse
import fnmatch
import json
import os
import sys
import tempfile
from pathlib import Path

import command
import numpy
import overlay
import texts

HERE = Path(__file__).resolve().parent
MAX_DIFFERENCE = 1e-5
MIN_COSINE = 0.999999


class Table:
    """Prints a line a case and remembers those that failed or were skipped."""

    def __init__(self):
        self.failed = []
        self.passed = 0
        print(f"{'case':<36} {'texts':>5} {'max abs diff':>12} {'min cosine':>12}")

    def compare(self, name, ours, reference):
        try:
            worst, cosine = command.difference(ours, reference)
        except ValueError as error:
            return self.fail(name, str(error))
        good = worst <= MAX_DIFFERENCE and cosine >= MIN_COSINE
        line = f"{name:<36} {len(ours):>5} {worst:>12.2e} {cosine:>12.9f}"
        return self.accept(line) if good else self.fail(line, "over the tolerance")

    def accept(self, line):
        self.passed += 1
        print(line)

    def fail(self, line, reason):
        self.failed.append(line.split()[0])
        print(f"{line}  FAILED: {reason}")


def check_tokens(table, name, answers, ours, group):
    """The JSON form says the same as the matrix, and counts tokens as the reference does."""
    wrong = []
    for row, answer in enumerate(answers):
        truncated = row in group["truncated"]
        if (answer["tokens"], answer["truncated"]) != (group["tokens"][row], truncated):
            wrong.append(
                f"text {row}: tokens {answer['tokens']}, truncated {answer['truncated']};"
                f" expected {group['tokens'][row]}, {truncated}"
            )
        elif not numpy.array_equal(numpy.asarray(answer["embedding"], numpy.float32), ours[row]):
            wrong.append(f"text {row}: the numbers in JSON are not those of --npy")
    if len(answers) != len(group["tokens"]):
        wrong.append(f"{len(answers)} answers for {len(group['tokens'])} texts")
    line = f"{name:<36} {len(answers):>5} {'same':>12} {'':>12}"
    return table.fail(name, "; ".join(wrong[:5])) if wrong else table.accept(line)


def check_minilm(table, sbert, model, data, wanted):
    groups = json.loads((HERE / "minilm" / "texts.json").read_text())
    for name, group in groups.items():
        if not wanted(f"minilm/{name}"):
            continue
        if "file" in group and not (data and (data / group["file"]).is_file()):
            print(f"minilm/{name}: not compared, SBERT_TEST_DATA has no {group['file']}")
            continue
        try:
            rows = group["texts"] if "texts" in group else texts.read_named(group, data)
            ours = command.embed(sbert, model, rows)
            table.compare(f"minilm/{name}", ours, numpy.load(HERE / "minilm" / f"{name}.npy"))
            check_tokens(
                table,
                f"minilm/{name}: tokens, json",
                command.embed_json(sbert, model, rows),
                ours,
                group,
            )
        except (command.CommandFailed, ValueError) as error:
            table.fail(f"minilm/{name}", str(error))


def check_pipelines(table, sbert, wanted):
    pipelines = HERE / "pipelines"
    rows = json.loads((pipelines / "texts.json").read_text())
    with numpy.load(pipelines / "vectors.npz") as goldens, tempfile.TemporaryDirectory() as scratch:
        for name in filter(lambda name: wanted(f"pipelines/{name}"), goldens.files):
            directory, packed = Path(scratch) / name, Path(scratch) / f"{name}.sbert"
            overlay.assemble(pipelines, name, directory)
            try:
                command.import_model(sbert, directory, f"golden_{name}", packed)
                table.compare(
                    f"pipelines/{name}", command.embed(sbert, packed, rows), goldens[name]
                )
            except command.CommandFailed as error:
                table.fail(f"pipelines/{name}", str(error))


def main():
    parser = argparse.ArgumentParser(description="Compare the command's vectors with the goldens.")
    parser.add_argument("--sbert", required=True, help="the command")
    parser.add_argument("--model", default="all-MiniLM-L6-v2", help="name or packed file of all-MiniLM-L6-v2")
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("SBERT_TEST_DATA"), help="the public data sets"
    )
    parser.add_argument(
        "--only", default="*", help="cases whose name matches this pattern, e.g. 'pipelines/pool*'"
    )
    arguments = parser.parse_args()

    def wanted(name):
        return fnmatch.fnmatch(name, arguments.only)

    table = Table()
    check_minilm(table, arguments.sbert, arguments.model, arguments.data, wanted)
    check_pipelines(table, arguments.sbert, wanted)
    print(f"{table.passed} passed, {len(table.failed)} failed", *table.failed)
    sys.exit(1 if table.failed or not table.passed else 0)


if __name__ == "__main__":
    main()
