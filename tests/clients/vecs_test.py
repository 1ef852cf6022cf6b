#!/usr/bin/env python3
"""vecs of Supabase: a collection filled through an adapter that embeds by pg_sbert, with the indexes
of its own methods."""

import numpy
import vecs
from frameworks import (
    ANSWER,
    DIMENSIONS,
    MODEL,
    QUESTION,
    TEXTS,
    TOPICS,
    main,
)
from pg_sbert import Embedder
from vecs.adapter import Adapter, AdapterStep

INDEXES = {
    "hnsw": (vecs.IndexMethod.hnsw, vecs.IndexArgsHNSW(m=16, ef_construction=64)),
    "ivfflat": (vecs.IndexMethod.ivfflat, vecs.IndexArgsIVFFlat(n_lists=2)),
}


class Embed(AdapterStep):
    def __init__(self, embedder):
        self._embedder = embedder

    @property
    def exported_dimension(self):
        return DIMENSIONS

    def __call__(self, records, adapter_context):
        records = list(records)
        vectors = self._embedder.embed_documents([text for _, text, _ in records])
        for (name, text, metadata), vector in zip(records, vectors, strict=True):
            yield name, vector, {**(metadata or {}), "text": text}


def check_index(check, database, notes, method, embedder):
    index, arguments = INDEXES[method]
    notes.create_index(vecs.IndexMeasure.cosine_distance, index, arguments)
    check(notes.is_indexed_for_measure(vecs.IndexMeasure.cosine_distance), f"{method}: indexed")
    with database.uses(check, method, method):
        [(name, distance, metadata)] = notes.query(
            QUESTION, limit=1, include_value=True, include_metadata=True, probes=2, ef_search=60
        )
    expected = ("note-8", {"topic": "account", "text": ANSWER})
    check.equal((name, metadata), expected, f"{method}: nearest")
    question, answer = embedder.embed_documents([QUESTION, ANSWER])
    check.close(distance, 1 - numpy.dot(question, answer), f"{method}: distance", 1e-5)
    found = notes.query(QUESTION, limit=len(TEXTS), filters={"topic": {"$eq": "order"}}, probes=2)
    expected = [f"note-{i}" for i, topic in enumerate(TOPICS) if topic == "order"]
    check.equal(sorted(found), expected, f"{method}: filtered")


def test(check, database):
    embedder = Embedder(database.url(), MODEL)
    client = vecs.create_client(database.url("psycopg2"))
    notes = client.get_or_create_collection(name="notes", adapter=Adapter([Embed(embedder)]))
    notes.upsert(
        (f"note-{i}", text, {"topic": topic})
        for i, (topic, text) in enumerate(zip(TOPICS, TEXTS, strict=True))
    )
    check.equal(len(notes), len(TEXTS), "how many")
    for method in INDEXES:
        check_index(check, database, notes, method, embedder)
    notes.delete(ids=["note-8"])
    found = notes.query(QUESTION, limit=len(TEXTS), probes=2)
    check.equal("note-8" in found, False, "after delete")
    check.equal(len(found), len(TEXTS) - 1, "after delete: how many")
    client.delete_collection("notes")
    client.disconnect()
    embedder.close()


if __name__ == "__main__":
    main(test)
