"""The texts of the bench: three sets of public data, each from its beginning, in file order."""

import csv
import json


def short(data, count):
    """Sentences of STS-B: both columns of the training file, row by row; 11 tokens each."""
    with open(data / "stsb/stsb-en-train.csv", newline="", encoding="utf-8") as file:
        sentences = [cell for row in csv.reader(file) for cell in row[:2]]
    return sentences[: count or 2000]


def medium(data, count):
    """Questions of a bank's customers; 15 tokens each."""
    with open(data / "banking77/test.csv", newline="", encoding="utf-8") as file:
        return [row["text"] for row in csv.DictReader(file)][: count or 2000]


def long(data, count):
    """Paragraphs of Wikipedia; 157 tokens each after the model's cut at 256."""
    articles = json.loads((data / "xquad/xquad.en.json").read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    return paragraphs[: count or 240]


SETS = {"short": short, "medium": medium, "long": long}
QUICK = {"short": 200, "medium": 200, "long": 24}


def load(name, data, count):
    """Texts without line breaks inside, because the command line takes one a line."""
    return [" ".join(text.split("\n")).strip() for text in SETS[name](data, count)]
