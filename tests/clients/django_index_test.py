#!/usr/bin/env python3
"""Django with a migration as the page of the `pgvector` package writes it: VectorExtension, HnswIndex
and IvfflatIndex."""

import contextlib

import django
import numpy
from django.conf import settings
from frameworks import ANSWER, DIMENSIONS, MODEL, QUESTION, TEXTS, TOPICS, main
from pg_sbert import Embedder

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql"}},
    INSTALLED_APPS=["django.contrib.postgres"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.postgres.indexes import OpClass
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState
from django.db.models.functions import Cast
from pgvector.django import (
    CosineDistance,
    HalfVectorField,
    HnswIndex,
    IvfflatIndex,
    VectorExtension,
    VectorField,
)

HALF = HalfVectorField(dimensions=DIMENSIONS)
INDEXES = {
    "hnsw": HnswIndex(
        name="notes_hnsw",
        fields=["embedding"],
        m=16,
        ef_construction=64,
        opclasses=["vector_cosine_ops"],
    ),
    "ivfflat": IvfflatIndex(
        name="notes_ivfflat", fields=["embedding"], lists=2, opclasses=["vector_cosine_ops"]
    ),
    "hnsw at half precision": HnswIndex(
        OpClass(Cast("embedding", HALF), name="halfvec_cosine_ops"), name="notes_half"
    ),
}


def migrate(state, *operations):
    """Applies a migration of these operations, and returns the state after it."""
    migration = migrations.Migration("0001_notes", "clients")
    migration.operations = operations
    with connection.schema_editor() as editor:
        return migration.apply(state, editor)


def create_notes():
    return migrate(
        ProjectState(),
        VectorExtension(),
        migrations.CreateModel(
            "Note",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("topic", models.TextField()),
                ("body", models.TextField()),
                ("embedding", VectorField(dimensions=DIMENSIONS)),
            ],
        ),
    )


def check_index(check, database, state, what, question, answer):
    index = INDEXES[what]
    state = migrate(state, migrations.AddIndex("Note", index))
    notes = state.apps.get_model("clients", "Note").objects
    with connection.cursor() as cursor:
        cursor.execute("SET ivfflat.probes = 2")
    exact = index.name != "notes_half"
    distance = CosineDistance("embedding" if exact else Cast("embedding", HALF), question)
    with database.uses(check, index.suffix, what):
        found = notes.annotate(distance=distance).order_by("distance").first()
    check.equal(found.body, ANSWER, f"{what}: nearest")
    expected = 1 - numpy.dot(question, answer)
    check.close(found.distance, expected, f"{what}: distance", 1e-5 if exact else 1e-3)
    check.close(found.embedding, answer, f"{what}: the vector")
    found = notes.filter(topic="order").order_by(distance).values_list("body", flat=True)
    check.equal(set(found), set(TEXTS[4:8]), f"{what}: filtered")
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "clients_note")
    check.equal(constraints[index.name]["type"], index.suffix, f"{what}: by introspection")
    return migrate(state, migrations.RemoveIndex("Note", index.name))


def test(check, database):
    with contextlib.closing(Embedder(database.url(), MODEL)) as embedder:
        vectors = embedder.embed_documents(TEXTS)
        question = embedder.embed_query(QUESTION)
    connection.settings_dict["NAME"] = database.name
    state = create_notes()
    notes = state.apps.get_model("clients", "Note").objects
    for topic, text, vector in zip(TOPICS, TEXTS, vectors, strict=True):
        notes.create(topic=topic, body=text, embedding=vector)
    for what in INDEXES:
        state = check_index(check, database, state, what, question, vectors[TEXTS.index(ANSWER)])
    notes.filter(topic="account").delete()
    found = notes.order_by(CosineDistance("embedding", question)).values_list("body", flat=True)
    check.equal(set(found), set(TEXTS[:8]), "after delete")
    state = migrate(state, migrations.DeleteModel("Note"))
    with connection.schema_editor() as editor:
        VectorExtension().database_backwards("clients", editor, state, ProjectState())
    connection.close()


if __name__ == "__main__":
    main(test)
