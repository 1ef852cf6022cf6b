#!/usr/bin/env python3
"""What bench/taggers.sh measures; it says how. The server is that of the PG* variables."""

import argparse
import json
import pathlib
import tarfile
import time

import numpy
import psycopg
import sklearn_crfsuite
from lexical import features
from sklearn.linear_model import LogisticRegression


def sentences(lines):
    """(tokens, tags) of a file of columns; an I- that begins an entity becomes its B-, as seqeval's default reads it."""
    tokens, tags = [], []
    for line in [*lines, ""]:
        parts = line.split()
        if len(parts) >= 2:
            tokens.append(parts[0].removeprefix("en:") or parts[0])
            tag = parts[-1]
            if tag[0] == "I" and (not tags or tags[-1][2:] != tag[2:]):
                tag = "B" + tag[1:]
            tags.append(tag)
        elif tokens:
            yield tokens, tags
            tokens, tags = [], []


def read(data, name, part):
    if name == "wnut17":
        file = {"train": "wnut17train.conll", "test": "emerging.test.annotated"}[part]
        return list(sentences((data / "WNUT17" / file).read_text().splitlines()))
    with tarfile.open(data / "wikiann-en.tar.gz") as archive:
        text = archive.extractfile("WikiANN/en/" + part).read().decode()
    return list(sentences(text.splitlines()))


def entities(tags):
    found, start = set(), None
    for at, tag in enumerate([*tags, "O"]):
        if start is not None and (tag[0] != "I" or tag[2:] != tags[start][2:]):
            found.add((start, at, tags[start][2:]))
            start = None
        if tag[0] == "B" or (tag[0] == "I" and start is None):
            start = at
    return found


def f1(truth, predicted):
    """By seqeval's rules, micro average."""
    right = whole = 0
    for a, b in zip(truth, predicted, strict=True):
        a, b = entities(a), entities(b)
        right += len(a & b)
        whole += len(a) + len(b)
    return 2 * right / whole if whole else 0


def load(db, table, rows):
    db.execute("CREATE TABLE %s (id bigserial, tokens text[], tags text[])" % table)
    with db.cursor() as cursor, cursor.copy("COPY %s (tokens, tags) FROM STDIN" % table) as copy:
        for row in rows:
            copy.write_row(row)


def ours(db, name, table, test, model, options="{}", layers=None):
    begin = time.time()
    db.execute("SELECT sbert.train_tagger(%s, %s, %s, %s, %s)",
               (name, "SELECT tokens, tags FROM " + table, model, layers, options))
    whole = time.time() - begin
    size = db.execute("SELECT pg_total_relation_size(%s::regclass), sum(octet_length((tagger).parameters)), count(*) - 1 FROM " + name,
                      (name,)).fetchone()
    score = db.execute("SELECT f1 FROM sbert.tagger_report(%s::regclass, %s) WHERE level = 'entity' AND kind = 'micro avg'",
                       (name, "SELECT tokens, tags FROM " + test)).fetchone()[0]
    return {"f1": score, "seconds": whole, "table_bytes": size[0], "parameter_bytes": int(size[1]), "kept": size[2]}


def refit_seconds(db, name, table):
    """Seconds of a training on stored vectors alone: an update by one row."""
    begin = time.time()
    db.execute("SELECT sbert.update_tagger(%s::regclass, %s)", (name, "SELECT tokens, tags FROM " + table + " LIMIT 1"))
    return time.time() - begin


def crfsuite(train, test, rows_of):
    """Its defaults: L-BFGS, with the penalties of its tutorial."""
    x, y = [rows_of(row) for row in train], [tags for _, tags in train]
    crf = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.1, c2=0.1, max_iterations=100, all_possible_transitions=True)
    begin = time.time()
    crf.fit(x, y)
    seconds = time.time() - begin
    predicted = crf.predict([rows_of(row) for row in test])
    return {"f1": f1([tags for _, tags in test], predicted), "seconds": seconds}


def vectors_of(db, name):
    """The vectors of rows that a tagger keeps, by their words and tags."""
    found = {}
    for tokens, tags, stored in db.execute("SELECT tokens, tags, vectors FROM %s WHERE part > 0" % name):
        found[tuple(tokens), tuple(tags)] = numpy.frombuffer(stored, numpy.float16).reshape(len(tokens), -1).astype(numpy.float32)
    return lambda row: found[tuple(row[0]), tuple(row[1])]


def dense_rows(vectors):
    def rows_of(row):
        return [{**dict.fromkeys(names, 1.0), **{"v%d" % i: float(x) for i, x in enumerate(vector)}}
                for names, vector in zip(features(row[0]), vectors(row), strict=True)]
    return rows_of


def softmax(train, test, vectors):
    x = numpy.concatenate([vectors(row) for row in train])
    y = [tag for _, tags in train for tag in tags]
    begin = time.time()
    model = LogisticRegression(max_iter=200).fit(x, y)
    seconds = time.time() - begin
    predicted = [list(model.predict(vectors(row))) for row in test]
    return {"f1": f1([tags for _, tags in test], predicted), "seconds": seconds}


def measure(db, arguments, name):
    train, test = read(arguments.data, name, "train"), read(arguments.data, name, "test")
    train = train[:arguments.rows] if arguments.rows else train
    small = train[:arguments.small]
    for table, rows in (("train", train), ("test", test), ("small", small), ("combined", small + test)):
        load(db, table, rows)
    figures = {"train": len(train), "test": len(test), "small": len(small)}

    def note(key, value):
        figures[key] = value
        print(name, key, json.dumps(value), flush=True)

    note("ours", ours(db, "whole", "train", "test", arguments.model))
    note("ours, vectors stored", {"seconds": refit_seconds(db, "whole", "train")})
    if "lexical" in arguments.peers:
        note("crfsuite, lexical", crfsuite(train, test, lambda row: [dict.fromkeys(names, 1.0) for names in features(row[0])]))
    note("ours, small", ours(db, "few", "small", "test", arguments.model, '{"holdout": 0}'))
    note("ours, small, vectors stored", {"seconds": refit_seconds(db, "few", "small")})
    keep = '{"holdout": 0, "epochs": 1, "keep_rows": 1000000}'
    if "vectors" in arguments.peers:
        ours(db, "mixed", "combined", "small", arguments.model, keep)
        note("crfsuite, vectors, small", crfsuite(small, test, dense_rows(vectors_of(db, "mixed"))))
    if "softmax" in arguments.peers:
        ours(db, "last", "combined", "small", arguments.model, keep, [arguments.last])
        note("softmax, last layer, small", softmax(small, test, vectors_of(db, "last")))
    db.execute("DROP TABLE train, test, small, combined, whole, few")
    db.execute("DROP TABLE IF EXISTS mixed, last")
    return figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--sets", default="wnut17,wikiann", type=lambda text: text.split(","))
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--last", type=int, default=6, help="the model's last layer")
    parser.add_argument("--rows", type=int, default=0, help="of the training file; 0: all")
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--peers", default="lexical,vectors,softmax", type=lambda text: text.split(","))
    arguments = parser.parse_args()
    with psycopg.connect(autocommit=True) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS sbert")
        figures = {name: measure(db, arguments, name) for name in arguments.sets}
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n")


main()
