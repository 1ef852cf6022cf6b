"""The bench of a large model: 24 layers of 1,024, texts of 128 to 8,192 tokens, one by one. See ../encode.sh, which runs it
for --large.

Each round goes through every length and runner once, each in a process of its own, whose greatest memory is told; of 8,192
tokens there is one round. Seconds are those that the process ran. A figure is the median over the rounds.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import machine
import report
import runners
from machine import median

LAYERS, WIDTH, INNER = 24, 1024, 4096
TEXTS = {128: 8, 512: 2, 2048: 1, 8192: 1}  # tokens: so many texts
SLOW = 8192                                 # tokens that are measured once
PRECISIONS = ["f32", "bf16", "int8"]
PEERS = ["onnxruntime", "onnxruntime-int8"]


def arguments():
    parser = argparse.ArgumentParser(prog="./run bench encode --large", description="A large model beside its peers.")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--rounds", type=int, default=3, help="medians are over so many (3)")
    parser.add_argument("--tokens", default=",".join(map(str, TEXTS)), help="lengths of texts: 128,512,2048,8192")
    parser.add_argument("--peers", default=",".join(PEERS), help="some of the default, or none")
    parser.add_argument("--core", type=int, default=0, help="the core to run on (0)")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file")
    parser.add_argument("--sbert", required=True, help="the command sbert")
    parser.add_argument("--products", required=True, help="the program of product_speed.cpp")
    parser.add_argument("--model-dir", required=True, help="a published model, for its tokenizer")
    chosen = parser.parse_args()
    chosen.tokens = [int(tokens) for tokens in chosen.tokens.split(",")]
    chosen.peers = [name for name in chosen.peers.split(",") if name not in ("", "none")]
    for unknown in [n for n in chosen.tokens if n not in TEXTS] + [n for n in chosen.peers if n not in PEERS]:
        parser.error(f"unknown: {unknown}")
    return chosen


def flop(tokens):
    """Of one text: the products of the layers and, unlike in the bench of the small model, those of attention."""
    weights = 4 * WIDTH * WIDTH + 2 * WIDTH * INNER
    return LAYERS * tokens * (2 * weights + 4 * tokens * WIDTH)


class Models:
    """The model in every form that somebody runs; made once."""

    def __init__(self, options, log):
        self.folder = options.out.parent / "large"
        self.published, self.onnx = self.folder / "model", self.folder / "exported"
        self.files = {precision: self.folder / f"{precision}.sbert" for precision in PRECISIONS}
        self.imports = {}
        if not self.published.exists():
            self.make(options.model_dir, log)
        if options.peers and not self.onnx.exists():
            self.python("export_onnx.py", self.published, self.onnx, log)
        for precision, file in self.files.items():
            self.imports[precision] = self.import_seconds(options.sbert, precision, file)

    def make(self, tokenizer, log):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.python("make_large.py", tokenizer, self.published, log)

    def python(self, program, source, out, log):
        print(f"{program}: {out}", file=sys.stderr)
        new = out.with_suffix(".new")
        subprocess.run([sys.executable, runners.HERE / program, source, new], stdout=log, stderr=log, check=True,
                       env=os.environ | runners.ONE_THREAD)
        new.rename(out)

    def import_seconds(self, command, precision, file):
        start = time.perf_counter()
        subprocess.run([command, "import", self.published, "--name", "large", "--precision", precision, "--out", file,
                        "--force"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start


class Ours:
    def __init__(self, options, models, precision):
        self.name, self.precision, self.version = "sbert", precision, "this build"
        self.command = runners.pinned(options.core, options.sbert, "bench", "--cold", "--repeat", 1, "--model",
                                      models.files[precision])

    def measure(self, texts):
        """(seconds, greatest memory in bytes)"""
        with open(texts, "rb") as file:
            process = subprocess.Popen(self.command, stdin=file, stdout=subprocess.PIPE)
        answer = json.loads(process.stdout.read())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return answer["cpu_seconds"][0], used.ru_maxrss * 1024


class Peer:
    def __init__(self, options, models, name, log):
        self.name, self.precision = name.removesuffix("-int8"), "int8" if name.endswith("-int8") else "f32"
        self.start = lambda: runners.Peer(name, models.published, models.onnx, options.core, log)

    def measure(self, texts):
        peer = self.start()
        seconds = peer.order(texts=str(texts), batch=1, cold=True)["cpu_seconds"]
        status = Path(f"/proc/{peer.process.pid}/status").read_text(encoding="utf-8")
        self.version = peer.version
        peer.close()
        return seconds, int(status.split("VmHWM:")[1].split()[0]) * 1024


def write_texts(folder, tokens):
    """Words that are a token each, between two special ones."""
    words = "the of and in to a is was for on as with by at from his it an were are".split()
    text = " ".join(words[i % len(words)] for i in range(tokens - 2))
    path = folder / f"texts-{tokens}.txt"
    path.write_text((text + "\n") * TEXTS[tokens], encoding="utf-8")
    return path


def results_of(tokens, measured, products):
    """The rows of one length; `measured` is a list of (runner, [(seconds, bytes) ..])."""
    best = {name: speed["best"] for name, speed in products.items()}
    rows = []
    for runner, runs in measured:
        rate = tokens * TEXTS[tokens] / median([seconds for seconds, _ in runs])
        row = {"runtime": runner.name, "precision": runner.precision, "version": runner.version,
               "tokens_per_second": rate, "bytes": max(memory for _, memory in runs), "runs": runs}
        if best:
            of = runner.precision if runner.precision in best else "f32"
            row |= {"of": of, "share": rate * flop(tokens) / tokens / 1e9 / best[of]}
        rows.append(row)
    return rows


def over_peer(row, rows):
    wanted = "int8" if row["precision"] == "int8" else "f32"
    peers = [peer for peer in rows if peer["runtime"] != "sbert" and peer["precision"] == wanted]
    if row["runtime"] != "sbert" or not peers:
        return "-"
    return f"{row['tokens_per_second'] / peers[0]['tokens_per_second']:.2f}"


def print_all(results):
    print(machine.line(results["machine"]))
    for precision, made in results["models"].items():
        print(f"imported in {precision}: {made['seconds']:.1f} s, {made['bytes'] / 1e6:,.0f} MB")
    for tokens, rows in results["lengths"].items():
        print(f"\ntexts of {tokens:,} tokens, one by one, on one core")
        table = []
        for row in rows:
            mark = "" if row.get("of", row["precision"]) == row["precision"] else f" (of {row['of']})"
            share = f"{row['share']:.2f}{mark}" if "share" in row else "-"
            table.append([row["runtime"], row["precision"], f"{row['tokens_per_second']:,.1f}", share,
                          over_peer(row, rows), f"{row['bytes'] / 1e6:,.0f}"])
        report.print_table(["runtime", "", "tokens/s", "share", "over ONNX Runtime", "memory, MB"], table)


def main():
    options = arguments()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    log = open(options.out.parent / "peers.log", "w", encoding="utf-8")
    models = Models(options, log)
    everybody = [Ours(options, models, precision) for precision in PRECISIONS]
    everybody += [Peer(options, models, name, log) for name in options.peers]
    described = machine.describe()
    products = machine.Products(options.products, options.core, False) if Path(options.products).exists() else None
    measured = {tokens: [(runner, []) for runner in everybody] for tokens in options.tokens}
    for number in range(options.rounds):
        for tokens in [tokens for tokens in options.tokens if tokens != SLOW or number == 0]:
            for runner, runs in measured[tokens]:
                runs.append(runner.measure(write_texts(models.folder, tokens)))
                print(".", end="", file=sys.stderr, flush=True)
            if products:
                products.measure()
    print(file=sys.stderr)
    speeds = products.medians()[""] if products else {}
    results = {
        "machine": described, "products": speeds, "rounds": options.rounds,
        "models": {precision: {"seconds": models.imports[precision], "bytes": file.stat().st_size}
                   for precision, file in models.files.items()},
        "lengths": {tokens: results_of(tokens, measured[tokens], speeds) for tokens in options.tokens},
    }
    options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print_all(results)
    print(f"\nall figures: {options.out}")


if __name__ == "__main__":
    main()
