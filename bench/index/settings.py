#!/usr/bin/env python3
"""Recall of pgvector's hnsw by hnsw.ef_search and of its ivfflat by ivfflat.probes, for ORDER BY ... LIMIT 10. Called by
bench/settings.sh, which starts the server (PG* in the environment). Ours answers to the same names.

hnsw is built with its default m and ef_construction, ivfflat with each number of lists of --lists.
"""
import argparse
import json

import psycopg

from contender import Contender
from data import mnist, recalls, text

K = 10
CLASSES = {"cosine": ("<=>", "vector_cosine_ops"), "l2": ("<->", "vector_l2_ops")}
HNSW = Contender("hnsw", "public", "vector", "hnsw", CLASSES, "hnsw.ef_search",
                 [10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300, 400, 600, 800, 1000])
IVFFLAT = Contender("ivfflat", "public", "vector", "ivfflat", CLASSES, "ivfflat.probes",
                    [1, 2, 3, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100])


def curve(connection, contender, data, exact, most):
    """{setting: mean recall} of the index that is there, for settings below `most`: as many probes as lists miss nothing."""
    statement = contender.query(data.metric, K)
    points = {}
    for setting in (s for s in contender.settings if s < most):
        connection.execute(f"SET {contender.knob} = {setting}")
        found = [[row[0] for row in connection.execute(statement, (q,)).fetchall()] for q in range(len(data.queries))]
        points[setting] = round(float(recalls(found, exact).mean()), 4)
    return points


def measure(connection, data, lists, queries):
    data.queries = data.queries[:queries]
    print(f"{data.name}: {len(data.rows)} rows of {data.rows.shape[1]} dimensions, {queries} queries, {data.metric}", flush=True)
    exact = data.neighbours(K)
    result = {}
    indexes = [(HNSW, "", 10_000)] + [(IVFFLAT, f"WITH (lists = {n})", n) for n in lists]
    for contender, options, most in indexes:
        if not result:
            contender.load(connection, data)
        contender.build(connection, data.metric, options)
        name = f"{contender.name} {options}".strip()
        result[name] = curve(connection, contender, data, exact, most)
        print(f"  {name}: {result[name]}", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser()
    for name in "--vectors", "--data-folder", "--out":
        parser.add_argument(name, required=True)
    parser.add_argument("--lists", default="50,100,250")
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args()
    lists = [int(n) for n in options.lists.split(",")]
    connection = psycopg.connect(autocommit=True, prepare_threshold=1)
    connection.execute("CREATE EXTENSION vector CASCADE")
    connection.execute("SET enable_seqscan = off")
    reports = {}
    for data in text(options.vectors, None), mnist(options.data_folder, None):
        reports[data.name] = measure(connection, data, lists, options.queries)
    with open(options.out, "w", encoding="utf-8") as out:
        json.dump(reports, out, indent=1)


if __name__ == "__main__":
    main()
