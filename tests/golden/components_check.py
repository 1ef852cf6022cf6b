#!/usr/bin/env python3
"""Ids, tokens and offsets of `sbert tokenize --tokenizer` against the `tokenizers` library, live.

Usage:  components_check.py --sbert PATH [--random N] [--seed S] [--corpus NAME ...] [--only NAME ...]

Published vocabularies, each in the tokenizer.json that the transformers library would make of it, and vocabularies of our own
(own_tokenizers.py), over all texts there are (components_texts.py); then N tiny tokenizers of random components
(components_random.py). Without the data folder: our own vocabularies and texts alone. Prints a line a vocabulary
and corpus; on differences the first ones with both outputs, and exits 1.
Needs: tokenizers==0.23.3.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import components_random
import components_texts
import corpora
from components_parity import Comparison, Refused, load, quiet_panics, run
from own_tokenizers import OWN
from published import PUBLISHED, charsmap
from tiny_directory import write_json, write_model

RANDOM_TEXTS = 60  # for each random tokenizer
SHOWN_REFUSALS = 3
PACKED_EVERY = 5  # of the random ones
MAX_TOKENS = 512
TOKENIZERS = {**OWN, **(PUBLISHED if corpora.has_tokenizers() else {})}


def check_published(command, folder, names, chosen):
    """Compares the named tokenizers over the corpora; returns the number of differences."""
    differences = 0
    for name in names:
        file = folder / "tokenizer.json"
        with quiet_panics():
            text = TOKENIZERS[name]().to_str()
        file.write_text(text, encoding="utf-8")
        tokenizer = load(text)
        for corpus, texts in chosen.items():
            comparison = Comparison()
            comparison.compare(tokenizer, texts, run(command, file, texts), name + ": " + corpus)
            print("%-40s %7d texts  %d differences" % (name + ": " + corpus, comparison.texts, comparison.differences), flush=True)
            differences += comparison.differences
    return differences


def is_ambiguous(tokenizer):
    """Of added tokens that are the same after normalisation the library takes one by chance."""
    tokens = [token for token in tokenizer.get_added_tokens_decoder().values() if token.normalized]
    normalize = tokenizer.normalizer.normalize_str if tokenizer.normalizer else str
    return len({normalize(token.content) for token in tokens}) < len(tokens)


def check_packed(command, folder, tokenizer, text, texts, comparison, label):
    """The same by way of a model directory and a packed file, where texts are lines and are cut."""
    directory, model = folder / "packed", folder / "packed.sbert"
    directory.mkdir(exist_ok=True)
    rows = max(tokenizer.get_vocab().values()) + 1
    write_model(directory, rows, MAX_TOKENS, "distilbert")
    (directory / "tokenizer.json").write_text(text, encoding="utf-8")
    write_json(directory / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast"})
    subprocess.run([command, "import", str(directory), "--name", "packed", "--out", str(model), "--force"], check=True,
                   stdout=subprocess.DEVNULL)
    lines = [corpora.one_line(line) for line in texts]
    tokenizer.enable_truncation(MAX_TOKENS)
    found = []
    for line in lines:  # one by one: a text that is an error ends the command
        done = subprocess.run([command, "tokenize", "--model", str(model), "--offsets"], input=line.encode() + b"\n", capture_output=True,
                              check=False)
        found.append(json.loads(done.stdout) if done.returncode == 0 else {"error": done.stderr.decode()})
    wrong = comparison.compare(tokenizer, lines, found, label)
    tokenizer.no_truncation()
    return wrong


def check_random(command, folder, count, seed):
    """Compares random tokenizers. One that only the library takes is a difference, too."""
    file, maps = folder / "random.json", [charsmap()] if corpora.has_tokenizers() else []
    comparison, made, refused, unmade, ambiguous = Comparison(), 0, 0, 0, 0
    coverage, packed = components_random.Coverage(maps), 0
    for number in range(count):
        chance = random.Random(seed * 1000003 + number)
        label = "random tokenizer %d of seed %d" % (number, seed)
        try:
            with quiet_panics():
                text = components_random.make(chance, maps)
            tokenizer = load(text)
        except BaseException as error:  # a panic is none of Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            unmade += 1
            continue
        if is_ambiguous(tokenizer):
            ambiguous += 1
            continue
        file.write_text(text, encoding="utf-8")
        texts = [components_texts.random_text(chance) for _ in range(RANDOM_TEXTS)]
        try:
            ours = run(command, file, texts)
        except Refused as error:
            refused += 1
            if refused <= SHOWN_REFUSALS:
                print("%s: %s" % (label, error))
            continue
        made += 1
        coverage.add(text)
        wrong = comparison.compare(tokenizer, texts, ours, label)
        if number % PACKED_EVERY == 0:
            wrong += check_packed(command, folder, tokenizer, text, texts, comparison, label + ", packed")
            packed += 1
        if wrong:
            (folder / ("random-%d.json" % number)).write_text(text, encoding="utf-8")
    missing = coverage.report()
    print("%d random tokenizers, %d of them packed, too, %d texts, %d differences; %d components never; %d refused; %d with two added tokens that normalise alike; the library "
          "made no sense of %d, and failed on %d texts"
          % (made, packed, comparison.texts, comparison.differences, missing, refused, ambiguous, unmade, comparison.failed_there), flush=True)
    return comparison.differences + refused + missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sbert", required=True, help="the command")
    parser.add_argument("--random", type=int, default=100, help="how many random tokenizers")
    parser.add_argument("--every", type=int, default=1 if "SBERT_WHOLE" in os.environ else 10,
                        help="every n-th text of a corpus; 1 for all, in ten minutes, as in ./run test --all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", nargs="*", choices=list(components_texts.CORPORA), default=list(components_texts.CORPORA))
    parser.add_argument("--only", nargs="*", choices=list(TOKENIZERS), default=list(TOKENIZERS))
    parser.add_argument("--keep", help="a folder for the tokenizers that differ")
    arguments = parser.parse_args()
    texts = {name: list(components_texts.CORPORA[name]()) for name in arguments.corpus}
    for name in set(texts) - {"own"}:
        texts[name] = texts[name][:: arguments.every]
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(arguments.keep or scratch)
        differences = check_random(arguments.sbert, folder, arguments.random, arguments.seed)
        differences += check_published(arguments.sbert, folder, arguments.only, texts)
    sys.exit(1 if differences else 0)


main()
