"""The texts that tokenizers are compared on: own.txt and hostile.txt, which are ours, and the public ones of the folder in
SBERT_TEST_DATA (default: ../shared/data beside the checkout), where it is there. Standard library only."""

import csv
import gzip
import json
import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
DATA = pathlib.Path(os.environ.get("SBERT_TEST_DATA", HERE.parents[2] / "shared" / "data"))


def has_tokenizers():
    """Whether the published vocabularies are there. Without them a check makes its own (own_tokenizers.py)."""
    return (DATA / "tokenizers").is_dir()


def one_line(text):
    """The command reads lines; a line feed is white space like any other to these tokenizers."""
    return text.replace("\r", " ").replace("\n", " ").replace("\0", "")


def stsb_texts():
    for name in ("stsb-en-train", "stsb-en-dev", "stsb-zh-train", "stsb-zh-dev"):
        with open(DATA / "stsb" / (name + ".csv"), encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                yield from row[:2]


def xquad_texts():
    for language in ("en", "zh"):
        data = json.loads((DATA / "xquad" / ("xquad.%s.json" % language)).read_text(encoding="utf-8"))["data"]
        for paragraph in (p for article in data for p in article["paragraphs"]):
            yield paragraph["context"]
            yield from (question["question"] for question in paragraph["qas"])


def banking77_texts():
    for name in ("train.csv", "test.csv"):
        with open(DATA / "banking77" / name, encoding="utf-8", newline="") as file:
            yield from (row["text"] for row in csv.DictReader(file))


def wordnet_texts():
    with gzip.open(DATA / "wordnet" / "defs.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def own_texts():
    """A few hundred sentences and oddities in fifty scripts, made for this; no copy of anything."""
    yield from (HERE / "own.txt").read_bytes().decode().split("\n")[:-1]  # no other line end counts


def hostile_texts():
    yield from (HERE / "hostile.txt").read_text(encoding="utf-8").split("\n")[:-1]


def vector(name):
    return json.loads((DATA / "tokenizers" / "vectors" / (name + ".json")).read_text(encoding="utf-8"))


def vector_texts():
    yield from (entry["original"] for entry in vector("question_tokens"))
    yield from (entry["input"] for entries in vector("tokenizer_tests").values() for entry in entries)
    yield from (vector(name)["text"] for name in ("bert_uncased_encoded", "distilbert_cased_encoded"))


OWN = {"own": own_texts, "hostile": hostile_texts}
PUBLIC = {"vectors": vector_texts, "stsb": stsb_texts, "xquad": xquad_texts, "banking77": banking77_texts, "wordnet": wordnet_texts}
CORPORA = {**OWN, **(PUBLIC if has_tokenizers() else {})}
