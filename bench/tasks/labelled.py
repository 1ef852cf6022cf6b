"""The labelled texts of the public data, row by row as the files have them.

    labelled.py DATA_FOLDER NAME      writes the texts of banking77/train, goemotions/test ..., one a line

Line breaks and runs of spaces within a text become one space; rows that occur twice stay.
"""
import csv
import sys
from pathlib import Path


def rows(folder, name):
    """[(text, [label, ...])]"""
    folder = Path(folder)
    if name.startswith("banking77/"):
        with open(folder / f"{name}.csv", encoding="utf-8", newline="") as lines:
            return [(one_line(text), [label]) for text, label in list(csv.reader(lines))[1:]]
    labels = (folder / "goemotions/labels.txt").read_text(encoding="utf-8").split()
    with open(folder / f"{name}.tsv", encoding="utf-8", newline="") as lines:
        found = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(one_line(text), [labels[int(i)] for i in ids.split(",")]) for text, ids, _ in found]


def one_line(text):
    return " ".join(text.split())


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    for row in rows(sys.argv[1], sys.argv[2]):
        print(row[0])
