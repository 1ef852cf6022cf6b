#!/usr/bin/env python3
"""What a query returns and what it costs, by LIMIT and filter: sbert_ivf, pgvector's hnsw and, where there is one, an older
build of sbert_ivf in a server of its own. Called by bench/order.sh, which starts the servers (PG* in the environment).

Everybody is asked the same queries in turn, a few dozen at a time, and what counts is the time that a backend spent on its
core: other processes take turns there, and the wall clock would count theirs.
"""
import argparse
import json
import statistics
import time

import numpy
import psycopg

import clock
from contender import OURS, PEER
from data import recalls, text
from index import speed_at

BLOCK = 25
ENOUGH = 0.995  # no setting is tried beyond a recall that reaches this


class Side:
    """A contender with the connection that it is asked over."""

    def __init__(self, name, contender, connection):
        self.name, self.contender, self.connection = name, contender, connection

    def ask(self, statement, parameters):
        return self.connection.execute(statement, parameters).fetchall()

    def seconds(self, statement, parameter_sets):
        """Of the backend's core."""
        backend = self.connection.info.backend_pid
        before = clock.on_core(backend)
        for parameters in parameter_sets:
            self.ask(statement, parameters)
        time.sleep(0.001)
        return clock.on_core(backend) - before


class Shape:
    """A kind of query: keep 1 of `keep` rows, `limit` of them, as a literal or as a parameter."""

    def __init__(self, limit, keep=1, as_parameter=False):
        self.limit, self.keep, self.as_parameter = limit, keep, as_parameter
        self.name = f"LIMIT {'$1 = ' if as_parameter else ''}{limit}" + (f", 1 of {keep}" if keep > 1 else "")

    def statement(self, contender, metric):
        where = f"WHERE id %% {self.keep} = 0" if self.keep > 1 else ""
        return contender.query(metric, "%s" if self.as_parameter else self.limit, where)

    def parameters(self, query):
        return (query, self.limit) if self.as_parameter else (query,)

    def exact(self, data, queries):
        ids = numpy.arange(0, len(data.rows), self.keep)
        return ids[data.neighbours(self.limit, data.rows[ids], data.queries[:queries])]


SHAPES = [Shape(10), Shape(20), Shape(100), Shape(20, as_parameter=True), Shape(10, 5), Shape(100, 5), Shape(10, 100)]


def connect(extensions, parameters):
    """A connection to a server in which those (schema, extension) are installed."""
    connection = psycopg.connect(autocommit=True, prepare_threshold=1, **parameters)
    for schema, extension in extensions:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE EXTENSION {extension} SCHEMA {schema}")
    connection.execute("SET enable_seqscan = off")
    return connection


def sides(options):
    here = connect([("ours", "sbert"), ("peer", "vector")], {})
    here.execute("SET hnsw.iterative_scan = relaxed_order")
    all_sides = [Side("sbert_ivf", OURS, here), Side("hnsw", PEER, here)]
    if options.before:
        all_sides.insert(0, Side("before", OURS, connect([("ours", "sbert")], {"host": options.before})))
    return all_sides


def quality(side, shape, data, queries):
    """Recall, the fewest rows, and the share of the results that are not in ascending order of the operator's distance."""
    statement = shape.statement(side.contender, data.metric)
    distance = statement[statement.index("e OPERATOR"):statement.index(" LIMIT")]
    statement = statement.replace("SELECT id", f"SELECT id, {distance}", 1)
    found, unsorted = [], 0
    for query in range(queries):
        parameters = (query,) + shape.parameters(query)
        rows = side.ask(statement, parameters)
        found.append([row[0] for row in rows])
        distances = [row[1] for row in rows]
        unsorted += distances != sorted(distances)
    recall = recalls(found, shape.exact(data, queries))
    return {"recall": float(recall.mean()), "fewest": min(map(len, found)), "unsorted": unsorted / queries}


def block_times(all_sides, statements, parameter_sets, rounds):
    """{side: seconds of its core a query, of each block of each round}; a block is asked of all in turn."""
    times = {name: [] for name in statements}
    for number in range(rounds + 1):
        for start in range(0, len(parameter_sets), BLOCK):
            block = parameter_sets[start:start + BLOCK]
            for side in all_sides if (start // BLOCK + number) % 2 else all_sides[::-1]:
                seconds = side.seconds(statements[side.name], block) / len(block)
                if number > 0:  # the first round brings everything into the buffers
                    times[side.name].append(seconds)
    return times


def rates_of(times):
    return {name: 1 / statistics.median(of) for name, of in times.items()}


def over_before(times):
    """The median of the blocks' ratios: what slows both down for a while does not count."""
    if "before" not in times:
        return None
    return statistics.median(b / a for b, a in zip(times["before"], times["sbert_ivf"]))


def shapes(all_sides, data, queries, rounds):
    report = {}
    print(f"{'':20}" + "".join(f" | {side.name:>9}: recall fewest unsorted  queries/s" for side in all_sides))
    for shape in SHAPES:
        statements = {side.name: shape.statement(side.contender, data.metric) for side in all_sides}
        figures = {side.name: quality(side, shape, data, queries) for side in all_sides}
        times = block_times(all_sides, statements, [shape.parameters(q) for q in range(queries)], rounds)
        for name, rate in rates_of(times).items():
            figures[name]["queries_per_second"] = rate
        report[shape.name] = {"sides": figures, "over_before": over_before(times)}
        print(f"{shape.name:20}" + "".join(
            f" | {'':10} {f['recall']:6.4f} {f['fewest']:6} {f['unsorted']:8.2f} {f['queries_per_second']:10.0f}"
            for f in figures.values()) + told(over_before(times)), flush=True)
    return report


def told(ratio):
    return f" | over before {ratio:.3f}" if ratio else ""


def curves(all_sides, data, queries, rounds):
    """LIMIT 10 at every setting of the knobs: queries a second at a recall, between the two settings around it."""
    exact = data.neighbours(10, queries=data.queries[:queries])
    points = {side.name: [] for side in all_sides}
    count = max(len(side.contender.settings) for side in all_sides)
    parameter_sets = [(q,) for q in range(queries)]
    for number in range(count):
        here = [side for side in all_sides if number < len(side.contender.settings)
                and (not points[side.name] or points[side.name][-1][1] < ENOUGH)]
        statements = {side.name: side.contender.query(data.metric, 10) for side in here}
        for side in here:
            side.connection.execute(f"SET {side.contender.knob} = {side.contender.settings[number]}")
        rates = rates_of(block_times(here, statements, parameter_sets, rounds))
        for side in here:
            found = [[row[0] for row in side.ask(statements[side.name], p)] for p in parameter_sets]
            recall = recalls(found, exact)
            points[side.name].append((side.contender.settings[number], float(recall.mean()),
                                      float(numpy.percentile(recall, 5)), float(recall.min()), rates[side.name]))
    for side in all_sides:
        side.connection.execute(f"RESET {side.contender.knob}")
    return points


def print_curves(points):
    for name, of in points.items():
        print(f"{name}: " + ", ".join(f"{setting:g} {mean:.4f} {speed:.0f}/s" for setting, mean, _, _, speed in of))
    for level in 0.95, 0.99:
        rates = {name: speed_at(of, level) for name, of in points.items()}
        if all(rates.values()):
            ratio = rates["sbert_ivf"] / rates["before"] if "before" in rates else None
            print(f"at recall {level}: " + ", ".join(f"{name} {rate:.0f}/s" for name, rate in rates.items()) + told(ratio))


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vectors", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--before", help="the folder of the socket of the older build's server")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def main():
    options = arguments()
    data = text(options.vectors, options.rows)
    queries = min(options.queries, len(data.queries))
    all_sides = sides(options)
    for side in all_sides:
        side.contender.load(side.connection, data)
        seconds = side.contender.build(side.connection, data.metric)
        print(f"{side.name}: {len(data.rows)} rows, built in {seconds:.1f} s", flush=True)
    report = {"rows": len(data.rows), "queries": queries, "shapes": shapes(all_sides, data, queries, options.rounds),
              "curves": curves(all_sides, data, queries, options.rounds)}
    print_curves(report["curves"])
    with open(options.out, "w", encoding="utf-8") as out:
        json.dump(report, out, indent=1)


if __name__ == "__main__":
    main()
