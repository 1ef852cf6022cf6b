#!/usr/bin/env python3
"""The published `pgvector` package with asyncpg: every type, in binary, the package's one format.

register_vector() takes the schema by name, so the types are found in any schema, on the search path
or not; the operators are not the package's matter and need the search path, or OPERATOR().
"""

import asyncio

import asyncpg
from checks import DIMENSIONS, INDEX_METHOD, OPERATORS, bits, main, question, sample, uses_index
from pgvector import HalfVector, SparseVector, Vector
from pgvector.asyncpg import register_vector

KINDS = {"vector": Vector, "halfvec": HalfVector, "sparsevec": SparseVector, "bit": None}


def value(kind, row):
    """What the package takes; for bit, asyncpg has a class of its own."""
    return asyncpg.BitString(bits(row)) if kind == "bit" else KINDS[kind](row)


def same(check, found, expected, what):
    """asyncpg's bit strings by their text, the rest by their numbers."""
    texts = [
        [e.as_string() if isinstance(e, asyncpg.BitString) else e for e in values]
        for values in (found, expected)
    ]
    check.same(*texts, what)


async def check_round_trip(connection, check, kind):
    rows = [value(kind, row) for row in sample(kind)]
    await connection.execute(f"CREATE TABLE {kind}_items (id int, e {kind}({DIMENSIONS}))")
    await connection.executemany(
        f"INSERT INTO {kind}_items VALUES ($1, $2)", [*enumerate(rows), (len(rows), None)]
    )
    found = await connection.fetch(f"SELECT e FROM {kind}_items ORDER BY id")
    same(check, [row["e"] for row in found], [*rows, None], f"{kind}: INSERT")

    await connection.execute(f"TRUNCATE {kind}_items")
    records = [*enumerate(rows), (len(rows), None)]
    status = await connection.copy_records_to_table(f"{kind}_items", records=records)
    check.equal(status, f"COPY {len(records)}", f"{kind}: COPY")
    found = await connection.fetch(f"SELECT e FROM {kind}_items ORDER BY id")
    same(check, [row["e"] for row in found], [*rows, None], f"{kind}: COPY in binary")
    await connection.execute(f"DELETE FROM {kind}_items WHERE e IS NULL")


async def check_search(connection, check, kind):
    query = question(kind)
    for operator in OPERATORS[kind]:
        found = await connection.fetch(
            f"SELECT id, e {operator} $1 AS d FROM {kind}_items ORDER BY d, id", value(kind, query)
        )
        check.nearest([tuple(row) for row in found], kind, operator, query, "asyncpg")


async def check_arrays(connection, check, kind):
    rows = [value(kind, row) for row in sample(kind)[:2]]
    sent = [rows[0], None, rows[1]]
    found = await connection.fetchval(f"SELECT $1::{kind}({DIMENSIONS})[]", sent)
    same(check, found, sent, f"{kind}[]")


async def check_errors(connection, check, kind):
    short = value(kind, sample(kind)[0][:2])
    mismatch = "22026" if kind == "bit" else "22000"  # the server's own check of bit(n)
    with check.refused(mismatch, f"{kind} of another length"):
        await connection.execute(f"INSERT INTO {kind}_items VALUES (-1, $1)", short)
    with check.refused(mismatch, f"COPY: {kind} of another length"):
        await connection.copy_records_to_table(f"{kind}_items", records=[(-1, short)])
    for operator in OPERATORS[kind]:
        with check.refused("22000", f"{kind} {operator}: lengths differ"):
            await connection.fetch(f"SELECT e {operator} $1 FROM {kind}_items", short)
    check.equal(await connection.fetchval("SELECT 1"), 1, "the connection lives on")


async def check_casts(connection, check):
    numbers = [1.5, 0.0, -2.0]
    vector, half, sparse = Vector(numbers), HalfVector(numbers), SparseVector(numbers)
    found = await connection.fetchrow(
        "SELECT $1::vector::halfvec, $1::vector::sparsevec, $2::halfvec::vector,"
        " $2::halfvec::sparsevec, $3::sparsevec::vector, $3::sparsevec::halfvec,"
        " $4::float8[]::vector, $1::vector::real[], avg(e), sum(e)"
        " FROM (VALUES ($1::vector), ($1::vector)) AS t (e)",
        vector,
        half,
        sparse,
        numbers,
    )
    doubled = Vector([2 * number for number in numbers])
    expected = (half, sparse, vector, sparse, vector, half, vector, numbers, vector, doubled)
    check.same(tuple(found), expected, "casts")
    empty = SparseVector({}, 1000)
    check.same([await connection.fetchval("SELECT $1::sparsevec", empty)], [empty], "no elements")
    # The package takes lists as well.
    check.same([await connection.fetchval("SELECT $1::vector", numbers)], [vector], "a list")


async def check_index(connection, check):
    await connection.execute(
        f"CREATE INDEX by_l2 ON vector_items USING {INDEX_METHOD} (e vector_l2_ops)"
    )
    await connection.execute("SET enable_seqscan = off")
    query, near = "SELECT id FROM vector_items ORDER BY e <-> $1 LIMIT 1", sample("vector")[11]
    check.equal(await connection.fetchval(query, near), 11, "nearest by the index")
    plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {query}", near))
    check(uses_index(plan, "by_l2"), f"the index is used: {plan}")


async def check_schema(connection, check, schema):
    """Types are found by the schema's name, and not without it."""
    quoted = '"' + schema + '"'
    await connection.execute("SET search_path = pg_catalog")
    if schema != "public":
        try:
            await register_vector(connection)
        except ValueError:
            check(True, "no type in public")
        else:
            raise AssertionError("the type is found outside of its schema")
    await register_vector(connection, schema=schema)
    rows = [value("vector", row) for row in sample("vector")]
    await connection.execute(f"CREATE TABLE public.afar (id int, e {quoted}.vector(6))")
    await connection.executemany("INSERT INTO public.afar VALUES ($1, $2)", list(enumerate(rows)))
    found = await connection.fetch(
        f"SELECT e FROM public.afar ORDER BY e OPERATOR({quoted}.<->) $1 LIMIT 1", rows[3]
    )
    check.same([row["e"] for row in found], [rows[3]], "off the search path")
    await connection.execute("RESET search_path")


async def run(check, schema):
    connection = await asyncpg.connect()
    try:
        await check_schema(connection, check, schema)
        for kind in KINDS:
            for part in (check_round_trip, check_search, check_arrays, check_errors):
                await part(connection, check, kind)
        await check_casts(connection, check)
        await check_index(connection, check)
    finally:
        await connection.close()


def test(check, schema):
    asyncio.run(run(check, schema))


if __name__ == "__main__":
    main(test)
