#!/usr/bin/env python3
"""Recall where the mean of the vectors is large against their spread, and at few dimensions: sbert_ivf beside pgvector's
hnsw. Called by bench/centre.sh, which starts the server (PG* in the environment).

Rows are normally distributed with a spread of 1 in every dimension around a mean that is the same in all of them; above
16 dimensions they lie near 16 hidden ones, because vectors of models do, and because rows that are all equally far apart
have no neighbours worth finding. Each contender is held to its own operator's order: a row that is no farther than the
tenth is right, whichever of several equal ones it is.
"""
import argparse
import json
import time

import numpy
import psycopg

import clock
from contender import Contender

HIDDEN = 16
K = 10
METRICS = {"l2": "<->", "cosine": "<=>", "ip": "<#>"}
CLASSES = {metric: (operator, f"vector_{metric}_ops") for metric, operator in METRICS.items()}
OURS = Contender("sbert_ivf", "ours", "vector", "sbert_ivf", CLASSES, "sbert.target_recall", [0.95, 0.99, 1])
PEER = Contender("hnsw", "peer", "vector", "hnsw", CLASSES, "hnsw.ef_search", [40, 100, 200])
CONTENDERS = (OURS, PEER)


class Cloud:
    """rows (N, d) and queries (Q, d) of float32."""

    def __init__(self, rows, queries, dims, mean):
        random = numpy.random.default_rng(dims)
        points = random.standard_normal((rows + queries, min(dims, HIDDEN)))
        if dims > HIDDEN:
            points = points @ random.standard_normal((HIDDEN, dims)) / HIDDEN**0.5
            points += 0.1 * random.standard_normal(points.shape)
        points = (points / points.std(axis=0) + mean).astype(numpy.float32)
        self.rows, self.queries = points[:rows], points[rows:]


def acceptable(connection, contender, metric, queries):
    """The ids of each query that are no farther than its tenth, by the operator and without the index."""
    distance = f"e {contender.operator(metric)} (SELECT e FROM {contender.schema}_queries WHERE id = %(q)s)"
    table = contender.table()
    statement = (f"WITH top AS (SELECT {distance} AS d FROM {table} ORDER BY d LIMIT {K}) "
                 f"SELECT array_agg(id) FROM {table} WHERE {distance} <= (SELECT max(d) FROM top)")
    connection.execute("SET enable_indexscan = off; SET enable_seqscan = on")
    found = [set(connection.execute(statement, {"q": q}).fetchone()[0]) for q in range(queries)]
    connection.execute("SET enable_indexscan = on; SET enable_seqscan = off")
    return found


def asked(connection, contender, metric, queries):
    """Row ids of each query, and the seconds that the backend spent on all of them."""
    statement = contender.query(metric, K)
    found = []
    before = clock.on_core(connection.info.backend_pid)
    for q in range(queries):
        found.append([row[0] for row in connection.execute(statement, (q,)).fetchall()])
    time.sleep(0.001)
    return found, clock.on_core(connection.info.backend_pid) - before


def measure(connection, contender, metric, queries):
    """[(setting, mean recall, queries a second of the core)] of an index built for it."""
    contender.build(connection, metric)
    right = acceptable(connection, contender, metric, queries)
    asked(connection, contender, metric, min(queries, 10))
    points = []
    for setting in contender.settings:
        connection.execute(f"SET {contender.knob} = {setting}")
        found, seconds = asked(connection, contender, metric, queries)
        recall = numpy.mean([len(ids & set(rows)) / K for ids, rows in zip(right, found)])
        points.append((setting, float(recall), queries / seconds))
    connection.execute(f"RESET {contender.knob}")
    return points


def print_head():
    labels = [f"{contender.name} {setting:g}" for contender in CONTENDERS for setting in contender.settings]
    print("mean recall@10 by the operator's own order, and queries a second of the backend's core")
    print("  d    mean  metric" + "".join(f" | {label:>14}" for label in labels))


def print_figures(dims, mean, metric, figures):
    cells = "".join(f" | {recall:6.4f} {speed:7.0f}" for of in figures.values() for _, recall, speed in of)
    print(f"{dims:4} {mean:6g}  {metric:6}{cells}", flush=True)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dims", default="2,3,16,128,768")
    parser.add_argument("--means", default="0,1,10,100,1e3,1e4")
    parser.add_argument("--metrics", default=",".join(METRICS))
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def main():
    options = arguments()
    report = []
    with psycopg.connect(autocommit=True, prepare_threshold=1) as connection:
        for contender, extension in zip(CONTENDERS, ("sbert", "vector")):
            connection.execute(f"CREATE SCHEMA {contender.schema}")
            connection.execute(f"CREATE EXTENSION {extension} SCHEMA {contender.schema}")
        print_head()
        for dims in map(int, options.dims.split(",")):
            for mean in map(float, options.means.split(",")):
                cloud = Cloud(options.rows, options.queries, dims, mean)
                for contender in CONTENDERS:
                    contender.load(connection, cloud)
                for metric in options.metrics.split(","):
                    figures = {c.name: measure(connection, c, metric, options.queries) for c in CONTENDERS}
                    print_figures(dims, mean, metric, figures)
                    report.append({"dimensions": dims, "mean": mean, "metric": metric, **figures})
    with open(options.out, "w", encoding="utf-8") as out:
        json.dump({"rows": options.rows, "queries": options.queries, "figures": report}, out, indent=1)


if __name__ == "__main__":
    main()
