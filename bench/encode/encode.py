"""The bench of the encoder: us and the peers on the same texts, turn by turn. See ../encode.sh, which runs this.

Each round goes through every text set, batch size and runner once, and through SQL and the products; figures are
medians over the rounds. So what disturbs the machine for a while disturbs all alike.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import accuracy
import machine
import plan
import report
import runners
import summary
import texts
from machine import median


def arguments():
    parser = argparse.ArgumentParser(prog="./run bench encode", description="The encoder beside its peers.")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--brief", action="store_true", help="an eighth of the texts, and no calls of 128")
    amount.add_argument("--quick", action="store_true", help="a tenth of the texts, and calls of 32 only")
    amount.add_argument("--count", type=int, help="so many texts a set")
    parser.add_argument("--rounds", type=int, default=3, help="medians are over so many (3)")
    parser.add_argument("--texts", default=",".join(texts.SETS), help="sets of texts: short,medium,long")
    parser.add_argument("--peers", default=",".join(runners.PEERS), help="some of the default, or none")
    parser.add_argument("--no-sql", action="store_true", help="without the server")
    parser.add_argument("--core", type=int, default=0, help="the core to run on (0)")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data sets")
    parser.add_argument("--sbert", required=True, help="the command sbert")
    parser.add_argument("--products", required=True, help="the program of product_speed.cpp")
    parser.add_argument("--model-dir", required=True, help="the published model, for the peers")
    chosen = parser.parse_args()
    chosen.texts = [name for name in chosen.texts.split(",") if name]
    chosen.peers = [name for name in chosen.peers.split(",") if name not in ("", "none")]
    chosen.plan = plan.QUICK if chosen.quick else plan.BRIEF if chosen.brief else plan.FULL
    if chosen.count:
        chosen.plan = chosen.plan.with_count(chosen.count)
    for unknown in [n for n in chosen.texts if n not in texts.SETS] + \
                   [n for n in chosen.peers if n not in runners.PEERS]:
        parser.error(f"unknown: {unknown}")
    return chosen


class Bench:
    def __init__(self, options):
        self.options = options
        self.plan = options.plan
        self.work = options.out.parent
        self.work.mkdir(parents=True, exist_ok=True)
        self.machine = machine.describe()
        self.products = self.make_products()
        self.runners = runners.start(options.sbert, options.peers, options.model_dir, options.data, self.work,
                                     options.core)
        self.ours = [runner for runner in self.runners if isinstance(runner, runners.Ours)]
        self.texts = {name: self.load(name) for name in options.texts}
        self.seconds = {}      # (set, runner, batch) -> [..]
        self.sql_seconds = {}  # (set, runner, batch, connections) -> [..]
        self.sql = None if options.no_sql else self.start_sql()

    def make_products(self):
        if not Path(self.options.products).exists():
            print("no libdnnl: the product speed is not measured", file=sys.stderr)
            return None
        return machine.Products(self.options.products, self.options.core, "amx_int8" in self.machine["instructions"])

    def load(self, name):
        loaded = texts.load(name, self.options.data, self.plan.counts[name])
        self.file(name).write_text("".join(text + "\n" for text in loaded), encoding="utf-8")
        return loaded

    def file(self, name):
        return self.work / f"texts-{name}.txt"

    def start_sql(self):
        import sql

        cores = sql.available_cores(self.options.core)
        if len(cores) < 2:
            print("this process may run on one core only: two connections are not measured (taskset)", file=sys.stderr)
        server = sql.Sql(cores)
        for name, loaded in self.texts.items():
            server.load(name, loaded, self.plan.sql_batches_of(name))
        return server

    def round(self):
        for name in self.texts:
            for batch in self.plan.batches_of(name):
                for i, runner in enumerate(self.runners):
                    self.seconds.setdefault((name, i, batch), []).append(runner.measure(self.file(name), batch))
                    print(".", end="", file=sys.stderr, flush=True)
                if self.sql and batch in self.plan.sql_batches_of(name):
                    self.sql_round(name, batch)
            if self.products:
                self.products.measure()

    def sql_round(self, name, batch):
        for i, runner in enumerate(self.ours):
            for connections in range(1, len(self.sql.connections) + 1):
                seconds = self.sql.measure(runner.model, name, batch, len(self.texts[name]), connections)
                self.sql_seconds.setdefault((name, i, batch, connections), []).append(seconds)

    def compare_vectors(self, name):
        """Runner -> {"mean", "min"}: everybody's vectors against our f32 ones."""
        files = [self.work / f"vectors-{i}.npy" for i in range(len(self.runners))]
        for runner, file in zip(self.runners, files):
            runner.vectors(self.file(name), file)
        compared = [accuracy.cosines(file, files[0]) for file in files]
        for file in files:
            file.unlink()
        return compared

    def tokens(self, name):
        self.ours[0].measure(self.file(name), 32)
        return self.ours[0].tokens

    def results_of(self, name):
        count, compared = len(self.texts[name]), self.compare_vectors(name)
        rows, batches = [], self.plan.batches_of(name)
        for i, runner in enumerate(self.runners):
            rates = {batch: count / median(self.seconds[name, i, batch]) for batch in batches}
            rows.append({
                "runtime": runner.name, "ours": runner in self.ours, "precision": runner.precision,
                "version": runner.version, "sentences_per_second": rates, "cosine": compared[i],
                "seconds": {batch: self.seconds[name, i, batch] for batch in batches},
                "sql": self.sql_results(name, i, count, rates) if self.sql and runner in self.ours else [],
            })
        return {"texts": count, "tokens": self.tokens(name), "runtimes": rows}

    def sql_results(self, name, i, count, rates):
        out = []
        for batch in self.plan.sql_batches_of(name):
            row = {"batch": batch}
            for connections in range(1, len(self.sql.connections) + 1):
                row[f"connections_{connections}"] = \
                    connections * count / median(self.sql_seconds[name, i, batch, connections])
            row["over_command_line"] = row["connections_1"] / rates[batch]
            if "connections_2" in row:
                row["two_over_one"] = row["connections_2"] / row["connections_1"]
            out.append(row)
        return out

    def results(self):
        return {
            "machine": self.machine, "rounds": self.options.rounds,
            "postgresql": self.sql.version if self.sql else None,
            "products": self.products.medians() if self.products else {},
            "sets": {name: self.results_of(name) for name in self.texts},
        }


def main():
    start, options = time.monotonic(), arguments()
    bench = Bench(options)
    for _ in range(options.rounds):
        bench.round()
    print(file=sys.stderr)
    results = summary.with_shares(bench.results())
    results["minutes"] = round((time.monotonic() - start) / 60, 1)
    for runner in bench.runners:
        runner.close()
    options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    report.print_all(results)
    print(f"\n{results['minutes']} minutes; all figures: {options.out}")


if __name__ == "__main__":
    main()
