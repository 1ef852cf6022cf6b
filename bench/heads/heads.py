"""Heads on one core: see heads.sh. Each round runs all in turn; figures are medians of CPU seconds."""

import argparse
import csv
import json
import os
import subprocess
import time
from pathlib import Path

import machine
import peers
from machine import median

PRECISIONS = ["f32", "bf16", "int8"]


def one_line(text):
    return " ".join(text.split())


def xquad_pairs(data, count):
    """Questions with paragraphs, ten of each question's neighbours, as a search hands them over."""
    articles = json.loads((data / "xquad" / "xquad.en.json").read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    texts = [one_line(paragraph["context"]) for paragraph in paragraphs]
    pairs = []
    for i, paragraph in enumerate(paragraphs):
        question = one_line(paragraph["qas"][0]["question"])
        pairs += [(question, texts[(i + shift) % len(texts)]) for shift in range(10)]
    return pairs[:count]


def sentences(data, count):
    with open(data / "stsb" / "stsb-en-train.csv", newline="", encoding="utf-8") as file:
        return [one_line(row[0]) for row in csv.reader(file)][:count]


class Ours:
    """`sbert bench`, a process each time."""

    def __init__(self, options, directory, name):
        self.options, self.files = options, {}
        for precision in PRECISIONS:
            self.files[precision] = directory.parent / f"{name}-{precision}.sbert"
            subprocess.run([options.sbert, "import", directory, "--name", name, "--precision", precision, "--force",
                            "--out", self.files[precision]], check=True, stdout=subprocess.DEVNULL)

    def seconds(self, precision, lines):
        answer = subprocess.run(["taskset", "-c", str(self.options.core), self.options.sbert, "bench", "--model", self.files[precision],
                                 "--batch", "256", "--repeat", "1"], input="\n".join(lines) + "\n", text=True, check=True, stdout=subprocess.PIPE)
        return json.loads(answer.stdout)["cpu_seconds"][0]


def measure(options, name, peer_class, inputs, units):
    """Seconds a runtime, of each round. `units` of the inputs are counted a second."""
    directory = options.work / name
    peer_class.save(options.model, directory)
    ours, peer = Ours(options, directory, name), peer_class(directory)
    lines = [text if isinstance(text, str) else "\t".join(text) for text in inputs]
    seconds = {label: [] for label in PRECISIONS + ["peer"]}
    peer.run(inputs[: len(inputs) // 10])
    for _ in range(options.rounds):
        for precision in PRECISIONS:
            seconds[precision].append(ours.seconds(precision, lines))
        began = time.process_time()
        peer.run(inputs)
        seconds["peer"].append(time.process_time() - began)
    return {label: {"seconds": runs, "per_second": units / median(runs)} for label, runs in seconds.items()} | {"units": units}


def main():
    parser = argparse.ArgumentParser()
    for option in ("--sbert", "--model", "--data", "--work", "--out"):
        parser.add_argument(option, type=Path, required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    options = parser.parse_args()
    os.sched_setaffinity(0, {options.core})
    options.work.mkdir(parents=True, exist_ok=True)
    about = machine.describe()
    print(machine.line(about))
    pairs, texts = xquad_pairs(options.data, options.count // 2), sentences(options.data, options.count)
    count_tokens = peers.token_counter(options.model)
    results = {"machine": about, "peers": peers.versions()}
    parts = {"rerank": (peers.Reranker, pairs, len(pairs), "pairs/s"),
             "entities": (peers.Entities, texts, sum(map(count_tokens, texts)), "tokens/s"),
             "sparse": (peers.Sparse, texts, len(texts), "vectors/s")}
    print(f"{'':10} {'unit':10} {'peer':>9} " + " ".join(f"{p:>9} {'ratio':>6}" for p in PRECISIONS))
    for name, (peer, inputs, units, unit) in parts.items():
        found = results[name] = measure(options, name, peer, inputs, units)
        base = found["peer"]["per_second"]
        print(f"{name:10} {unit:10} {base:9.1f} " +
              " ".join(f"{found[p]['per_second']:9.1f} {found[p]['per_second'] / base:6.2f}" for p in PRECISIONS))
    options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
