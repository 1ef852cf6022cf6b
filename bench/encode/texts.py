"""The texts of the bench: three sets of public data, each from its beginning, in file order; how many, plan.py says."""

import csv
import json
from itertools import islice


def short(data):
    """Sentences of STS-B: both columns of the training file, row by row; 11 tokens each."""
    with open(data / "stsb/stsb-en-train.csv", newline="", encoding="utf-8") as file:
        yield from (cell for row in csv.reader(file) for cell in row[:2])


def medium(data):
    """Questions of a bank's customers; 15 tokens each."""
    with open(data / "banking77/test.csv", newline="", encoding="utf-8") as file:
        yield from (row["text"] for row in csv.DictReader(file))


def long(data):
    """Paragraphs of Wikipedia; 157 tokens each after the model's cut at 256."""
    articles = json.loads((data / "xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    yield from (paragraph["context"] for article in articles for paragraph in article["paragraphs"])


SETS = {"short": short, "medium": medium, "long": long}


def load(name, data, count, first=0):
    """Texts without line breaks inside, because the command line takes one a line."""
    return [" ".join(text.split("\n")).strip() for text in islice(SETS[name](data), first, first + count)]


def calibration(data):
    """For a peer whose int8 wants to see texts beforehand: sentences of STS-B behind those that are measured."""
    return load("short", data, 300, first=2000)
