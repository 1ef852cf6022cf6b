"""Texts in, lists of numbers out, by embed() of a PostgreSQL server."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from pg_sbert.connections import Given, Own, Pool

BATCH_SIZE = 500  # texts in one statement: few round trips, and no answer above a few megabytes


class Embedder:
    """Embeds documents and queries by a model of the server.

    source           a connection string (SQLAlchemy's URLs too), a psycopg connection, or a
                     psycopg_pool.ConnectionPool. With a string the object keeps one connection of its own until
                     close(). A given connection stays the caller's, and so does its transaction.
    model            the model's name; None is the server's setting sbert.default_model
    schema           the schema of the extension; None finds it
    document_prompt  a prompt of the model by its name, or a text that is put in front of each text, or '' for
    query_prompt     none; None is the prompt that the model itself has for documents or for queries, if any
    batch_size       texts in one statement

    Threads may share an object; on one connection their statements run one after another. Errors are psycopg's.
    """

    def __init__(
        self,
        source: str | psycopg.Connection[Any] | Pool,
        model: str | None = None,
        *,
        schema: str | None = None,
        document_prompt: str | None = None,
        query_prompt: str | None = None,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        if model is None and (document_prompt is not None or query_prompt is not None):
            raise ValueError("a prompt needs the name of a model")
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        self.model = model
        self.schema = schema
        self.document_prompt = document_prompt
        self.query_prompt = query_prompt
        self.batch_size = batch_size
        self._pool = pool_of(source)

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector for each text, in the order of the texts."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self.batch_size):
            batch = list(texts[start : start + self.batch_size])
            vectors += self._embed("embed_document", batch, self.document_prompt)
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self._embed("embed_query", [text], self.query_prompt)[0]

    def close(self) -> None:
        """Closes the object's own connection; leaves one that was given alone."""
        if isinstance(self._pool, Own):
            self._pool.close()

    def _embed(self, function: str, texts: list[str], prompt: str | None) -> list[list[float]]:
        if prompt is not None:
            function = "embed"  # the one that takes a prompt
        arguments = [texts, *(value for value in (self.model, prompt) if value is not None)]
        # A savepoint where the caller has a transaction: an error leaves it usable. Floats travel in binary.
        with (
            self._pool.connection() as connection,
            connection.transaction(),
            connection.cursor(binary=True) as cursor,
        ):
            if self.schema is None:
                self.schema = find_schema(cursor)
            cursor.execute(statement(self.schema, function, len(arguments)), arguments)
            return [row[0] for row in cursor]


def pool_of(source: str | psycopg.Connection[Any] | Pool) -> Pool:
    if isinstance(source, str):
        return Own(source)
    return Given(source) if isinstance(source, psycopg.Connection) else source


def find_schema(cursor: psycopg.Cursor[Any]) -> str:
    cursor.execute(
        "SELECT n.nspname FROM pg_catalog.pg_extension AS e"
        " JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'sbert'"
    )
    row = cursor.fetchone()
    if row is None:
        raise psycopg.errors.UndefinedObject(
            'extension "sbert" does not exist in this database: CREATE EXTENSION sbert'
        )
    return str(row[0])


def statement(schema: str, function: str, arguments: int) -> sql.Composed:
    """A call with that many arguments, whatever the search path is."""
    casts = [sql.SQL("%s::pg_catalog.text[]")] + [sql.SQL("%s::pg_catalog.text")] * (arguments - 1)
    return sql.SQL(
        "SELECT vector::pg_catalog.float4[]"
        " FROM pg_catalog.unnest({}({})) WITH ORDINALITY AS embedded (vector, place) ORDER BY place"
    ).format(sql.Identifier(schema, function), sql.SQL(", ").join(casts))
