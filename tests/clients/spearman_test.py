#!/usr/bin/env python3
"""The STS benchmark through SQL: similarity of all pairs of the English dev part, ranked against
the gold scores.

    spearman_test.py [--dsn DSN] [--model NAME] [--data DIR]

Spearman x 100 must be within 0.01 of what sentence-transformers itself reaches on the same file
(tests/golden/minilm/figures.json). The server comes from --dsn, else PGDSN, else the PG* variables;
a database is made in it and dropped. Exit code 77, skipped, without the data set (--data, else
SBERT_TEST_DATA).
"""

import argparse
import csv
import json
import os
import sys
import time
from pathlib import Path

import numpy
import psycopg

FIGURES = Path(__file__).resolve().parents[1] / "golden" / "minilm" / "figures.json"
FILE = "stsb/stsb-en-dev.csv"
TOLERANCE = 0.01  # of Spearman x 100


def ranks(values):
    """Ranks from 1; equal values share the average of the ranks that they take up."""
    _, group, sizes = numpy.unique(values, return_inverse=True, return_counts=True)
    last = numpy.cumsum(sizes)
    return (last - (sizes - 1) / 2)[group]


def spearman(left, right):
    return 100 * float(numpy.corrcoef(ranks(left), ranks(right))[0, 1])


def similarities(connection, pairs, model):
    """What a user would write. Returns one similarity a pair, in the order of `pairs`."""
    connection.execute("CREATE EXTENSION sbert")
    connection.execute("CREATE TABLE pairs (id int PRIMARY KEY, a text, b text)")
    with connection.cursor() as cursor, cursor.copy("COPY pairs FROM STDIN") as copy:
        for row, (a, b, _) in enumerate(pairs):
            copy.write_row((row, a, b))
    query = "SELECT 1 - (embed(a, %(m)s) <=> embed(b, %(m)s)) FROM pairs ORDER BY id"
    return [row[0] for row in connection.execute(query, {"m": model})]


def main():
    parser = argparse.ArgumentParser(description="Spearman on the STS benchmark, through SQL.")
    parser.add_argument("--dsn", default=os.environ.get("PGDSN", ""))
    parser.add_argument("--model", default=os.environ.get("SBERT_MODEL", "all-MiniLM-L6-v2"))
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("SBERT_TEST_DATA", "."),
        help="the public data sets",
    )
    arguments = parser.parse_args()
    if os.environ.get("CLIENTS_EXTENSION", "sbert") != "sbert":
        print("SKIPPED: pgvector has no embed()")
        sys.exit(77)
    file = Path(arguments.data) / FILE
    if not file.is_file():
        print(f"SKIPPED: no {file} (set SBERT_TEST_DATA)")
        sys.exit(77)
    with open(file, encoding="utf-8", newline="") as lines:
        pairs = list(csv.reader(lines))

    database = f"sbert_spearman_{os.getpid()}"
    with psycopg.connect(arguments.dsn, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            begin = time.monotonic()
            with psycopg.connect(arguments.dsn, dbname=database, autocommit=True) as connection:
                found = similarities(connection, pairs, arguments.model)
            seconds = time.monotonic() - begin
        finally:
            server.execute(f"DROP DATABASE {database} WITH (FORCE)")

    figures = json.loads(FIGURES.read_text())
    ours = spearman(numpy.array(found), numpy.array([float(gold) for _, _, gold in pairs]))
    reference = figures["stsb_dev_spearman"]
    print(
        f"{len(pairs)} pairs in {seconds:.1f} s; Spearman x 100: {ours:.4f},"
        f" sentence-transformers {reference:.4f}"
    )
    if len(found) != figures["stsb_dev_pairs"] or not abs(ours - reference) <= TOLERANCE:
        sys.exit(
            f"FAILED: {len(found)} pairs, {abs(ours - reference):.4f} apart, {TOLERANCE} allowed"
        )


if __name__ == "__main__":
    main()
