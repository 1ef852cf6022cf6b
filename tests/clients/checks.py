"""What the tests of the Python drivers share: counted checks, the rows of each type with their
exact distances, and databases that hold the extension in "public" and in a schema of its own.

The server is that of the PG* variables. CLIENTS_EXTENSION (sbert) names the extension: with
"vector" the same checks run against pgvector itself, which shows that they describe it and not our
reading.
"""

import contextlib
import os
import sys

import numpy
import psycopg
from psycopg import sql

EXTENSION = os.environ.get("CLIENTS_EXTENSION", "sbert")
INDEX_METHOD = {"sbert": "sbert_ivf", "vector": "hnsw"}[EXTENSION]
OWN_SCHEMA = "Meaning Space"
DIMENSIONS = 6
ROWS = 20
FLOATS = ("<->", "<#>", "<=>", "<+>")
OPERATORS = {"vector": FLOATS, "halfvec": FLOATS, "sparsevec": FLOATS, "bit": ("<~>", "<%>")}


def uses_index(plan, name):
    """Whether a plan scans this index: by the executor node of sbert, or by an index scan as in pgvector."""
    return f"Index: {name}" in plan or f"Index Scan using {name}" in plan


class Checks:
    """Counts what was asserted; a wrong assertion ends the test with its name."""

    def __init__(self):
        self.count = 0

    def __call__(self, condition, what):
        if not condition:
            raise AssertionError(what)
        self.count += 1

    def equal(self, found, expected, what):
        self(found == expected, f"{what}: {found!r} for {expected!r}")

    def close(self, found, expected, what, tolerance=1e-6):
        found, expected = numpy.asarray(found, float), numpy.asarray(expected, float)
        self(found.shape == expected.shape, f"{what}: {found.shape} for {expected.shape}")
        worst = numpy.max(numpy.abs(found - expected), initial=0)
        self(worst <= tolerance, f"{what}: differs by {worst:.2e}")

    def same(self, found, expected, what):
        """Values of the package's classes, lists of numbers or None: equal to the last bit."""
        self.equal(len(found), len(expected), f"{what}: how many")
        for one, other in zip(found, expected, strict=True):
            self(plain(one) == plain(other), f"{what}: {one} for {other}")

    def nearest(self, found, kind, operator, query, what):
        """Rows (id, distance) are all of `sample(kind)`, in the order that numpy finds."""
        expected = distances(operator, sample(kind), query)
        order = numpy.argsort(expected, kind="stable")
        what = f"{what} {kind} {operator}"
        self.equal([row[0] for row in found], order.tolist(), f"{what}: order")
        self.close([row[1] for row in found], expected[order], f"{what}: distance", 1e-5)

    @contextlib.contextmanager
    def refused(self, sqlstate, what):
        """What runs inside fails in the server, with this SQLSTATE under whatever the driver
        and the mapper wrap around it."""
        try:
            yield
        except Exception as error:
            found = sqlstate_of(error)
            self(found == sqlstate, f"{what}: SQLSTATE {found}, expected {sqlstate}: {error!r}")
        else:
            raise AssertionError(f"{what}: accepted")


def sqlstate_of(error):
    while error is not None:
        if getattr(error, "sqlstate", None):
            return error.sqlstate
        error = getattr(error, "orig", None) or error.__cause__
    return None


def plain(value):
    """The numbers of a value as bytes of float32, which holds those of every type."""
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    return numpy.asarray(value, numpy.float32).tobytes()


def sample(kind):
    """ROWS rows that the type holds exactly, all different; those of sparsevec are half zeros."""
    random = numpy.random.default_rng(6)
    if kind == "bit":
        numbers = random.permutation(2**DIMENSIONS - 1)[:ROWS, None] + 1
        return numbers >> numpy.arange(DIMENSIONS) & 1
    rows = random.standard_normal((ROWS, DIMENSIONS))
    if kind == "sparsevec":
        rows[:, 1::2] = 0
    return rows.astype(numpy.float16 if kind == "halfvec" else numpy.float32)


def question(kind):
    """A row that is none of the sample."""
    if kind == "bit":
        return numpy.array([1, 0, 1, 1, 0, 0])
    return numpy.array([0.5, 0, -1.25, 2, 0, 0.75], sample(kind).dtype)


def distances(operator, rows, query):
    a, b = rows.astype(float), query.astype(float)
    if operator == "<->":
        return numpy.linalg.norm(a - b, axis=1)
    if operator == "<#>":
        return -(a @ b)
    if operator == "<=>":
        return 1 - a @ b / numpy.linalg.norm(a, axis=1) / numpy.linalg.norm(b)
    if operator == "<%>":
        return 1 - (a @ b) / numpy.maximum(a, b).sum(axis=1)
    return numpy.abs(a - b).sum(axis=1)  # <+>, and <~> of bits


def bits(row):
    return "".join(str(int(bit)) for bit in row)


def databases():
    """Yields the schema that holds the extension, with the variable PGDATABASE set to a database
    in which every session finds that schema; the database goes away afterwards."""
    with psycopg.connect("", autocommit=True) as server:
        for schema in ("public", OWN_SCHEMA):
            name = f"clients_{os.getpid()}"
            server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            before = os.environ.get("PGDATABASE")
            os.environ["PGDATABASE"] = name
            try:
                create_extension(name, schema)
                yield schema
            finally:
                if before is None:
                    del os.environ["PGDATABASE"]
                else:
                    os.environ["PGDATABASE"] = before
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def create_extension(database, schema):
    statements = [
        "CREATE SCHEMA IF NOT EXISTS {schema}",
        "CREATE EXTENSION {extension} SCHEMA {schema} CASCADE",
        "ALTER DATABASE {database} SET search_path = {schema}, public",
    ]
    names = {"schema": schema, "extension": EXTENSION, "database": database}
    names = {key: sql.Identifier(name) for key, name in names.items()}
    with psycopg.connect("", autocommit=True) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(**names))


def main(test, checks=Checks):
    """Runs test(check, schema) in each of the databases, each with counted checks of that class."""
    try:
        for schema in databases():
            check = checks()
            test(check, schema)
            print(f'{EXTENSION} in schema "{schema}": {check.count} checks passed')
    except AssertionError as failure:
        sys.exit(f"FAILED: {failure}")
