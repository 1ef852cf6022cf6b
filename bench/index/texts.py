#!/usr/bin/env python3
"""Writes every text of the public data, one a line, each once, in a fixed order.

    texts.py DATA_FOLDER > texts.txt

Line breaks within a text become spaces. The last column of the index bench's training
(questions of xquad) is left out: `texts.py DATA_FOLDER --unseen` writes those alone.
"""
import csv
import gzip
import io
import json
import sys
from pathlib import Path


def table(data, name, delimiter=","):
    raw = (data / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8")
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    return csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting)


def questions(data):
    """triviaqa: 'category TAB #Q text', continued until the line of the answer, '^ ...'."""
    question = []
    for line in gzip.open(data / "triviaqa/questions.txt.gz", "rt", encoding="utf-8", errors="replace"):
        line = line.split("\t", 1)[-1].strip()
        if line.startswith("#Q"):
            question = [line[2:].strip()]
        elif line.startswith("^") and question:
            yield " ".join(question)
            question = []
        elif question:
            question.append(line)


def paragraphs(data, name):
    for article in json.loads((data / name).read_text(encoding="utf-8"))["data"]:
        yield from article["paragraphs"]


def seen(data):
    for row in table(data, "wordnet/defs.tsv.gz", "\t"):
        yield row[3]
    yield from questions(data)
    for part in "train", "dev", "test":
        for row in table(data, f"goemotions/{part}.tsv", "\t"):
            yield row[0]
    for part in "train", "test":
        yield from (row[0] for i, row in enumerate(table(data, f"banking77/{part}.csv")) if i > 0)
    for name in "en-train", "en-dev", "zh-train", "zh-dev":
        for row in table(data, f"stsb/stsb-{name}.csv"):
            yield row[0]
            yield row[1]
    for i, row in enumerate(table(data, "netflix-titles/netflix_titles.csv.gz")):
        if i > 0 and len(row) == 12:
            yield f"{row[2]}: {row[11]}"
    for name in "xquad/xquad.en.json", "xquad/xquad.zh.json":
        yield from (paragraph["context"] for paragraph in paragraphs(data, name))


def unseen(data):
    for paragraph in paragraphs(data, "xquad/xquad.en.json"):
        yield from (question["question"] for question in paragraph["qas"])


def main():
    data = Path(sys.argv[1])
    texts = unseen(data) if "--unseen" in sys.argv[2:] else seen(data)
    lines = (" ".join(text.split()) for text in texts)
    sys.stdout.reconfigure(encoding="utf-8")
    for line in dict.fromkeys(line for line in lines if line):
        print(line)


if __name__ == "__main__":
    main()
