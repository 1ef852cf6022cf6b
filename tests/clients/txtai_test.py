#!/usr/bin/env python3
"""txtai with its vectors in PostgreSQL (`backend: pgvector`), embedded by pg_sbert. The package
makes an index by hnsw, by inner product. Topics are columns of its content database, here SQLite. It
leaves out texts of no likeness at all."""

import numpy
from frameworks import (
    ANSWER,
    MODEL,
    QUESTION,
    TEXTS,
    TOPICS,
    main,
)
from pg_sbert import Embedder
from txtai import Embeddings


def test(check, database):
    embedder = Embedder(database.url(), MODEL)

    def transform(texts):
        return numpy.array(embedder.embed_documents(texts), numpy.float32)

    embeddings = Embeddings(
        method="external",
        transform=transform,
        backend="pgvector",
        pgvector={"url": database.url("psycopg2"), "table": "notes", "m": 16, "efconstruction": 64},
        content=True,
    )
    notes = zip(TEXTS, TOPICS, strict=True)
    embeddings.index((i, {"text": text, "topic": topic}) for i, (text, topic) in enumerate(notes))
    embeddings.ann.save(None)  # commits, as saving does
    check.equal(embeddings.count(), len(TEXTS), "how many")
    with database.uses(check, "hnsw", "search"):
        [found] = embeddings.search(QUESTION, 1)
    check.equal(found["text"], ANSWER, "search")
    question, answer = transform([QUESTION, ANSWER])
    check.close(found["score"], question @ answer, "score", 1e-5)
    likely = {
        text for text, vector in zip(TEXTS, transform(TEXTS), strict=True) if question @ vector > 0
    }
    orders = {text for text, topic in zip(TEXTS, TOPICS, strict=True) if topic == "order"}
    check(likely & orders and likely - orders, "the filter divides")
    similar = f"SELECT text FROM txtai WHERE similar('{QUESTION}', 12) AND topic = 'order'"
    found = embeddings.search(similar, len(TEXTS))
    check.equal({row["text"] for row in found}, likely & orders, "filtered")
    embeddings.delete([TEXTS.index(ANSWER)])
    found = {row["text"] for row in embeddings.search(QUESTION, len(TEXTS))}
    check.equal(found, likely - {ANSWER}, "after delete")
    embeddings.close()
    embedder.close()


if __name__ == "__main__":
    main(test)
