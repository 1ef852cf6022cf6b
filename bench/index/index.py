#!/usr/bin/env python3
"""sbert_ivf beside pgvector's hnsw: called by bench/index.sh, which starts the server (PG* in the environment).

Figures are medians of interleaved rounds: each round runs both contenders, one query after another, over one connection with
prepared statements. Queries/s at a recall are interpolated between the two settings around it.
"""
import argparse
import json
import multiprocessing
import statistics
import time

import numpy
import psycopg

from contender import OURS, PEER, copy_vectors
from data import mnist, recalls, text

CONTENDERS = (OURS, PEER)


def connect():
    connection = psycopg.connect(autocommit=True, prepare_threshold=1)
    connection.execute("SET enable_seqscan = off")
    connection.execute("SET hnsw.iterative_scan = relaxed_order")
    return connection


def run(connection, statement, queries):
    """Row ids of each query, and queries a second."""
    found = []
    with connection.cursor() as cursor:
        started = time.perf_counter()
        for q in queries:
            found.append([row[0] for row in cursor.execute(statement, (q,)).fetchall()])
        return found, len(queries) / (time.perf_counter() - started)


def curve(connection, data, exact, k, rounds):
    """{contender: [(setting, mean recall, p5, min, queries/s)]}, rounds interleaved."""
    queries = range(len(data.queries))
    speeds, quality = {}, {}
    for _ in range(rounds):
        for contender in CONTENDERS:
            for setting in contender.settings:
                if contender is PEER and setting < k:
                    continue
                connection.execute(f"SET {contender.knob} = {setting}")
                found, speed = run(connection, contender.query(data.metric, k), queries)
                key = contender.name, setting
                speeds.setdefault(key, []).append(speed)
                quality[key] = recalls(found, exact)
    for contender in CONTENDERS:
        connection.execute(f"RESET {contender.knob}")
    return {contender.name: [
        (setting, float(quality[name, setting].mean()), float(numpy.percentile(quality[name, setting], 5)),
         float(quality[name, setting].min()), statistics.median(speeds[name, setting]))
        for name, setting in speeds if name == contender.name] for contender in CONTENDERS}


def speed_at(points, recall):
    """Queries/s at a recall, between its neighbours on the curve; None where the curve does not reach it."""
    points = sorted((p[1], p[4]) for p in points)
    for (low, slow_end), (high, fast_end) in zip(points, points[1:]):
        if low <= recall <= high:
            share = 0.0 if high == low else (recall - low) / (high - low)
            return slow_end + share * (fast_end - slow_end)
    return points[0][1] if points and points[0][0] > recall else None


def print_curve(result, levels=(0.95, 0.99)):
    for name, points in result.items():
        print(f"  {name}")
        for setting, mean, p5, low, speed in points:
            print(f"    {setting:>6}  recall {mean:.4f} (p5 {p5:.2f}, min {low:.2f})  {speed:8.0f} queries/s")
    ratios = {}
    for level in levels:
        ours, peer = (speed_at(result[c.name], level) for c in CONTENDERS)
        if ours and peer:
            ratios[level] = ours / peer
            print(f"  at recall {level}: {ours:.0f} over {peer:.0f} queries/s, {ours / peer:.2f} x")
    return ratios


def build(connection, data, report):
    for contender in CONTENDERS:
        seconds = contender.build(connection, data.metric)
        size = contender.index_bytes(connection)
        report[contender.name] = {"seconds": seconds, "bytes": size, "bytes_per_row": size / len(data.rows)}
        print(f"  {contender.name}: {seconds:.1f} s, {size / 2**20:.0f} MB, {size / len(data.rows):.0f} bytes a row")
    report["over_peer"] = report[OURS.name]["seconds"] / report[PEER.name]["seconds"]
    print(f"  build over the peer's: {report['over_peer']:.3f} x")


def small_builds(connection, data, report):
    """With 64 MB, and with 4-bit codes; the index of the other parts is made again afterwards."""
    connection.execute("SET maintenance_work_mem = '64MB'")
    for label, options in ("64MB", ""), ("64MB, rerank_bits = 4", "WITH (rerank_bits = 4)"):
        seconds = OURS.build(connection, data.metric, options)
        size = OURS.index_bytes(connection)
        report[label] = {"seconds": seconds, "bytes_per_row": size / len(data.rows)}
        print(f"  sbert_ivf, {label}: {seconds:.1f} s, {size / len(data.rows):.0f} bytes a row")
    connection.execute("RESET maintenance_work_mem")
    OURS.build(connection, data.metric)


def sizes(connection, data, report, dimensions=1024):
    """Bytes a row of an index over many dimensions; what the vectors are makes no difference."""
    rows = len(data.rows)
    vectors = numpy.random.default_rng(5).standard_normal((rows, dimensions), numpy.float32)
    connection.execute(f"CREATE TABLE wide (id int, e {OURS.schema}.vector({dimensions}))")
    copy_vectors(connection, "wide", vectors, 0, OURS.type_name)
    for label, options in ("8 bits", ""), ("4 bits", "WITH (rerank_bits = 4)"):
        connection.execute(f"CREATE INDEX wide_e ON wide USING sbert_ivf (e {OURS.schema}.vector_cosine_ops) {options}")
        size = connection.execute("SELECT pg_relation_size('wide_e')").fetchone()[0]
        connection.execute("DROP INDEX wide_e")
        report[f"{dimensions}, {label}"] = size / rows
        print(f"  {dimensions} dimensions, {label}: {size / rows:.0f} bytes a row")
    connection.execute("DROP TABLE wide")


def first_query(data, report, tries=5):
    """Of a new backend, and its second: milliseconds."""
    statement = OURS.query(data.metric, 10)
    times = [[], []]
    for _ in range(tries):
        with connect() as connection:
            connection.execute("SELECT 1")
            for i, of in enumerate(times):
                started = time.perf_counter()
                connection.execute(statement, (i,)).fetchall()
                of.append(1000 * (time.perf_counter() - started))
    report.extend(statistics.median(of) for of in times)
    print("  first query of a backend {:.1f} ms, its second {:.1f} ms".format(*report))


def lookup_floor(connection, data, rounds):
    statement = f"SELECT id FROM {OURS.table()} WHERE id >= %s ORDER BY id LIMIT 10"
    starts = numpy.random.default_rng(1).integers(0, len(data.rows) - 10, 1000).tolist()
    connection.execute("SET enable_seqscan = on")
    speed = statistics.median(run(connection, statement, starts)[1] for _ in range(rounds + 2))
    connection.execute("SET enable_seqscan = off")
    return speed


def ask_until(statement, count, until):
    """Queries one after another over a connection of its own; how many."""
    with connect() as connection:
        connection.execute(statement, (0,)).fetchall()
        asked = 0
        while time.time() < until:
            connection.execute(statement, (asked % count,)).fetchall()
            asked += 1
        return asked


def two_connections(data, k, seconds=5.0):
    """Queries/s of one connection and of two at once, each from a process of its own, at default settings."""
    statement = OURS.query(data.metric, k)
    rates = []
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(ask_until, 2 * [(statement, len(data.queries), 0)])
        for n in 1, 2:
            until = time.time() + seconds
            rates.append(sum(pool.starmap(ask_until, n * [(statement, len(data.queries), until)])) / seconds)
    return rates


def delivered(connection, data, exact, k, report):
    """Recall delivered at a target."""
    for target in 0.9, 0.95, 0.99:
        connection.execute(f"SET {OURS.knob} = {target}")
        quality = recalls(run(connection, OURS.query(data.metric, k), range(len(data.queries)))[0], exact)
        report[target] = [float(quality.mean()), float(numpy.percentile(quality, 5)), float(quality.min())]
        print(f"  target {target}: {quality.mean():.4f}, p5 {numpy.percentile(quality, 5):.2f}, min {quality.min():.2f}")
    connection.execute(f"RESET {OURS.knob}")


def filters(connection, data, report, queries=200):
    for keep in 10, 100, 1000:
        ids = numpy.arange(3 % keep, len(data.rows), keep)
        exact = ids[data.neighbours(10, data.rows[ids], data.queries[:queries])]
        for contender in CONTENDERS:
            statement = contender.query(data.metric, 10, f"WHERE id %% {keep} = {3 % keep}")
            found, speed = run(connection, statement, range(queries))
            quality = recalls(found, exact)
            fewest = min(len(f) for f in found)
            report[f"{contender.name} 1/{keep}"] = [float(quality.mean()), fewest, speed]
            print(f"  keeps 1 of {keep}: {contender.name}: recall {quality.mean():.3f}, at least {fewest} rows, "
                  f"{speed:.0f} queries/s")


def inserts(connection, data, report, rows=2000):
    """Single rows, each its own transaction, through one connection."""
    vectors = data.queries[numpy.arange(rows) % len(data.queries)]
    for contender in CONTENDERS:
        connection.execute(f"CREATE TEMP TABLE fresh AS TABLE {contender.table()} WITH NO DATA")
        copy_vectors(connection, "fresh", vectors, 10_000_000, contender.type_name)
        connection.execute("ALTER TABLE fresh ADD PRIMARY KEY (id)") # else each insert reads all of it
        connection.execute("ANALYZE fresh")
        started = time.perf_counter()
        for i in range(rows):
            connection.execute(f"INSERT INTO {contender.table()} SELECT * FROM fresh WHERE id = %s", (10_000_000 + i,))
        report[contender.name] = rows / (time.perf_counter() - started)
        connection.execute("DROP TABLE fresh")
        connection.execute(f"DELETE FROM {contender.table()} WHERE id >= 10000000")
        print(f"  {contender.name}: {report[contender.name]:.0f} rows/s")
    print(f"  over the peer's: {report[OURS.name] / report[PEER.name]:.1f} x")


def vacuum(connection, report):
    for contender in CONTENDERS:
        connection.execute(f"DELETE FROM {contender.table()} WHERE id %% 2 = 1".replace("%%", "%"))
        started = time.perf_counter()
        connection.execute(f"VACUUM {contender.table()}")
        report[contender.name] = time.perf_counter() - started
        print(f"  {contender.name}: {report[contender.name]:.1f} s")
    print(f"  over the peer's: {report[OURS.name] / report[PEER.name]:.3f} x")


def unseen(connection, data, path, rounds):
    """Questions that the training never saw, against the same rows."""
    data.queries = numpy.load(path).astype(numpy.float32)[:1000]
    for contender in CONTENDERS:
        connection.execute(f"TRUNCATE {contender.schema}_queries")
        copy_vectors(connection, f"{contender.schema}_queries", data.queries, 0, contender.type_name)
    return curve(connection, data, data.neighbours(10), 10, rounds)


def drift(connection, data, report):
    """An index made of two thirds of the rows, ordered so that the rest is of another topic; the rest is inserted."""
    direction = data.rows[:5000].mean(axis=0) - data.rows[int(numpy.argmin(data.rows @ data.rows[0]))]
    order = numpy.argsort(data.rows @ direction)
    first = len(order) * 2 // 3
    connection.execute(f"TRUNCATE {OURS.table()}")
    connection.execute(f"DROP INDEX {OURS.table()}_e")
    copy_vectors(connection, OURS.table(), data.rows[order[:first]], 0, OURS.type_name)
    OURS.build(connection, data.metric)
    started = time.perf_counter()
    copy_vectors(connection, OURS.table(), data.rows[order[first:]], first, OURS.type_name)
    report["rows_per_second"] = (len(order) - first) / (time.perf_counter() - started)
    connection.execute(f"VACUUM ANALYZE {OURS.table()}")
    queries = data.rows[order[numpy.random.default_rng(3).integers(0, len(order), 500)]]
    connection.execute(f"TRUNCATE {OURS.schema}_queries")
    copy_vectors(connection, f"{OURS.schema}_queries", queries, 0, OURS.type_name)
    exact = data.neighbours(10, data.rows[order], queries)
    found, speed = run(connection, OURS.query(data.metric, 10), range(len(queries)))
    quality = recalls(found, exact)
    report.update(recall=float(quality.mean()), p5=float(numpy.percentile(quality, 5)), queries_per_second=speed)
    print(f"  {report['rows_per_second']:.0f} rows/s inserted; recall {quality.mean():.4f}, p5 {report['p5']:.2f}")


def measure(connection, data, parts, rounds, unseen_path):
    report = {"rows": len(data.rows), "dimensions": data.rows.shape[1]}

    def part(name, action, *arguments):
        if name in parts:
            print(f"{data.name}: {name}")
            report[name] = {}
            action(*arguments, report[name])

    for contender in CONTENDERS:
        contender.load(connection, data)
    print(f"{data.name}: build")
    build(connection, data, report.setdefault("build", {}))
    exact = data.neighbours(10)
    if "query" in parts:
        print(f"{data.name}: queries, k = 10")
        result = curve(connection, data, exact, 10, rounds)
        report["query"] = {"curve": result, "ratios": print_curve(result)}
        floor = lookup_floor(connection, data, rounds)
        at = speed_at(result[OURS.name], 0.95)
        report["lookup_floor"] = [floor, at / floor if at else None]
        print(f"  ten rows by primary key: {floor:.0f}/s; share at 0.95: {(at or 0) / floor:.2f}")
        report["connections"] = two_connections(data, 10)
        print("  one connection {:.0f}, two {:.0f} queries/s".format(*report["connections"]))
        first_query(data, report.setdefault("first_query_ms", []))
    part("delivered", delivered, connection, data, exact, 10)
    if "k100" in parts:
        print(f"{data.name}: queries, k = 100")
        result = curve(connection, data, data.neighbours(100), 100, rounds)
        report["k100"] = {"curve": result, "ratios": print_curve(result)}
    part("filter", filters, connection, data)
    part("insert", inserts, connection, data)
    part("memory", small_builds, connection, data)
    if "unseen" in parts and data.name == "text":
        print("text: queries that the training never saw")
        result = unseen(connection, data, unseen_path, rounds)
        report["unseen"] = {"curve": result, "ratios": print_curve(result)}
    part("vacuum", vacuum, connection)
    if data.name == "text":
        part("sizes", sizes, connection, data)
        part("drift", drift, connection, data)
    return report


def main():
    parser = argparse.ArgumentParser()
    for name in "--vectors", "--unseen", "--data-folder", "--out":
        parser.add_argument(name, required=True)
    parser.add_argument("--rows", type=int, default=None)
    parser.add_argument("--data", choices=("text", "mnist", "both"), default="both")
    parser.add_argument("--parts", default="query,delivered,k100,filter,insert,memory,sizes,unseen,vacuum,drift")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    connection = psycopg.connect(autocommit=True)
    connection.execute("CREATE SCHEMA ours; CREATE SCHEMA peer; "
                       "CREATE EXTENSION sbert SCHEMA ours; CREATE EXTENSION vector SCHEMA peer")
    connection.close()
    connection = connect()
    reports = {"server": connection.execute("SHOW server_version").fetchone()[0]}
    parts = options.parts.split(",")
    if options.data in ("text", "both"):
        reports["text"] = measure(connection, text(options.vectors, options.rows), parts, options.rounds, options.unseen)
    if options.data in ("mnist", "both"):
        reports["mnist"] = measure(connection, mnist(options.data_folder, options.rows),
                                   [p for p in parts if p in ("query", "delivered")], options.rounds, options.unseen)
    with open(options.out, "w", encoding="utf-8") as out:
        json.dump(reports, out, indent=1)


if __name__ == "__main__":
    main()
