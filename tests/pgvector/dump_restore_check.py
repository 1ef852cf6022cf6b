#!/usr/bin/env python3
"""A dump of pgvector's tables restores into ours when only the extension's name is changed in it.

    dump_restore_check.py [--types LIST]

The table has columns of every type with and without dimensions, arrays, defaults, a domain, a generated column, a
check, a view and a function over them; once with pgvector in "public", once in a schema whose name needs quotes. Its
own indexes (hnsw, ivfflat) are left out as docs/moving.md says, or turned into sbert_ivf. The other way round too:
what ours dumps, pgvector restores.
"""

import os
import re
import tempfile

import both
import sample

SCHEMAS = ["public", "My Vectors"]
EXTRAS = """
    CREATE DOMAIN unit AS vector(3) CHECK (vector_norm(VALUE) BETWEEN 0.99 AND 1.01);
    ALTER TABLE items ADD u unit DEFAULT '[1,0,0]';
    ALTER TABLE items ADD g vector(3) GENERATED ALWAYS AS (l2_normalize(v)) STORED;
    ALTER TABLE items ADD CHECK (v IS NULL OR vector_dims(v) = 3);
    CREATE INDEX items_btree ON items (v);
    CREATE INDEX items_part ON items ((v::real[]));
    CREATE VIEW near AS SELECT id, v <-> '[1,2,3]' AS distance, avg(v) OVER () AS middle FROM items;
    CREATE FUNCTION closer(vector, vector) RETURNS boolean LANGUAGE sql RETURN $1 <-> '[0,0,0]' < $2 <-> '[0,0,0]';
"""
INDEXES = """
    CREATE INDEX items_hnsw ON items USING hnsw (v vector_cosine_ops) WITH (m = 8, ef_construction = 32);
    CREATE INDEX items_ivfflat ON items USING ivfflat (v vector_l2_ops) WITH (lists = 1);
    COMMENT ON INDEX items_hnsw IS 'by pgvector';
"""
# Distances add in another order: five digits are the same.
VIEW = "SELECT id, to_char(distance, '9.9999EEEE'), middle::text FROM near WHERE abs(distance) < 1e30 ORDER BY id"


def rename(dump, old, new):
    return re.sub(rf"^(CREATE EXTENSION IF NOT EXISTS|COMMENT ON EXTENSION) {old}\b", rf"\1 {new}", dump, flags=re.M)


def without_indexes(dump):
    return re.sub(r"^(CREATE INDEX .* USING (hnsw|ivfflat) .*|COMMENT ON INDEX .*)\n", "", dump, flags=re.M)


def with_our_indexes(dump):
    found = re.sub(
        r"^(CREATE INDEX .* USING) (?:hnsw|ivfflat) (\(.*?\))(?: WITH \(.*\))?;$", r"\1 sbert_ivf \2;", dump, flags=re.M
    )
    both.check(found.count("USING sbert_ivf") == 2, "two indexes are turned into ours")
    return found


def source(schema, types, extension):
    """A database with all of it in one schema, filled."""
    connection = both.database("dumped")
    both.create(connection, extension, schema)
    connection.execute("SELECT set_config('search_path', %s, false)", [f'"{schema}", public'])
    sample.create(connection, types)
    sample.fill(connection, types)
    connection.execute(EXTRAS)
    if extension == "vector":
        connection.execute(INDEXES)
    return connection


def restore(dump, schema):
    """psql reads the dump into a fresh database; any error ends the test."""
    connection = both.database("restored")
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(dump)
        file.flush()
        both.program("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "restored", "-f", file.name)
    connection.execute("SELECT set_config('search_path', %s, false)", [f'"{schema}", public'])
    return connection


def state(connection, types):
    """All that must be the same: rows, the view's, the declarations."""
    return (
        sample.fingerprint(connection, types),
        connection.execute(
            "SELECT md5(string_agg(vector_send(g) || vector_send(u), '' ORDER BY id)) FROM items"
        ).fetchone(),
        connection.execute(VIEW).fetchall(),
        connection.execute("SELECT closer('[1,2,3]', '[2,3,4]')").fetchone(),
        connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid) FROM pg_attribute "
            "LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
            "WHERE attrelid = 'items'::regclass AND attnum > 0 ORDER BY attnum"
        ).fetchall(),
    )


def check_restored(connection, expected, types, extension, indexes):
    found = state(connection, types)
    for before, after in zip(expected, found):
        both.check(after == before, f"restored: {after}\nexpected: {before}")
    names = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    both.check(names == {"plpgsql", extension}, f"extensions {names}")
    present = {name for (name,) in connection.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'items'")}
    both.check(present == {"items_pkey", "items_btree", "items_part", *indexes}, f"indexes {present}")


def main():
    types = both.types_from_arguments()
    for schema in SCHEMAS:
        with source(schema, types, "vector") as connection:
            expected = state(connection, types)
        dump = rename(both.program("pg_dump", "dumped"), "vector", "sbert")
        both.check("EXTENSION IF NOT EXISTS sbert" in dump, "the extension's name is changed")
        with restore(without_indexes(dump), schema) as restored:
            check_restored(restored, expected, types, "sbert", [])
        with restore(with_our_indexes(dump), schema) as restored:
            check_restored(restored, expected, types, "sbert", ["items_hnsw", "items_ivfflat"])
        print(f'pgvector in "{schema}" to ours: {expected[0]["rows"]} rows in {len(expected[4])} columns')

        with source(schema, types, "sbert") as connection:
            expected = state(connection, types)
        dump = rename(both.program("pg_dump", "--exclude-schema=sbert", "dumped"), "sbert", "vector")
        with restore(dump, schema) as restored:
            check_restored(restored, expected, types, "vector", [])
        print(f'ours in "{schema}" to pgvector: {expected[0]["rows"]} rows in {len(expected[4])} columns')


if __name__ == "__main__":
    os.environ["PGOPTIONS"] = "-c client_min_messages=warning"
    main()
