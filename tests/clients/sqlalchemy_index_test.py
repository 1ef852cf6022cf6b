#!/usr/bin/env python3
"""SQLAlchemy with the types of the `pgvector` package and the indexes of its page, one of them over an
expression."""

import contextlib

import numpy
from frameworks import ANSWER, DIMENSIONS, MODEL, QUESTION, TEXTS, TOPICS, main
from pg_sbert import Embedder
from pgvector.sqlalchemy import HALFVEC, VECTOR
from sqlalchemy import Index, create_engine, delete, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    body: Mapped[str]
    embedding: Mapped[list[float]] = mapped_column(VECTOR(DIMENSIONS))


HALF = func.cast(Note.embedding, HALFVEC(DIMENSIONS))
INDEXES = {
    "by hnsw": Index(
        "notes_hnsw",
        Note.embedding,
        postgresql_using="hnsw",
        postgresql_with={"m": 16, "ef_construction": 64},
        postgresql_ops={"embedding": "vector_cosine_ops"},
    ),
    "by ivfflat": Index(
        "notes_ivfflat",
        Note.embedding,
        postgresql_using="ivfflat",
        postgresql_with={"lists": 2},
        postgresql_ops={"embedding": "vector_cosine_ops"},
    ),
    "by hnsw at half precision": Index(
        "notes_half",
        HALF.label("embedding"),
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "halfvec_cosine_ops"},
    ),
}


def check_index(check, database, session, what, question, answer):
    index = INDEXES[what]
    column = HALF if index.name == "notes_half" else Note.embedding
    distance = column.cosine_distance(question)
    index.create(session.connection())
    session.commit()
    with database.uses(check, index.dialect_options["postgresql"]["using"], what):
        found = session.execute(select(Note, distance).order_by(distance).limit(1)).one()
        session.commit()
    check.equal(found[0].body, ANSWER, f"{what}: nearest")
    expected = 1 - numpy.dot(question, answer)
    check.close(found[1], expected, f"{what}: distance", 1e-3 if column is HALF else 1e-5)
    check.close(found[0].embedding, answer, f"{what}: the vector", 1e-7)
    orders = select(Note.body).where(Note.topic == "order").order_by(distance)
    check.equal(set(session.scalars(orders)), set(TEXTS[4:8]), f"{what}: filtered")
    session.commit()
    index.drop(session.connection())
    session.commit()


def test(check, database):
    with contextlib.closing(Embedder(database.url("psycopg"), MODEL)) as embedder:
        vectors = embedder.embed_documents(TEXTS)
        question = embedder.embed_query(QUESTION)
    engine = create_engine(database.url("psycopg"))
    with Session(engine) as session:
        session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        session.commit()
        Note.__table__.indexes.clear()  # each is created by itself
        Base.metadata.create_all(session.connection())
        for topic, body, vector in zip(TOPICS, TEXTS, vectors, strict=True):
            session.add(Note(topic=topic, body=body, embedding=vector))
        session.commit()
        session.execute(text("SET ivfflat.probes = 2"))
        session.commit()
        for what in INDEXES:
            check_index(check, database, session, what, question, vectors[TEXTS.index(ANSWER)])
        session.execute(delete(Note).where(Note.topic == "account"))
        found = session.scalars(
            select(Note.body).order_by(Note.embedding.cosine_distance(question))
        )
        check.equal(set(found), set(TEXTS[:8]), "after delete")
    engine.dispose()


if __name__ == "__main__":
    main(test)
