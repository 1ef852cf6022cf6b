#!/usr/bin/env python3
"""The published `pgvector` package with SQLAlchemy, over psycopg 3 and over asyncpg: every type.

Its types are names in SQL (VECTOR(3)) that the server looks up, so the search path has to hold the
extension's schema. Values go as text; over psycopg with register_vector() the package's classes
come back through the same columns, and arrays of vectors work.
"""

import asyncio

import numpy
from checks import DIMENSIONS, INDEX_METHOD, OPERATORS, ROWS, bits, main, question, sample, uses_index
from pgvector import SparseVector
from pgvector.psycopg import register_vector
from pgvector.sqlalchemy import BIT, HALFVEC, SPARSEVEC, VECTOR, avg, sum
from sqlalchemy import ARRAY, Index, Integer, create_engine, event, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

HELPERS = {
    "<->": "l2_distance",
    "<#>": "max_inner_product",
    "<=>": "cosine_distance",
    "<+>": "l1_distance",
    "<~>": "hamming_distance",
    "<%>": "jaccard_distance",
}


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"
    id = mapped_column(Integer, primary_key=True)
    vector = mapped_column(VECTOR(DIMENSIONS))
    halfvec = mapped_column(HALFVEC(DIMENSIONS))
    sparsevec = mapped_column(SPARSEVEC(DIMENSIONS))
    bit = mapped_column(BIT(DIMENSIONS))


class Bundle(Base):
    __tablename__ = "bundles"
    id = mapped_column(Integer, primary_key=True)
    vectors = mapped_column(ARRAY(VECTOR(DIMENSIONS), dimensions=1))


def value(kind, row):
    """What a user assigns to the column: lists for the dense types."""
    if kind == "bit":
        return bits(row)
    return SparseVector(row) if kind == "sparsevec" else row.tolist()


def items():
    rows = {kind: sample(kind) for kind in OPERATORS}
    for i in range(ROWS):
        yield Item(id=i, **{kind: value(kind, rows[kind][i]) for kind in rows})
    yield Item(id=ROWS)


def nearest(kind, operator):
    """All rows with their distance, by the package's helper."""
    distance = getattr(getattr(Item, kind), HELPERS[operator])(value(kind, question(kind)))
    return select(Item.id, distance).where(Item.id < ROWS).order_by(distance, Item.id)


def same_column(check, found, kind, what):
    """A column as it comes back: lists for the dense types, bit strings of the driver."""
    expected = [value(kind, row) for row in sample(kind)]
    if kind == "bit":
        found = [None if bit is None else getattr(bit, "as_string", lambda: bit)() for bit in found]
    elif kind != "sparsevec":
        check(all(type(e) is list for e in found[:-1]), f"{what} {kind}: lists")
    check.same(found, [*expected, None], f"{what} {kind}")


def check_columns(session, check, what):
    session.add_all(items())
    session.commit()
    for kind in OPERATORS:
        column = getattr(Item, kind)
        found = session.scalars(select(column).order_by(Item.id)).all()
        same_column(check, found, kind, what)
        for operator in OPERATORS[kind]:
            found = session.execute(nearest(kind, operator)).all()
            check.nearest(found, kind, operator, question(kind), what)


def check_expressions(session, check):
    rows = sample("vector").astype(float)
    query = question("vector").tolist()
    near = Item.vector.l2_distance(query) < 3
    found = session.scalars(select(Item.id).where(near).order_by(Item.id)).all()
    expected = numpy.linalg.norm(rows - query, axis=1) < 3
    check.equal(found, numpy.flatnonzero(expected).tolist(), "within a distance")
    check(0 < len(found) < ROWS, "the filter divides")
    for function, numbers in ((avg, rows.mean(axis=0)), (sum, rows.sum(axis=0))):
        found = session.scalars(select(function(Item.vector))).one()
        check.close(found, numbers, function.__name__, 1e-5)
    half = func.cast(Item.vector, HALFVEC(DIMENSIONS)).l2_distance(rows[5].tolist())
    check.equal(session.scalars(select(Item.id).order_by(half)).first(), 5, "cast to halfvec")
    quantized = func.cast(func.binary_quantize(Item.vector), BIT(DIMENSIONS))
    signs = func.binary_quantize(func.cast(rows[5].tolist(), VECTOR(DIMENSIONS)))
    found = session.scalars(select(quantized.hamming_distance(signs)).where(Item.id == 5)).one()
    check.equal(found, 0, "binary_quantize")
    literal = select(Item.id).order_by(Item.vector.l2_distance(rows[7].tolist())).limit(1)
    literal = literal.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    check.equal(session.scalar(text(str(literal))), 7, "a literal in the statement")


def check_errors(session, check):
    for kind in OPERATORS:
        short = value(kind, sample(kind)[0][:2])
        # SQLAlchemy itself casts bit strings to the column's length: nothing to refuse.
        if kind != "bit":
            with check.refused("22000", f"{kind} of another length"):
                session.add(Item(id=-1, **{kind: short}))
                session.flush()
            session.rollback()
        for operator in OPERATORS[kind]:
            query = func.cast(short, BIT(2)) if kind == "bit" else short
            distance = getattr(getattr(Item, kind), HELPERS[operator])(query)
            with check.refused("22000", f"{kind} {operator}: lengths differ"):
                session.execute(select(distance)).all()
            session.rollback()
    check.equal(session.scalar(text("SELECT 1")), 1, "the connection lives on")


def check_index(session, check):
    """Made by Index(), used by the server, found again by reflection."""
    classes = {"l2_distance": "vector_l2_ops", "cosine_distance": "vector_cosine_ops"}
    rows = sample("vector")
    for helper, opclass in classes.items():
        index = Index(
            f"items_{helper}",
            Item.vector,
            postgresql_using=INDEX_METHOD,
            postgresql_ops={"vector": opclass},
        )
        index.create(session.connection())
        distance = getattr(Item.vector, helper)
        session.execute(text("SET LOCAL enable_seqscan = off"))
        query = select(Item.id).order_by(distance(rows[11].tolist())).limit(1)
        check.equal(session.scalar(query), 11, f"nearest by the index, {helper}")
        plain = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(session.scalars(text(f"EXPLAIN {plain}")))
        check(uses_index(plan, index.name), f"the index is used: {plan}")
        (found,) = inspect(session.connection()).get_indexes("items")
        check.equal(found["dialect_options"]["postgresql_using"], INDEX_METHOD, "reflected index")
        index.drop(session.connection())
        Item.__table__.indexes.discard(index)
    session.commit()


def check_reflection(session, check):
    columns = {c["name"]: c["type"] for c in inspect(session.connection()).get_columns("items")}
    for kind, reflected in {"vector": VECTOR, "halfvec": HALFVEC, "sparsevec": SPARSEVEC}.items():
        check(type(columns[kind]) is reflected, f"reflection of {kind}: {columns[kind]!r}")


def check_arrays(session, check):
    rows = [row.tolist() for row in sample("vector")[:3]]
    session.add(Bundle(id=1, vectors=rows))
    session.commit()
    check.same(session.scalars(select(Bundle.vectors)).one(), rows, "ARRAY(VECTOR)")


def check_psycopg(check, registered):
    engine = create_engine("postgresql+psycopg://")
    if registered:
        event.listen(engine, "connect", lambda connection, record: register_vector(connection))
    what = "registered psycopg" if registered else "psycopg"
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        check_columns(session, check, what)
        check_expressions(session, check)
        check_errors(session, check)
        check_index(session, check)
        check_reflection(session, check)
        if registered:
            check_arrays(session, check)
    Base.metadata.drop_all(engine)
    engine.dispose()


async def check_asyncpg(check):
    engine = create_async_engine("postgresql+asyncpg://")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        await session.run_sync(check_columns, check, "asyncpg")
        await session.run_sync(check_errors, check)
        await session.run_sync(check_index, check)
    await engine.dispose()


def test(check, schema):
    check_psycopg(check, registered=False)
    check_psycopg(check, registered=True)
    asyncio.run(check_asyncpg(check))


if __name__ == "__main__":
    main(test)
