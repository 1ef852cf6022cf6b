#!/usr/bin/env python3
"""The published `pgvector` package with psycopg 3: halfvec, sparsevec, bit, in text and in binary.

vector, with the errors of broken clients, is in psycopg_test.py.
"""

import numpy
import psycopg
from checks import DIMENSIONS, INDEX_METHOD, OPERATORS, bits, main, question, sample, uses_index
from pgvector import Bit, HalfVector, SparseVector, Vector
from pgvector.psycopg import register_vector

KINDS = {"halfvec": HalfVector, "sparsevec": SparseVector, "bit": Bit}


def value(kind, row):
    """The package's object for a row of the sample."""
    return Bit(bits(row)) if kind == "bit" else KINDS[kind](row)


def loaded(kind, found, binary):
    """What the package makes of a column; it has no loader for bit, psycopg's own is used."""
    if kind != "bit" or found is None:
        return found
    return Bit.from_binary(found) if binary else Bit(found)


def fill(connection, kind):
    connection.execute(f"DROP TABLE IF EXISTS {kind}_items")
    connection.execute(f"CREATE TABLE {kind}_items (id int PRIMARY KEY, e {kind}({DIMENSIONS}))")
    with connection.cursor() as cursor:
        rows = [(i, value(kind, row)) for i, row in enumerate(sample(kind))]
        cursor.executemany(f"INSERT INTO {kind}_items VALUES (%s, %s)", rows)


def rows_of(connection, kind, binary):
    found = connection.execute(f"SELECT e FROM {kind}_items ORDER BY id", binary=binary)
    return [loaded(kind, e, binary) for (e,) in found]


def check_round_trip(connection, check, kind):
    expected = [value(kind, row) for row in sample(kind)]
    for placeholder in ("%t", "%b"):
        connection.execute(f"TRUNCATE {kind}_items")
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {kind}_items VALUES (%s, {placeholder})",
                [*enumerate(expected), (len(expected), None)],
            )
        for binary in (False, True):
            what = f"{kind} sent as {placeholder}, read in binary: {binary}"
            check.same(rows_of(connection, kind, binary), [*expected, None], what)


def check_search(connection, check, kind):
    query = question(kind)
    for operator in OPERATORS[kind]:
        for placeholder in ("%t", "%b"):
            found = connection.execute(
                f"SELECT id, e {operator.replace('%', '%%')} {placeholder} AS d FROM {kind}_items"
                " ORDER BY d, id",
                (value(kind, query),),
                prepare=True,
            ).fetchall()
            check.nearest(found, kind, operator, query, placeholder)


def check_copy(connection, check, kind):
    expected = [*(value(kind, row) for row in sample(kind)), None]
    for options in ("(FORMAT BINARY)", "(FORMAT TEXT)"):
        connection.execute(f"TRUNCATE {kind}_items")
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {kind}_items FROM STDIN WITH {options}") as copy:
                copy.set_types(["int4", kind])
                for row in enumerate(expected):
                    copy.write_row(row)
            check.same(rows_of(connection, kind, True), expected, f"COPY {kind} in {options}")
            with cursor.copy(f"COPY {kind}_items TO STDOUT WITH {options}") as copy:
                copy.set_types(["int4", kind])
                found = [loaded(kind, e, "BINARY" in options) for _, e in copy.rows()]
            check.same(found, expected, f"COPY {kind} out {options}")


def check_arrays(connection, check, kind):
    two = [value(kind, row) for row in sample(kind)[:2]]
    for binary in (False, True):
        (found,) = connection.execute(
            "SELECT ARRAY[%s, NULL, %s]", (two[0], two[1]), binary=binary
        ).fetchone()
        found = [loaded(kind, e, binary) for e in found]
        check.same(found, [two[0], None, two[1]], f"{kind}[], binary {binary}")
        query = f"SELECT %s::{kind}({DIMENSIONS})[]"
        (found,) = connection.execute(query, (two,), binary=binary).fetchone()
        found = [loaded(kind, e, binary) for e in found]
        check.same(found, two, f"list as {kind}[], binary {binary}")


def check_errors(connection, check, kind):
    short = value(kind, sample(kind)[0][:2])
    mismatch = "22026" if kind == "bit" else "22000"  # the server's own check of bit(n)
    for placeholder in ("%t", "%b"):
        with check.refused(mismatch, f"{kind} of another length as {placeholder}"):
            connection.execute(f"INSERT INTO {kind}_items VALUES (-1, {placeholder})", (short,))
        for operator in OPERATORS[kind]:
            query = f"SELECT e {operator.replace('%', '%%')} {placeholder} FROM {kind}_items"
            with check.refused("22000", f"{kind} {operator}: lengths differ"):
                connection.execute(query, (short,))
    check.equal(connection.execute("SELECT 1").fetchone(), (1,), "the connection lives on")


def check_casts(connection, check):
    """Between the types, read by the class of the target."""
    numbers = [1.5, 0.0, -2.0]
    vector, half, sparse = Vector(numbers), HalfVector(numbers), SparseVector(numbers)
    for binary in (False, True):
        found = connection.execute(
            "SELECT %(v)s::halfvec, %(v)s::sparsevec, %(h)s::vector, %(h)s::sparsevec,"
            " %(s)s::vector, %(s)s::halfvec, %(n)s::float8[]::vector, %(n)s::float8[]::halfvec,"
            " %(n)s::real[]::sparsevec, %(v)s::real[], binary_quantize(%(v)s)::text",
            {"v": vector, "h": half, "s": sparse, "n": numbers},
            binary=binary,
        ).fetchone()
        expected = (half, sparse, vector, sparse, vector, half, vector, half, sparse)
        check.same(found, (*expected, numbers, "100"), f"casts, binary {binary}")
    empty = SparseVector({}, 1000)
    for placeholder in ("%t", "%b"):
        for binary in (False, True):
            cursor = connection.execute(f"SELECT {placeholder}", (empty,), binary=binary)
            (found,) = cursor.fetchone()
            check.same([found], [empty], "a sparsevec of zeros")


def check_ends(connection, check):
    """The ends of float16 and of float32 keep their bits."""
    half = numpy.finfo(numpy.float16)
    single = numpy.finfo(numpy.float32)
    for kind, ends in (
        ("halfvec", [0.0, -0.0, half.max, -half.max, half.tiny, half.smallest_subnormal]),
        ("sparsevec", [single.max, -single.max, single.tiny, single.smallest_subnormal, 1 / 3, 1]),
    ):
        row = numpy.array(ends, half.dtype if kind == "halfvec" else single.dtype)
        for placeholder in ("%t", "%b"):
            for binary in (False, True):
                (found,) = connection.execute(
                    f"SELECT {placeholder}", (value(kind, row),), binary=binary
                ).fetchone()
                check.same([found], [row], f"{kind}: ends as {placeholder}, binary {binary}")


def check_index(connection, check):
    """On a column of vector, which psycopg_test.py has no index for."""
    rows = sample("vector")
    connection.execute(f"CREATE TABLE indexed (id int, e vector({DIMENSIONS}))")
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO indexed VALUES (%s, %s)", list(enumerate(rows)))
    connection.execute(f"CREATE INDEX by_l2 ON indexed USING {INDEX_METHOD} (e vector_l2_ops)")
    connection.execute("SET enable_seqscan = off")
    for placeholder in ("%t", "%b"):
        query = f"SELECT id FROM indexed ORDER BY e <-> {placeholder} LIMIT 1"
        (found,) = connection.execute(query, (rows[11],)).fetchone()
        check.equal(found, 11, f"nearest by the index, {placeholder}")
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {query}", (rows[11],)))
        check(uses_index(plan, "by_l2"), f"the index is used: {plan}")


def test(check, schema):
    with psycopg.connect("", autocommit=True) as connection:
        register_vector(connection)
        for kind in KINDS:
            fill(connection, kind)
            for part in (
                check_round_trip,
                check_copy,
                check_arrays,
            ):
                part(connection, check, kind)
            fill(connection, kind)
            check_search(connection, check, kind)
            check_errors(connection, check, kind)
        check_casts(connection, check)
        check_ends(connection, check)
        check_index(connection, check)


if __name__ == "__main__":
    main(test)
