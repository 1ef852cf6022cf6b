"""Labels of many stored vectors, one statement over all of them: rows a second on one core."""
import collections
import os
import statistics

import numpy

import clock
import peer_sklearn
from table import Line

LABELS = 10
BLOCK = 100_000
NAME = "ten"
STATEMENTS = {"scan": "SELECT count(e) FROM many", "classify": f"SELECT count(sbert.classify(e, '{NAME}')) FROM many"}


def ten_labels(labels):
    """The ten that most rows have."""
    counts = collections.Counter(label for label, in labels)
    return sorted(counts, key=lambda label: (-counts[label], label))[:LABELS]


def near(vectors, count):
    """(count, d): the vectors again and again, each time with some noise, of length 1."""
    random = numpy.random.default_rng(8)
    result = numpy.empty((count, vectors.shape[1]), numpy.float32)
    for first in range(0, count, BLOCK):
        block = result[first:first + BLOCK]
        block[:] = vectors[numpy.arange(first, first + len(block)) % len(vectors)]
        block += 0.01 * random.standard_normal(block.shape, numpy.float32)
        block /= numpy.linalg.norm(block, axis=1, keepdims=True)
    return result


def prepare(server, vectors, labels, count):
    """Both trained, the table filled. (the peer's classifier, the matrix in memory)"""
    chosen = ten_labels(labels)
    picked = [i for i, (label,) in enumerate(labels) if label in chosen]
    vectors, labels = vectors[picked], [labels[i] for i in picked]
    server.load("ten_train", vectors, labels)
    server.train(NAME, "SELECT e, labels[1] FROM ten_train")
    peer, _, _ = peer_sklearn.train(peer_sklearn.OneLabel, vectors, labels)
    peer.model.coef_ = peer.model.coef_.astype(numpy.float32)  # else each row would become float64 for the product
    matrix = near(vectors, count)
    server.load_vectors("many", [matrix[first:first + BLOCK] for first in range(0, count, BLOCK)])
    for key, statement in STATEMENTS.items():
        server.connection.execute(f"PREPARE {key} AS {statement}")
    return peer, matrix


def best_of_all(server):
    """The label alone is the first of all scores."""
    differ = server.value(f"SELECT count(*) FROM (SELECT e FROM many LIMIT 1000) rows WHERE sbert.classify(e, '{NAME}') <> "
                          f"(SELECT label FROM sbert.classify_scores(e, '{NAME}') LIMIT 1)")
    if differ:
        raise SystemExit(f"sbert.classify and sbert.classify_scores differ in {differ} of 1,000 rows")


def rounds_of(server, peer, matrix, rounds):
    """{what: seconds on the core of each round}; one round more is run first, which brings the rows into the buffers."""
    turns = {key: lambda key=key: server.timed(f"EXECUTE {key}") for key in STATEMENTS}
    turns["peer"] = lambda: clock.timed(os.getpid(), lambda: peer.model.predict(matrix))
    times = {key: [] for key in turns}
    for number in range(rounds + 1):
        for key in sorted(turns, reverse=number % 2 == 1):
            found, core, _ = turns[key]()
            if key in STATEMENTS and found != [{"count": len(matrix)}]:
                raise SystemExit(f"{found} of {len(matrix)} rows: {STATEMENTS[key]}")
            if number > 0:
                times[key].append(core)
    return times


def measure(server, vectors, labels, count, rounds):
    peer, matrix = prepare(server, vectors, labels, count)
    best_of_all(server)
    times = rounds_of(server, peer, matrix, rounds)
    return {"rows": count, "labels": LABELS, "seconds": times,
            "rows_per_second": {key: count / statistics.median(of) for key, of in times.items()}}


def lines(figures):
    rates = figures["rows_per_second"]
    yield Line(f"{figures['rows']:,} vectors, {LABELS} labels: classify, rows/s", rates["classify"], rates["peer"],
               aim=(">=", 1_000_000), digits=0)
    yield Line("  the scan alone, count(e), rows/s", rates["scan"], digits=0)
