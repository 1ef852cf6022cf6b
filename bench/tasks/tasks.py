#!/usr/bin/env python3
"""Classifiers beside scikit-learn's: called by bench/tasks.sh, which starts the server (PG* in the environment) and has
the texts embedded. bench/README.md says what is measured and how."""
import argparse
import json
import os
from pathlib import Path

import numpy

import labelled
import machine
import many
import table
import training
from peer_sklearn import LabelSets, OneLabel
from server import Server

PARTS = {"banking77": OneLabel, "goemotions": LabelSets, "many": None}


class Data:
    def __init__(self, folder, vectors):
        self.folder, self.vectors = folder, Path(vectors)

    def split(self, name):
        """((N, d) float32, [[label, ...]])"""
        path = self.vectors / f"{name.replace('/', '-')}.npy"
        vectors, labels = numpy.load(path), [labels for _, labels in labelled.rows(self.folder, name)]
        if len(vectors) != len(labels):
            raise SystemExit(f"{path} has {len(vectors)} vectors for {len(labels)} texts: remove it")
        return vectors, labels


def arguments():
    parser = argparse.ArgumentParser()
    for name in "--data", "--vectors", "--out":
        parser.add_argument(name, required=True)
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS), help=",".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--core", type=int, default=0)
    options = parser.parse_args()
    if unknown := set(options.parts) - PARTS.keys():
        parser.error(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    if options.rounds < 1 or options.rows < 1000:
        parser.error("--rounds is at least 1, --rows at least 1000")
    return options


def run(part, server, data, options):
    """(figures, the table's lines)"""
    if part == "many":
        figures = many.measure(server, *data.split("banking77/train"), options.rows, options.rounds)
        return figures, list(many.lines(figures))
    task = training.Task(part, PARTS[part], data)
    figures = training.measure(task, server, options.rounds)
    return figures, list(training.lines(task, figures))


def versions(server):
    import sklearn
    return {"PostgreSQL": server.value("SHOW server_version"), "scikit-learn": sklearn.__version__,
            "sbert": server.value("SELECT extversion FROM pg_extension WHERE extname = 'sbert'")}


def main():
    options = arguments()
    results = {"machine": machine.describe(), "rounds": options.rounds, "figures": {}, "table": []}
    os.sched_setaffinity(0, {options.core})
    server, data = Server(options.core), Data(options.data, options.vectors)
    results["versions"] = versions(server)
    print(machine.line(results["machine"]))
    print(", ".join(f"{name} {version}" for name, version in results["versions"].items()))
    print(table.head(), flush=True)
    for part in options.parts:
        results["figures"][part], lines = run(part, server, data, options)
        for line in lines:
            print(line.text(), flush=True)
        results["table"] += [line.json() for line in lines]
        Path(options.out).write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
