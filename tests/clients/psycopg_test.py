#!/usr/bin/env python3
"""The published `pgvector` package with psycopg 3, unchanged: vector, in text and in binary.

The other types are in psycopg_types_test.py. SBERT_MODEL names the model whose embed() is read
(all-MiniLM-L6-v2); it is left out against pgvector itself.
"""

import asyncio
import json
import os
import struct
from pathlib import Path

import checks
import numpy
import psycopg
from checks import EXTENSION, main
from pgvector import Vector
from pgvector.psycopg import register_vector, register_vector_async
from psycopg import errors
from psycopg.adapt import Dumper
from psycopg.pq import Format

DIMENSIONS = 8
MINILM = Path(__file__).resolve().parents[1] / "golden" / "minilm"
MODEL = os.environ.get("SBERT_MODEL", "all-MiniLM-L6-v2")


class Checks(checks.Checks):
    """With the errors that psycopg makes of SQLSTATEs."""

    def same_bits(self, found, expected, what):
        found = (
            found.to_numpy() if isinstance(found, Vector) else numpy.asarray(found, numpy.float32)
        )
        self(
            found.tobytes() == numpy.asarray(expected, numpy.float32).tobytes(),
            f"{what}: {found} for {expected}",
        )

    def fails(self, connection, kind, sqlstate, query, parameters=()):
        """The statement is refused with this class and SQLSTATE, and the connection lives on."""
        try:
            connection.execute(query, parameters)
        except psycopg.Error as error:
            self(
                isinstance(error, kind),
                f"{query}: {type(error).__name__}, expected {kind.__name__}: {error}",
            )
            self(
                error.sqlstate == sqlstate,
                f"{query}: SQLSTATE {error.sqlstate}, expected {sqlstate}: {error}",
            )
        else:
            raise AssertionError(f"{query}: accepted {parameters}")
        self(connection.execute("SELECT 1").fetchone() == (1,), "the connection lives on")


def sample_vectors():
    """Random ones, and the ends of float32: their bits must survive every road."""
    random = numpy.random.default_rng(3).standard_normal((50, DIMENSIONS), dtype=numpy.float32)
    limits = numpy.finfo(numpy.float32)
    ends = [
        0.0,
        -0.0,
        limits.max,
        -limits.max,
        limits.tiny,
        limits.smallest_subnormal,
        1 / 3,
        16777217.0,
    ]
    return numpy.vstack([random, numpy.array([ends], numpy.float32)])


def fill(connection, vectors):
    connection.execute("DROP TABLE IF EXISTS items")
    connection.execute(f"CREATE TABLE items (id bigint PRIMARY KEY, e vector({DIMENSIONS}))")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO items VALUES (%s, %s)", list(enumerate(vectors)))


def check_round_trip(connection, check):
    vectors = sample_vectors()
    for placeholder in ("%t", "%b"):
        connection.execute("TRUNCATE items")
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO items VALUES (%s, {placeholder})", list(enumerate(vectors))
            )
            check(cursor.rowcount == len(vectors), f"executemany {placeholder}: all rows")
        for binary in (False, True):
            rows = connection.execute("SELECT e FROM items ORDER BY id", binary=binary).fetchall()
            check(all(type(e) is Vector for (e,) in rows), f"read as Vector, binary {binary}")
            for (found,), expected in zip(rows, vectors, strict=True):
                check.same_bits(found, expected, f"{placeholder}, binary {binary}")


def check_null(connection, check):
    connection.execute("INSERT INTO items VALUES (-1, %s)", (None,))
    for binary in (False, True):
        row = connection.execute(
            "SELECT e, e <=> e FROM items WHERE id = -1", binary=binary
        ).fetchone()
        check(row == (None, None), f"NULL comes back as None, binary {binary}")
    connection.execute("DELETE FROM items WHERE id = -1")


def check_other_types(connection, check):
    """Vector objects, lists through a cast, arrays of vectors."""
    numbers = [1.5, -2.0, 0.25]
    for binary in (False, True):
        row = connection.execute(
            "SELECT %s, %s::vector, %s::vector(3), ARRAY[%s, NULL]",
            (Vector(numbers), numbers, numbers, Vector(numbers)),
            binary=binary,
        ).fetchone()
        for found in row[:3]:
            check.same_bits(found, numbers, "Vector and list")
        check(row[3][1] is None, "NULL in an array of vectors")
        check.same_bits(row[3][0], numbers, "array of vectors")
        two = [numpy.array(numbers, numpy.float32), numpy.array([4, 5, 6], numpy.float32)]
        (found,) = connection.execute("SELECT %s::vector[]", (two,), binary=binary).fetchone()
        check.same_bits(
            numpy.stack([v.to_numpy() for v in found]),
            numpy.stack(two),
            "list of arrays as vector[]",
        )


def check_search(connection, check):
    """Every operator orders and measures as numpy does."""
    vectors = sample_vectors()[:-1].astype(float)  # the last one overflows what a distance can hold
    query = numpy.random.default_rng(4).standard_normal(DIMENSIONS, dtype=numpy.float32)
    q = query.astype(float)
    expected = {
        "<->": numpy.linalg.norm(vectors - q, axis=1),
        "<#>": -(vectors @ q),
        "<=>": 1 - vectors @ q / numpy.linalg.norm(vectors, axis=1) / numpy.linalg.norm(q),
        "<+>": numpy.abs(vectors - q).sum(axis=1),
    }
    for operator, distances in expected.items():
        for placeholder in ("%s", "%t", "%b"):
            rows = connection.execute(
                f"SELECT id, e {operator} {placeholder} FROM items WHERE id < {len(vectors)}"
                f" ORDER BY e {operator} {placeholder} LIMIT 10",
                (query, query),
                prepare=True,
            ).fetchall()
            order = numpy.argsort(distances, kind="stable")[:10]
            check([row[0] for row in rows] == order.tolist(), f"{operator} {placeholder}: order")
            check.close(
                [row[1] for row in rows],
                distances[order],
                f"{operator} {placeholder}: distance",
                1e-5,
            )


def check_functions(connection, check):
    vectors = sample_vectors()[:-1]
    row = connection.execute(
        "SELECT avg(e), sum(e), min(vector_dims(e)), max(vector_norm(e)), count(DISTINCT e)"
        " FROM items WHERE id < %s",
        (len(vectors),),
        binary=True,
    ).fetchone()
    check.close(row[0].to_numpy(), vectors.astype(float).mean(axis=0), "avg")
    check.close(row[1].to_numpy(), vectors.astype(float).sum(axis=0), "sum", 1e-5)
    check(row[2] == DIMENSIONS and row[4] == len(vectors), "vector_dims, DISTINCT")
    check.close(row[3], numpy.linalg.norm(vectors.astype(float), axis=1).max(), "vector_norm", 1e-5)
    one, two = numpy.array([1, 2, 3], numpy.float32), numpy.array([4, 5, 6], numpy.float32)
    row = connection.execute(
        "SELECT %(a)s + %(b)s, %(a)s - %(b)s, %(a)s * %(b)s, %(a)s || %(b)s, l2_normalize(%(a)s),"
        " %(a)s < %(b)s",
        {"a": one, "b": two},
    ).fetchone()
    for found, expected in zip(
        row, (one + two, one - two, one * two, numpy.concatenate([one, two]))
    ):
        check.same_bits(found, expected, "arithmetic")
    check.close(row[4].to_numpy(), one / numpy.linalg.norm(one), "l2_normalize")
    check(row[5] is True, "comparison")


def check_copy(connection, check):
    vectors = sample_vectors()
    for options in ("(FORMAT BINARY)", "(FORMAT TEXT)"):
        connection.execute("TRUNCATE items")
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY items (id, e) FROM STDIN WITH {options}") as copy:
                copy.set_types(["int8", "vector"])
                for row in enumerate(vectors):
                    copy.write_row(row)
                copy.write_row((len(vectors), None))
            check(cursor.rowcount == len(vectors) + 1, f"COPY in {options}")
            with cursor.copy(
                f"COPY (SELECT id, e FROM items ORDER BY id) TO STDOUT WITH {options}"
            ) as copy:
                copy.set_types(["int8", "vector"])
                rows = list(copy.rows())
        check(rows.pop() == (len(vectors), None), f"COPY {options}: NULL")
        for (_, found), expected in zip(rows, vectors, strict=True):
            check.same_bits(found, expected, f"COPY {options}")


class Raw:
    """Bytes that are sent as they are in place of a vector's binary form."""

    def __init__(self, content):
        self.content = content


def check_errors(connection, check):
    data, limit = errors.DataException, errors.ProgramLimitExceeded

    def vector(*numbers):
        return numpy.array(numbers, numpy.float32)

    insert = "INSERT INTO items VALUES (-2, %s)"
    check.fails(connection, data, "22000", insert, (vector(1, 2, 3),))
    check.fails(connection, data, "22000", insert.replace("%s", "%t"), (vector(1, 2, 3),))
    for operator in ("<->", "<#>", "<=>", "<+>", "+", "-", "*"):
        check.fails(
            connection, data, "22000", f"SELECT %s {operator} %s", (vector(1, 2), vector(1, 2, 3))
        )
    for bad in (numpy.nan, numpy.inf, -numpy.inf):
        for placeholder in ("%t", "%b"):
            check.fails(connection, data, "22000", f"SELECT {placeholder}", (vector(1, bad),))
        check.fails(connection, data, "22000", "SELECT %s::float8[]::vector", ([1.0, bad],))
    check.fails(connection, data, "22000", "SELECT %s::vector", ("[]",))
    for text in ("[1,2", "1,2]", "[1,,2]", "[1,2]x", "[a]", ""):
        check.fails(
            connection, errors.InvalidTextRepresentation, "22P02", "SELECT %s::vector", (text,)
        )
    for placeholder in ("%t", "%b"):
        check.fails(
            connection,
            limit,
            "54000",
            f"SELECT {placeholder}",
            (numpy.zeros(16001, numpy.float32),),
        )
    check.fails(
        connection, errors.NumericValueOutOfRange, "22003", "SELECT %s::vector", ("[1e400]",)
    )
    check.fails(connection, errors.InvalidParameterValue, "22023", "CREATE TABLE t (e vector(0))")
    check.fails(
        connection, errors.InvalidParameterValue, "22023", "CREATE TABLE t (e vector(16001))"
    )
    check_binary_errors(connection, check)


def check_binary_errors(connection, check):
    """What a broken client might send."""
    (oid,) = connection.execute("SELECT to_regtype('vector')::oid").fetchone()

    class RawDumper(Dumper):
        format = Format.BINARY

        def dump(self, obj):
            return obj.content

    RawDumper.oid = oid
    connection.adapters.register_dumper(Raw, RawDumper)
    three = struct.pack(">3f", 1, 2, 3)
    cases = [
        (
            errors.ProtocolViolation,
            "08P01",
            struct.pack(">hh", 5, 0) + three,
        ),  # fewer numbers than announced
        (errors.InvalidBinaryRepresentation, "22P03", struct.pack(">hh", 2, 0) + three),  # more
        (
            errors.DataException,
            "22000",
            struct.pack(">hh", 3, 1) + three,
        ),  # the unused field is in use
        (errors.DataException, "22000", struct.pack(">hh", 0, 0)),
        (errors.DataException, "22000", struct.pack(">hh", -1, 0)),
        (errors.ProtocolViolation, "08P01", b"\0"),
    ]
    for kind, sqlstate, content in cases:
        check.fails(connection, kind, sqlstate, "SELECT %b", (Raw(content),))


def check_embed(connection, check):
    """embed() gives a vector that the driver knows, and the numbers are those of
    sentence-transformers."""
    texts = json.loads((MINILM / "texts.json").read_text())["odd"]["texts"]
    golden = numpy.load(MINILM / "odd.npy")
    connection.execute("SET sbert.truncation = 'silent'")
    for binary in (False, True):
        for text, expected in zip(texts, golden, strict=True):
            (found,) = connection.execute(
                "SELECT embed(%s, %s)", (text, MODEL), binary=binary
            ).fetchone()
            check(type(found) is Vector, f"embed() is read as Vector, binary {binary}")
            check.close(found.to_numpy(), expected, f"embed({text[:40]!r})", 1e-5)
        (found,) = connection.execute(
            "SELECT embed(%s::text[], %s)", (texts, MODEL), binary=binary
        ).fetchone()
        check.close(
            numpy.stack([v.to_numpy() for v in found]),
            golden,
            f"embed(text[]), binary {binary}",
            1e-5,
        )
    check(
        connection.execute("SELECT embed(%s::text, %s)", (None, MODEL)).fetchone() == (None,),
        "embed(NULL)",
    )
    connection.execute(f"CREATE TABLE notes (body text, e vector({golden.shape[1]}))")
    for body in ("how to bake bread", "resetting a forgotten password", "the moons of Jupiter"):
        connection.execute(
            "INSERT INTO notes VALUES (%(b)s, embed(%(b)s, %(m)s))", {"b": body, "m": MODEL}
        )
    (question,) = connection.execute("SELECT embed('I cannot log in', %s)", (MODEL,)).fetchone()
    for placeholder in ("%t", "%b"):
        query = f"SELECT body FROM notes ORDER BY e <=> {placeholder} LIMIT 1"
        (best,) = connection.execute(query, (question,)).fetchone()
        check(best == "resetting a forgotten password", f"nearest by meaning: {best}")


async def check_async(check):
    async with await psycopg.AsyncConnection.connect("", autocommit=True) as connection:
        await register_vector_async(connection)
        sent = numpy.array([1, 2, 3], numpy.float32)
        for binary in (False, True):
            cursor = await connection.execute("SELECT %s", (sent,), binary=binary)
            check.same_bits((await cursor.fetchone())[0], sent, "asynchronous connection")


def check_schema(connection, check, schema):
    """The type is found through the search path, and only there."""
    connection.execute("SET search_path = pg_catalog")
    try:
        register_vector(connection)
    except psycopg.ProgrammingError:
        check(True, "no type without the schema")
    else:
        raise AssertionError("the type is found outside of its schema")
    connection.execute("RESET search_path")
    register_vector(connection)
    (found,) = connection.execute(
        "SELECT nspname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
        " WHERE t.oid = 'vector'::regtype"
    ).fetchone()
    check(found == schema, f"the type is in {found}, not in {schema}")


def test(check, schema):
    with psycopg.connect("", autocommit=True) as connection:
        check_schema(connection, check, schema)
        fill(connection, sample_vectors())
        for part in (
            check_round_trip,
            check_null,
            check_other_types,
            check_search,
            check_functions,
            check_copy,
            check_errors,
        ):
            part(connection, check)
        if EXTENSION == "sbert":
            check_embed(connection, check)
    asyncio.run(check_async(check))


if __name__ == "__main__":
    main(test, Checks)
