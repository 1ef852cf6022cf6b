#!/usr/bin/env python3
"""psycopg 3, psycopg 2 and asyncpg with the statements that the page of the `pgvector` package gives
for each: the extension `vector`, its two indexes and their settings."""

import asyncio
import contextlib

import asyncpg
import numpy
import pgvector.asyncpg
import pgvector.psycopg
import pgvector.psycopg2
import psycopg
import psycopg2
from frameworks import ANSWER, DIMENSIONS, MODEL, QUESTION, TEXTS, TOPICS, main
from pg_sbert import Embedder

CREATE = "CREATE EXTENSION IF NOT EXISTS vector"
INDEXES = {
    "hnsw": ("WITH (m = 16, ef_construction = 64)", "SET hnsw.ef_search = 100"),
    "ivfflat": ("WITH (lists = 2)", "SET ivfflat.probes = 2"),
}


def check_driver(check, database, what, vectors, execute, place):
    """execute(statement, *values) returns the rows; place(n) is how the driver writes the n-th of the values."""
    execute(f"CREATE TABLE notes (topic text, body text, embedding vector({DIMENSIONS}))")
    insert = f"INSERT INTO notes VALUES ({place(1)}, {place(2)}, {place(3)})"
    for topic, text in zip(TOPICS, TEXTS, strict=True):
        execute(insert, topic, text, vectors[text])
    nearest = f"SELECT body, embedding FROM notes ORDER BY embedding <=> {place(1)} LIMIT 1"
    orders = (
        f"SELECT body FROM notes WHERE topic = 'order' ORDER BY embedding <=> {place(1)} LIMIT 12"
    )
    for method, (options, setting) in INDEXES.items():
        name = f"{what} {method}"
        execute(
            f"CREATE INDEX notes_{method} ON notes USING {method} (embedding vector_cosine_ops) {options}"
        )
        execute(setting)
        with database.uses(check, method, name):
            [(body, vector)] = execute(nearest, vectors[QUESTION])
        check.equal(body, ANSWER, f"{name}: nearest")
        check.same([vector], [vectors[ANSWER]], f"{name}: the vector")
        found = sorted(row[0] for row in execute(orders, vectors[QUESTION]))
        check.equal(found, sorted(TEXTS[4:8]), f"{name}: filtered")
        execute(f"DROP INDEX notes_{method}")
    execute("DELETE FROM notes WHERE topic = 'account'")
    [(body, _)] = execute(nearest, vectors[QUESTION])
    check(body in TEXTS[:8], f"{what}: after delete")
    execute("DROP TABLE notes")


def check_psycopg(check, database, vectors):
    with psycopg.connect(database.url(), autocommit=True) as connection:
        connection.execute(CREATE)
        pgvector.psycopg.register_vector(connection)

        def execute(statement, *values):
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        check_driver(check, database, "psycopg 3", vectors, execute, lambda n: "%s")


def check_psycopg2(check, database, vectors):
    with contextlib.closing(psycopg2.connect(database.url())) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(CREATE)
        pgvector.psycopg2.register_vector(connection)

        def execute(statement, *values):
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

        check_driver(check, database, "psycopg 2", vectors, execute, lambda n: "%s")


def check_asyncpg(check, database, vectors):
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database.url()))
        runner.run(connection.execute(CREATE))
        runner.run(pgvector.asyncpg.register_vector(connection))

        def execute(statement, *values):
            return runner.run(connection.fetch(statement, *values))

        check_driver(check, database, "asyncpg", vectors, execute, lambda n: f"${n}")
        runner.run(connection.close())


def test(check, database):
    with contextlib.closing(Embedder(database.url(), MODEL)) as embedder:
        texts = [*TEXTS, QUESTION]
        embedded = numpy.array(embedder.embed_documents(texts), numpy.float32)
    vectors = dict(zip(texts, embedded, strict=True))
    for check_one in check_psycopg, check_psycopg2, check_asyncpg:
        check_one(check, database, vectors)


if __name__ == "__main__":
    main(test)
