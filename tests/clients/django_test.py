#!/usr/bin/env python3
"""The published `pgvector` package with Django: every field, with values bound by the client, which
is Django's default, and by the server.

The fields are names in SQL that the server looks up, so the search path has to hold the extension's
schema. Values go and come as text. The package's VectorExtension() is CreateExtension("vector"):
for ours it is CreateExtension("sbert"), Django's own.
"""

import os

import django
import numpy
from checks import (
    DIMENSIONS,
    EXTENSION,
    INDEX_METHOD,
    OPERATORS,
    ROWS,
    bits,
    main,
    question,
    sample,
    uses_index,
)
from django.conf import settings
from pgvector import SparseVector

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql"}},
    INSTALLED_APPS=["django.contrib.postgres"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.postgres.indexes import PostgresIndex
from django.contrib.postgres.operations import CreateExtension
from django.db import connection, models, transaction
from django.db.models import Avg, Sum
from django.db.models.functions import Cast
from pgvector.django import (
    BitField,
    CosineDistance,
    HalfVectorField,
    HammingDistance,
    JaccardDistance,
    L1Distance,
    L2Distance,
    MaxInnerProduct,
    SparseVectorField,
    VectorField,
)

HELPERS = {
    "<->": L2Distance,
    "<#>": MaxInnerProduct,
    "<=>": CosineDistance,
    "<+>": L1Distance,
    "<~>": HammingDistance,
    "<%>": JaccardDistance,
}


class VectorIndex(PostgresIndex):
    """What a user of the access method writes; the package's own two are made the same way."""

    suffix = INDEX_METHOD


class Item(models.Model):
    vector = VectorField(dimensions=DIMENSIONS, null=True)
    halfvec = HalfVectorField(dimensions=DIMENSIONS, null=True)
    sparsevec = SparseVectorField(dimensions=DIMENSIONS, null=True)
    bit = BitField(length=DIMENSIONS, null=True)

    class Meta:
        app_label = "clients"
        indexes = [
            VectorIndex(name="items_l2", fields=["vector"], opclasses=["vector_l2_ops"]),
            VectorIndex(name="items_cosine", fields=["vector"], opclasses=["vector_cosine_ops"]),
        ]


def value(kind, row):
    """What a user assigns to the field: lists for the dense types."""
    if kind == "bit":
        return bits(row)
    return SparseVector(row) if kind == "sparsevec" else row.tolist()


def check_fields(check, what):
    rows = {kind: sample(kind) for kind in OPERATORS}
    Item.objects.all().delete()
    for i in range(ROWS):
        Item(id=i, **{kind: value(kind, rows[kind][i]) for kind in rows}).save()
    Item.objects.create(id=ROWS)
    for kind in OPERATORS:
        expected = [*(value(kind, row) for row in rows[kind]), None]
        found = list(Item.objects.order_by("id").values_list(kind, flat=True))
        if kind in ("vector", "halfvec"):
            check(all(type(e) is list for e in found[:-1]), f"{what} {kind}: lists")
        check.same(found, expected, f"{what} {kind}")
        found = [getattr(item, kind) for item in Item.objects.order_by("id")]
        check.same(found, expected, f"{what} {kind} of the model")


def check_search(check, what):
    items = Item.objects.exclude(id=ROWS)
    for kind, operators in OPERATORS.items():
        for operator in operators:
            distance = HELPERS[operator](kind, value(kind, question(kind)))
            found = items.annotate(distance=distance).order_by("distance", "id")
            found = found.values_list("id", "distance")
            check.nearest(list(found), kind, operator, question(kind), what)


def check_expressions(check):
    rows = sample("vector").astype(float)
    query = question("vector")
    near = Item.objects.alias(distance=L2Distance("vector", query.tolist())).filter(distance__lt=3)
    expected = numpy.flatnonzero(numpy.linalg.norm(rows - query, axis=1) < 3)
    check(0 < len(expected) < ROWS, "the filter divides")
    found = list(near.order_by("id").values_list("id", flat=True))
    check.equal(found, expected.tolist(), "within a distance")
    found = Item.objects.aggregate(Avg("vector"), Sum("vector"))
    check.close(found["vector__avg"], rows.mean(axis=0), "Avg", 1e-5)
    check.close(found["vector__sum"], rows.sum(axis=0), "Sum", 1e-5)
    half = Cast("vector", HalfVectorField(dimensions=DIMENSIONS))
    found = Item.objects.order_by(L2Distance(half, rows[5].tolist())).first()
    check.equal(found.id, 5, "cast to halfvec")
    by_bits = Item.objects.filter(bit=bits(sample("bit")[4])).values_list("id", flat=True)
    check.equal(list(by_bits), [4], "filter by a bit string")


def check_errors(check):
    for kind in OPERATORS:
        short = value(kind, sample(kind)[0][:2])
        mismatch = "22026" if kind == "bit" else "22000"  # the server's own check of bit(n)
        with check.refused(mismatch, f"{kind} of another length"), transaction.atomic():
            Item(id=-1, **{kind: short}).save(force_insert=True)
        for operator in OPERATORS[kind]:
            distance = HELPERS[operator](kind, short)
            with check.refused("22000", f"{kind} {operator}: lengths differ"), transaction.atomic():
                list(Item.objects.annotate(distance=distance).values_list("distance"))
    check(Item.objects.exists(), "the connection lives on")


def check_index(check):
    """Both indexes of the model are used, and find what they should."""
    row = sample("vector")[11].tolist()
    for name, helper in {"items_l2": L2Distance, "items_cosine": CosineDistance}.items():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
            nearest = Item.objects.order_by(helper("vector", row))
            check.equal(nearest.first().id, 11, f"nearest by {name}")
            plan = nearest[:1].explain()
            check(uses_index(plan, name), f"{name} is used: {plan}")
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Item._meta.db_table)
    check.equal(found["items_l2"]["type"], INDEX_METHOD, "the index by introspection")


def test(check, schema):
    for server_side in (False, True):
        connection.settings_dict["NAME"] = os.environ["PGDATABASE"]
        connection.settings_dict["OPTIONS"] = {"server_side_binding": server_side}
        what = "bound by the server" if server_side else "bound by the client"
        extension = CreateExtension(EXTENSION)
        with connection.schema_editor() as editor:
            extension.database_backwards("clients", editor, None, None)
            extension.database_forwards("clients", editor, None, None)
        with connection.schema_editor() as editor:
            editor.create_model(Item)
        check_fields(check, what)
        check_search(check, what)
        check_expressions(check)
        check_errors(check)
        check_index(check)
        with connection.schema_editor() as editor:
            editor.delete_model(Item)
        connection.close()


if __name__ == "__main__":
    main(test)
