#!/usr/bin/env python3
"""LlamaIndex: the vector store of `llama-index-vector-stores-postgres`, with the embedding model of
pg_sbert. The package makes an index by hnsw; one by ivfflat its users write themselves."""

import asyncio

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
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.schema import MetadataMode, TextNode
from llama_index.core.vector_stores import ExactMatchFilter, MetadataFilters
from llama_index.vector_stores.postgres import PGVectorStore
from pg_sbert.llama_index import SbertEmbedding


def notes():
    """The topic is for filters, and not to be embedded with the text."""
    return [
        TextNode(
            id_=f"note-{i}",
            text=text,
            metadata={"topic": topic},
            excluded_embed_metadata_keys=["topic"],
        )
        for i, (topic, text) in enumerate(zip(TOPICS, TEXTS, strict=True))
    ]


def make_store(database, table, **options):
    return PGVectorStore(
        connection_string=database.url("psycopg2"),
        async_connection_string=database.url("asyncpg"),
        table_name=table,
        embed_dim=DIMENSIONS,
        initialization_fail_on_error=True,
        **options,
    )


def check_embedding(check, model):
    check(isinstance(model, BaseEmbedding), "a class of LlamaIndex")
    check.equal((model.class_name(), model.model_name), ("SbertEmbedding", MODEL), "its names")
    check("source" not in model.to_dict(), "a saved model holds no connection string")
    vectors = model.get_text_embedding_batch(TEXTS)
    check.equal(numpy.shape(vectors), (len(TEXTS), DIMENSIONS), "get_text_embedding_batch")
    check.equal(model.get_text_embedding(TEXTS[3]), vectors[3], "get_text_embedding")
    check.equal(model.get_query_embedding(TEXTS[3]), vectors[3], "get_query_embedding")
    found = asyncio.run(model.aget_text_embedding_batch(TEXTS))
    check.equal(found, vectors, "aget_text_embedding_batch")
    found = asyncio.run(model.aget_text_embedding(TEXTS[3]))
    check.equal(found, vectors[3], "aget_text_embedding")
    found = asyncio.run(model.aget_query_embedding(TEXTS[3]))
    check.equal(found, vectors[3], "aget_query_embedding")


def check_store(check, database, model, store, method, **query):
    what = f"PGVectorStore with {method}"
    storage = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(notes(), storage_context=storage, embed_model=model)
    if method == "ivfflat":
        database.connection.execute(
            f"CREATE INDEX ON data_{store.table_name}"
            " USING ivfflat (embedding vector_cosine_ops) WITH (lists = 2)"
        )
    with database.uses(check, method, what):
        retriever = index.as_retriever(similarity_top_k=1, vector_store_kwargs=query)
        [found] = retriever.retrieve(QUESTION)
    check.equal(found.node.get_content(metadata_mode=MetadataMode.NONE), ANSWER, what)
    question, answer = (model.get_text_embedding(text) for text in (QUESTION, ANSWER))
    check.close(found.score, numpy.dot(question, answer), f"{what}: score", 1e-5)
    filters = MetadataFilters(filters=[ExactMatchFilter(key="topic", value="order")])
    options = {"similarity_top_k": len(TEXTS), "vector_store_kwargs": query}
    found = index.as_retriever(filters=filters, **options).retrieve(QUESTION)
    topics = [result.node.metadata["topic"] for result in found]
    check.equal(topics, ["order"] * TOPICS.count("order"), f"{what}: filtered")
    store.delete_nodes([f"note-{TEXTS.index(ANSWER)}"])
    found = index.as_retriever(**options).retrieve(QUESTION)
    found = {result.node.get_content(metadata_mode=MetadataMode.NONE) for result in found}
    check.equal(found, set(TEXTS) - {ANSWER}, f"{what}: after delete")
    asyncio.run(store.close())


def test(check, database):
    check_types(check, "llama_index")
    model = SbertEmbedding(database.url(), MODEL)
    check_embedding(check, model)
    settings = {"hnsw_m": 16, "hnsw_ef_construction": 64, "hnsw_ef_search": 40}
    store = make_store(database, "graph", hnsw_kwargs=settings)
    check_store(check, database, model, store, "hnsw")
    store = make_store(database, "lists")
    check_store(check, database, model, store, "ivfflat", ivfflat_probes=2)
    model.close()


if __name__ == "__main__":
    main(test)
