#!/usr/bin/env python3
"""peewee with the field of the `pgvector` package, and indexes declared in the model."""

import contextlib

import numpy
from frameworks import ANSWER, DIMENSIONS, MODEL, QUESTION, TEXTS, TOPICS, main
from peewee import SQL, Model, PostgresqlDatabase, TextField
from pg_sbert import Embedder
from pgvector.peewee import VectorField

server = PostgresqlDatabase(None)


class Note(Model):
    topic = TextField()
    body = TextField()
    embedding = VectorField(dimensions=DIMENSIONS)

    class Meta:
        database = server
        table_name = "notes"


class HnswNote(Note):
    class Meta:
        table_name = "hnsw_notes"


class IvfflatNote(Note):
    class Meta:
        table_name = "ivfflat_notes"


HnswNote.add_index("embedding vector_cosine_ops", using="hnsw")
IvfflatNote.add_index("embedding vector_cosine_ops", using="ivfflat")


def check_model(check, database, model, method, embedder):
    question, answer = embedder.embed_documents([QUESTION, ANSWER])
    vectors = embedder.embed_documents(TEXTS)
    server.create_tables([model])
    for topic, text, vector in zip(TOPICS, TEXTS, vectors, strict=True):
        model.create(topic=topic, body=text, embedding=vector)
    distance = model.embedding.cosine_distance(question)
    with database.uses(check, method, method):
        found = (
            model.select(model, distance.alias("distance")).order_by(SQL("distance")).limit(1).get()
        )
    check.equal(found.body, ANSWER, f"{method}: nearest")
    check.close(found.distance, 1 - numpy.dot(question, answer), f"{method}: distance", 1e-5)
    check.close(found.embedding, answer, f"{method}: the vector")
    found = model.select().where(model.topic == "order").order_by(distance)
    check.equal({note.body for note in found}, set(TEXTS[4:8]), f"{method}: filtered")
    check.equal(model.delete().where(model.body == ANSWER).execute(), 1, f"{method}: deleted")
    found = {note.body for note in model.select().order_by(distance).limit(len(TEXTS))}
    check.equal(found, set(TEXTS) - {ANSWER}, f"{method}: after delete")
    server.drop_tables([model])


def test(check, database):
    server.init(database.name)
    server.execute_sql("CREATE EXTENSION IF NOT EXISTS vector")
    with contextlib.closing(Embedder(database.url(), MODEL)) as embedder:
        server.execute_sql("SET ivfflat.probes = 100")
        for method, model in {"hnsw": HnswNote, "ivfflat": IvfflatNote}.items():
            check_model(check, database, model, method, embedder)
    server.close()


if __name__ == "__main__":
    main(test)
