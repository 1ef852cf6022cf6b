#!/usr/bin/env python3
"""LangChain: both vector stores of `langchain-postgres`, with the Embeddings of pg_sbert."""

import asyncio

import numpy
from frameworks import (
    ANSWER,
    DIMENSIONS,
    MODEL,
    ORDER_ANSWER,
    ORDER_QUESTION,
    QUESTION,
    TEXTS,
    TOPICS,
    check_types,
    main,
)
from langchain_core.embeddings import Embeddings
from langchain_postgres import Column, PGEngine, PGVector, PGVectorStore
from langchain_postgres.v2.indexes import (
    HNSWIndex,
    HNSWQueryOptions,
    IVFFlatIndex,
    IVFFlatQueryOptions,
)
from pg_sbert.langchain import SbertEmbeddings

METADATA = [{"topic": topic} for topic in TOPICS]
INDEXES = {
    "hnsw": (HNSWIndex(m=16, ef_construction=64), HNSWQueryOptions(ef_search=60)),
    "ivfflat": (IVFFlatIndex(lists=2), IVFFlatQueryOptions(probes=2)),
}


def check_embeddings(check, embeddings):
    check(isinstance(embeddings, Embeddings), "a class of LangChain")
    vectors = embeddings.embed_documents(TEXTS)
    check.equal(numpy.shape(vectors), (len(TEXTS), DIMENSIONS), "embed_documents")
    vector = embeddings.embed_query(TEXTS[3])
    check.close(vector, vectors[3], "embed_query of a model without prompts", 0)
    check.equal(asyncio.run(embeddings.aembed_documents(TEXTS)), vectors, "aembed_documents")
    check.equal(asyncio.run(embeddings.aembed_query(TEXTS[3])), vector, "aembed_query")


def check_pgvector(check, database, embeddings):
    """PGVector has no class for indexes: its users write the statement."""
    store = PGVector(
        embeddings,
        connection=database.url("psycopg"),
        collection_name="notes",
        embedding_length=DIMENSIONS,
        use_jsonb=True,
    )
    ids = store.add_texts(TEXTS, METADATA)
    check_search(check, store, "PGVector", {"topic": {"$eq": "order"}})
    found = store.as_retriever(search_kwargs={"k": 1}).invoke(QUESTION)
    check.equal(found[0].page_content, ANSWER, "PGVector as a retriever")
    for method in INDEXES:
        database.connection.execute(
            f"CREATE INDEX notes_{method} ON langchain_pg_embedding"
            f" USING {method} (embedding vector_cosine_ops)"
        )
        with database.uses(check, method, "PGVector"):
            store.similarity_search(QUESTION, k=1)
        database.connection.execute(f"DROP INDEX notes_{method}")
    check_delete(check, store, ids, "PGVector")
    store.drop_tables()


def check_pgvectorstore(check, database, embeddings):
    engine = PGEngine.from_connection_string(database.url("asyncpg"))
    engine.init_vectorstore_table("notes", DIMENSIONS, metadata_columns=[Column("topic", "text")])
    for method, (index, options) in INDEXES.items():
        what = f"PGVectorStore with {method}"
        store = PGVectorStore.create_sync(
            engine, embeddings, "notes", metadata_columns=["topic"], index_query_options=options
        )
        ids = store.add_texts(TEXTS, METADATA)
        store.apply_vector_index(index)
        check(store.is_valid_index(), f"{what}: a valid index")
        with database.uses(check, method, what):
            check_search(check, store, what, {"topic": "order"})
        store.reindex()
        check_delete(check, store, ids, what)
        store.drop_vector_index()
        check.equal(database.indexes(method), [], f"{what}: dropped")
        store.delete(ids)
    engine._run_as_sync(engine.close())


def check_search(check, store, what, condition):
    [(document, distance)] = store.similarity_search_with_score(QUESTION, k=1)
    check.equal((document.page_content, document.metadata["topic"]), (ANSWER, "account"), what)
    question, answer = (store.embeddings.embed_query(text) for text in (QUESTION, ANSWER))
    check.close(distance, 1 - numpy.dot(question, answer), f"{what}: distance", 1e-5)
    found = store.similarity_search(QUESTION, k=len(TEXTS), filter=condition)
    check.equal({document.metadata["topic"] for document in found}, {"order"}, f"{what}: filtered")
    check.equal(len(found), TOPICS.count("order"), f"{what}: how many pass the filter")
    found = store.max_marginal_relevance_search(ORDER_QUESTION, k=3, fetch_k=len(TEXTS))
    check.equal(found[0].page_content, ORDER_ANSWER, f"{what}: by marginal relevance")


def check_delete(check, store, ids, what):
    [answer] = [id for id, text in zip(ids, TEXTS, strict=True) if text == ANSWER]
    check.equal(store.get_by_ids([answer])[0].page_content, ANSWER, f"{what}: by id")
    store.delete([answer])
    found = [document.page_content for document in store.similarity_search(QUESTION, k=len(TEXTS))]
    check.equal(sorted(found), sorted(set(TEXTS) - {ANSWER}), f"{what}: after delete")


def test(check, database):
    check_types(check, "langchain")
    embeddings = SbertEmbeddings(database.url("psycopg"), MODEL)
    check_embeddings(check, embeddings)
    check_pgvector(check, database, embeddings)
    check_pgvectorstore(check, database, embeddings)
    embeddings.close()


if __name__ == "__main__":
    main(test)
