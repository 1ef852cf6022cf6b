#!/usr/bin/env python3
"""Haystack: PgvectorDocumentStore of `pgvector-haystack` and its retriever, with the embedders of
pg_sbert, in pipelines. The package makes an index by hnsw and no other."""

import os

import numpy
from frameworks import (
    ANSWER,
    DIMENSIONS,
    MODEL,
    QUESTION,
    TEXTS,
    TOPICS,
    check_types,
    main,
)
from haystack import Document, Pipeline
from haystack.components.writers import DocumentWriter
from haystack_integrations.components.retrievers.pgvector import PgvectorEmbeddingRetriever
from haystack_integrations.document_stores.pgvector import PgvectorDocumentStore
from pg_sbert.haystack import SbertDocumentEmbedder, SbertTextEmbedder

ORDERS = {"field": "meta.topic", "operator": "==", "value": "order"}


def saved(pipeline):
    """The pipeline as it comes back from a file."""
    return Pipeline.loads(pipeline.dumps(), allowed_modules=["pg_sbert.haystack"])


def fill(store):
    pipeline = Pipeline()
    pipeline.add_component("embedder", SbertDocumentEmbedder(model=MODEL))
    pipeline.add_component("writer", DocumentWriter(document_store=store))
    pipeline.connect("embedder", "writer")
    documents = [
        Document(id=f"note-{i}", content=text, meta={"topic": topic})
        for i, (topic, text) in enumerate(zip(TOPICS, TEXTS, strict=True))
    ]
    return saved(pipeline).run({"embedder": {"documents": documents}})


def search(store, **options):
    pipeline = Pipeline()
    pipeline.add_component("embedder", SbertTextEmbedder(model=MODEL))
    pipeline.add_component("retriever", PgvectorEmbeddingRetriever(document_store=store))
    pipeline.connect("embedder.embedding", "retriever.query_embedding")
    inputs = {"embedder": {"text": QUESTION}, "retriever": options}
    return saved(pipeline).run(inputs)["retriever"]["documents"]


def check_store(check, database, store, what):
    check.equal(fill(store), {"writer": {"documents_written": len(TEXTS)}}, f"{what}: written")
    if store.search_strategy == "hnsw":
        with database.uses(check, "hnsw", what):
            search(store, top_k=1)
    [found] = search(store, top_k=1)
    check.equal((found.content, found.meta), (ANSWER, {"topic": "account"}), what)
    embedder = SbertTextEmbedder(model=MODEL)
    question, answer = (embedder.run(text)["embedding"] for text in (QUESTION, ANSWER))
    embedder.close()
    check.close(found.score, numpy.dot(question, answer), f"{what}: score", 1e-5)
    check.close(found.embedding, answer, f"{what}: the vector of the text")
    topics = [document.meta["topic"] for document in search(store, filters=ORDERS)]
    check.equal(topics, ["order"] * TOPICS.count("order"), f"{what}: filtered")
    store.delete_documents([found.id])
    contents = {document.content for document in search(store, top_k=len(TEXTS))}
    check.equal(contents, set(TEXTS) - {ANSWER}, f"{what}: after delete")


def test(check, database):
    check_types(check, "haystack")
    os.environ["PG_CONN_STR"] = database.url()
    for strategy in "exact_nearest_neighbor", "hnsw":
        store = PgvectorDocumentStore(
            table_name=strategy,
            embedding_dimension=DIMENSIONS,
            search_strategy=strategy,
            hnsw_index_creation_kwargs={"m": 16, "ef_construction": 64},
            hnsw_ef_search=40,
            keyword_index_name=f"{strategy}_words",
        )
        check_store(check, database, store, f"PgvectorDocumentStore, {strategy}")
        store.close()


if __name__ == "__main__":
    main(test)
