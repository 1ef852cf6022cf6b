#!/usr/bin/env python3
"""Distances in SQL, ours beside pgvector's: called by bench/distance.sh, which starts the server (PG* in the environment).

Both work on the very same rows: the layouts are the same, so a cast without a function shows pgvector our column.

A figure is the median of interleaved rounds. Each round runs, on one connection whose backend is pinned to a core, a scan
that only counts the column (the scan's own cost), and each metric of both, with one query vector and with three. What
counts is the time that the backend spent on its core: other processes take turns there, and the wall clock would count
theirs.
"""
import argparse
import json
import os
import statistics
import time

import numpy
import psycopg

from rows import copy_rows, extra_shapes, shapes

SCHEMAS = ("ours", "peer")
QUERIES = 3


def machine_line(connection, rows):
    with open("/proc/cpuinfo") as lines:
        cpu = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    server = connection.execute("SHOW server_version").fetchone()[0]
    versions = dict(connection.execute("SELECT extname, extversion FROM pg_extension").fetchall())
    return (f"machine: {cpu}, {os.cpu_count()} cores; PostgreSQL {server}, sbert {versions['sbert']}, "
            f"pgvector {versions['vector']}; {rows} cached rows, nanoseconds a row")


def load(connection, shape, count):
    """The rows, and queries beside them that are none of the rows, in our type."""
    random = numpy.random.default_rng(shape.dims)
    column = shape.sql.format(schema="ours")
    for table, some in ("rows", count), ("queries", QUERIES):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(f"CREATE TABLE {table} (e {column})")
        connection.execute(f"ALTER TABLE {table} ALTER e SET STORAGE {shape.storage}")
        copy_rows(connection, table, [shape.row(random) for _ in range(some)])
        connection.execute(f"VACUUM (FREEZE, ANALYZE) {table}")


def statements(connection, shape):
    """{(schema, metric, queries): statement}; no metric and no queries is the scan alone. Queries are constants."""
    result = {("", "", 0): "SELECT count(e) FROM rows"}
    queries = [query for query, in connection.execute("SELECT e::text FROM queries").fetchall()]
    for schema in SCHEMAS:
        column = shape.sql.format(schema=schema)
        row = f"e::{column.split('(')[0]}" if "." in column else "e"  # pgvector sees the same bytes
        for metric in shape.metrics:
            counts = [f"count({row} OPERATOR({schema}.{metric}) '{query}'::{column})" for query in queries]
            for some in (1, QUERIES):
                result[schema, metric, some] = f"SELECT {', '.join(counts[:some])} FROM rows"
    return result


def prepare(connection, wanted):
    """Parsed and planned once, so that a run is the scan alone. {key: EXECUTE statement}"""
    connection.execute("DEALLOCATE ALL")
    names = {}
    for number, (key, statement) in enumerate(wanted.items()):
        connection.execute(f"PREPARE s{number} AS {statement}")
        names[key] = f"EXECUTE s{number}"
    return names


def time_on_core(process):
    """Nanoseconds so far; exact when the process sleeps, as a backend does that has answered."""
    with open(f"/proc/{process}/schedstat") as file:
        return int(file.read().split()[0])


def run(connection, statement, count):
    started = time_on_core(connection.info.backend_pid)
    found = connection.execute(statement, prepare=False).fetchone()
    time.sleep(0.001)
    elapsed = time_on_core(connection.info.backend_pid) - started
    if set(found) != {count}:
        raise SystemExit(f"{found} distances of {count} rows: {statement[:80]}")
    return elapsed / count


def agree(connection, wanted, shape):
    """Both extensions find the same distances, to rounding."""
    for metric in shape.metrics:
        ours, peer = (numpy.array(connection.execute(
            wanted[schema, metric, QUERIES].replace("count(", "sum(") + " WHERE ctid < '(100,0)'").fetchone(), float)
            for schema in SCHEMAS)
        if not numpy.allclose(ours, peer, rtol=1e-4, atol=1e-2):
            raise SystemExit(f"{shape.name} {metric}: {ours} and {peer}")


def measure(connection, shape, options):
    load(connection, shape, options.rows)
    wanted = statements(connection, shape)
    agree(connection, wanted, shape)
    prepared = prepare(connection, wanted)
    times = {key: [] for key in prepared}
    for round_number in range(options.rounds + 1):
        order = sorted(prepared, key=lambda key: (key[1:], key[0]), reverse=round_number % 2 == 1)
        for key in order:
            elapsed = run(connection, prepared[key], options.rows)
            if round_number > 0:  # the first one brings the rows into the buffers
                times[key].append(elapsed)
    medians = {key: statistics.median(of) for key, of in times.items()}
    return [figures(medians, shape, metric) for metric in shape.metrics]


def figures(medians, shape, metric):
    """gross: a scan with one distance a row. net: less the scan alone. warm: one more distance of a row just used."""
    scan = medians["", "", 0]
    result = {"type": shape.name, "dimensions": shape.dims, "metric": metric, "storage": shape.storage, "scan": scan}
    for schema in SCHEMAS:
        one, some = (medians[schema, metric, queries] for queries in (1, QUERIES))
        result[schema] = {"gross": one, "net": one - scan, "warm": (some - one) / (QUERIES - 1)}
    for kind in KINDS:
        result[f"{kind}_ratio"] = result["peer"][kind] / result["ours"][kind]
    return result


KINDS = ("gross", "net", "warm")
HEAD = f"{'type':20} {'dims':>5}  op   {'scan':>6}" + "".join(f"  | {kind:>6} {'pgvector':>8} {'ratio':>5}" for kind in KINDS)


def print_figures(f):
    columns = "".join(f"  | {f['ours'][kind]:6.0f} {f['peer'][kind]:8.0f} {f[kind + '_ratio']:5.2f}" for kind in KINDS)
    print(f"{f['type']:20} {f['dimensions']:5}  {f['metric']:3}  {f['scan']:6.0f}{columns}", flush=True)


def wanted_shapes(options):
    for name in options.types.split(","):
        if name in ("text", "toast"):
            yield from extra_shapes(name)
            continue
        for dims in options.dims.split(","):
            yield from shapes(name, int(dims))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--types", default="vector,halfvec,sparsevec,bit,text,toast")
    parser.add_argument("--dims", default="384,768,1024,1536")
    parser.add_argument("--rows", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--core", type=int, default=0)
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def main():
    options = arguments()
    with psycopg.connect(autocommit=True, prepare_threshold=None) as connection:
        for schema, extension in zip(SCHEMAS, ("sbert", "vector")):
            connection.execute(f"CREATE SCHEMA {schema}")
            connection.execute(f"CREATE EXTENSION {extension} SCHEMA {schema}")
        for name in "vector", "halfvec", "sparsevec":
            connection.execute(f"CREATE CAST (ours.{name} AS peer.{name}) WITHOUT FUNCTION")
        os.sched_setaffinity(connection.info.backend_pid, {options.core})
        line = machine_line(connection, options.rows)
        print(line)
        print(HEAD)
        report = []
        for shape in wanted_shapes(options):
            for f in measure(connection, shape, options):
                print_figures(f)
                report.append(f)
    with open(options.out, "w") as out:
        json.dump({"machine": line, "rows": options.rows, "rounds": options.rounds, "figures": report}, out, indent=1)


if __name__ == "__main__":
    main()
