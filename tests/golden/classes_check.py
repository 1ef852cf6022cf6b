#!/usr/bin/env python3
"""`sbert import` of tokenizers in every form that a class of the transformers library reads, and `sbert tokenize` of the packed
file, against the tokenizer that the library builds.

Usage:  classes_check.py --sbert PATH [--every N] [--only NAME ...]

Of each case in class_cases.py a model directory of four dimensions is imported. The other side is classes.json, in which
make_classes.py has kept what transformers 5.23 makes of the same files, run live by the `tokenizers` library: ids, tokens and
offsets, and ids of words that are split already. Without the data folder its published vocabularies are missing: then the class whose files the library itself can make
of own texts is compared. Prints a line a case; on differences the first ones with both outputs, and exits 1.
Needs: tokenizers==0.23.3, numpy.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import components_texts
import corpora
import own_tokenizers
import words_parity
from class_cases import CASES, MASK, with_tables
from components_parity import Comparison, load
from tiny_directory import write_model
from tokenizers import models

MAX_TOKENS = 512
GOLDEN = json.loads((pathlib.Path(__file__).resolve().parent / "classes.json").read_text())


def tokenize(command, model, texts):
    data = "".join(text + "\n" for text in texts).encode()
    done = subprocess.run([command, "tokenize", "--model", str(model), "--offsets"], input=data, stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def built(name):
    """The library's tokenizer. The classes hand a Unigram model its scores as numbers; read from JSON by the library, some
    would be their neighbours, which decides between two equal splits."""
    text = with_tables(GOLDEN[name], name)
    tokenizer, model = load(text), json.loads(text)["model"]
    if model["type"] == "Unigram":
        tokenizer.model = models.Unigram([tuple(entry) for entry in model["vocab"]], model["unk_id"], model["byte_fallback"])
    return tokenizer


def check(command, name, folder, texts):
    case, reference = CASES[name], built(name)
    case.write(folder)
    return check_directory(command, name, folder, case.kind, reference, texts)


def check_own(command, folder, texts):
    """RoBERTa's files, of a vocabulary that was learned here."""
    reference, differences = own_tokenizers.byte_bpe(), 0
    for name in ("RobertaTokenizer", "RobertaTokenizerFast"):
        own = folder / name
        own.mkdir()
        reference.model.save(str(own))
        settings = {"tokenizer_class": name, "mask_token": dict(MASK, __type="AddedToken")}
        (own / "tokenizer_config.json").write_text(json.dumps(settings))
        differences += check_directory(command, "own files of " + name, own, "roberta", reference, texts)
    return differences


def check_directory(command, name, folder, kind, reference, texts):
    """The number of differences between the library's tokenizer and the import of the directory."""
    write_model(folder, reference.get_vocab_size(), MAX_TOKENS, kind)
    model = folder / "m.sbert"
    done = subprocess.run([command, "import", str(folder), "--name", "m", "--out", str(model)], capture_output=True, check=False)
    if done.returncode != 0:
        print("%-40s is refused: %s" % (name, done.stderr.decode().strip()), flush=True)
        return 1
    reference.enable_truncation(MAX_TOKENS)
    comparison = Comparison()
    comparison.compare(reference, texts, tokenize(command, model, texts), name)
    words = words_parity.differences(command, model, reference, texts, name)
    print("%-40s %7d texts  %d differences, %d in words" % (name, comparison.texts, comparison.differences, words), flush=True)
    return comparison.differences + words


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sbert", required=True, help="the command")
    parser.add_argument("--every", type=int, default=100, help="every n-th text of the corpora")
    parser.add_argument("--only", nargs="*", choices=list(CASES), default=list(CASES))
    arguments = parser.parse_args()
    texts = [components_texts.one_line(text) for corpus in components_texts.CORPORA.values()
             for number, text in enumerate(corpus()) if number % arguments.every == 0]
    differences = 0
    with tempfile.TemporaryDirectory() as scratch:
        if not corpora.has_tokenizers():
            differences += check_own(arguments.sbert, pathlib.Path(scratch), [*corpora.own_texts(), *texts])
            arguments.only = []
        for number, name in enumerate(arguments.only):
            differences += check(arguments.sbert, name, pathlib.Path(scratch) / str(number), texts)
    sys.exit(1 if differences else 0)


main()
