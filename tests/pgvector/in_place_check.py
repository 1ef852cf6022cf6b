#!/usr/bin/env python3
"""Columns change from pgvector's types to ours and back, and the table is not rewritten: docs/moving.md, step by step.

    in_place_check.py [--types LIST]

pgvector lies in "public" as most people have it. The files of the table and of its TOAST stay, its rows keep every bit,
and in the end nothing depends on the extension that was left: it is dropped without CASCADE.
"""

import both
import sample

FILES = """
    SELECT t.relfilenode, x.relfilenode FROM pg_class t JOIN pg_class x ON x.oid = t.reltoastrelid
    WHERE t.oid = 'items'::regclass
"""


def kinds(types):
    return [kind for kind in types if kind != "bit"]


def cast(connection, source, target, types):
    """The layouts are the same: says so to the server, which then only changes the catalog."""
    for kind in kinds(types):
        connection.execute(f"CREATE CAST ({source}.{kind} AS {target}.{kind}) WITHOUT FUNCTION AS ASSIGNMENT")


def drop_casts(connection, source, target, types):
    for kind in kinds(types):
        connection.execute(f"DROP CAST ({source}.{kind} AS {target}.{kind})")


def alter_columns(connection, target, types):
    """To ours with its n, which needs no check; to pgvector's without, because its check rewrites. A default is one of the
    old type, so it is made anew."""
    changes = []
    for kind in kinds(types):
        for column, spec in sample.COLUMNS[kind].items():
            _, _, default = spec.partition(" DEFAULT ")
            if default:
                changes.append(f"ALTER {column} DROP DEFAULT")
            kept = spec.partition(" ")[0] if target == "public" else kind
            changes.append(f"ALTER {column} TYPE {target}.{kept}")
            if default:
                changes.append(f"ALTER {column} SET DEFAULT {default}")
    connection.execute(f"ALTER TABLE items {', '.join(changes)}")


def set_dimensions(connection, types):
    """n comes back by the catalog: every row was checked against it when it came in."""
    for kind in kinds(types):
        for column, spec in sample.COLUMNS[kind].items():
            if "(" in spec:
                dimensions = spec.partition("(")[2].partition(")")[0]
                connection.execute(
                    "UPDATE pg_attribute SET atttypmod = %s WHERE attrelid = 'items'::regclass AND attname = %s",
                    [int(dimensions), column],
                )


def convert(connection, old, new, types):
    """In one transaction from the extension `old` in public to `new` in public."""
    with connection.transaction():
        if old == "vector":
            connection.execute("ALTER EXTENSION vector SET SCHEMA pgv")
            connection.execute("CREATE EXTENSION sbert SCHEMA public")
            source, target = "pgv", "public"
        else:
            connection.execute("CREATE EXTENSION vector SCHEMA pgv")
            source, target = "public", "pgv"
        cast(connection, source, target, types)
        alter_columns(connection, target, types)
        if target == "pgv":
            set_dimensions(connection, types)
        drop_casts(connection, source, target, types)
        connection.execute(f"DROP EXTENSION {old}")
        if old == "sbert":
            connection.execute("ALTER EXTENSION vector SET SCHEMA public")


def declared(connection):
    return dict(
        connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = 'items'::regclass AND attnum > 0"
        ).fetchall()
    )


def check_table(connection, before, types, extension):
    files, fingerprint, columns = before
    both.check(connection.execute(FILES).fetchone() == files, f"{extension}: the table was rewritten")
    both.check(sample.fingerprint(connection, types, arrays=False) == fingerprint, f"{extension}: rows changed")
    both.check(declared(connection) == columns, f"{extension}: columns {declared(connection)} for {columns}")
    connection.execute("INSERT INTO items (id) VALUES (-1)")
    for kind in kinds(types):
        column = f"{kind[0]}_default"
        found = connection.execute(f"SELECT {column}::text FROM items WHERE id = -1").fetchone()[0]
        both.check(found in ("[1,2]", "{1:1}/2"), f"{extension}: the default of {column} is {found}")
        try:
            connection.execute(f"UPDATE items SET {kind[0]} = '{found}' WHERE id = 1")
            raise AssertionError(f"{extension}: {column} takes other dimensions")
        except both.psycopg.errors.DataException:
            pass
    connection.execute("DELETE FROM items WHERE id = -1")
    order = "SELECT id FROM items WHERE v IS NOT NULL ORDER BY v <-> '[1,2,3]', id LIMIT 5"
    both.check(len(connection.execute(order).fetchall()) == 5, f"{extension}: no search")
    owner = connection.execute(
        "SELECT extname FROM pg_depend JOIN pg_extension e ON refobjid = e.oid WHERE objid = 'public.vector'::regtype"
    ).fetchone()
    both.check(owner == (extension,), f"the type is {owner}'s")


def main():
    types = both.types_from_arguments()
    with both.database("in_place") as connection:
        both.create(connection, "vector", "public")
        connection.execute("CREATE SCHEMA pgv")
        sample.create(connection, types, arrays=False)
        sample.fill(connection, types, arrays=False)
        connection.execute("CREATE INDEX ON items (v)")
        before = (
            connection.execute(FILES).fetchone(),
            sample.fingerprint(connection, types, arrays=False),
            declared(connection),
        )
        for old, new in [("vector", "sbert"), ("sbert", "vector"), ("vector", "sbert")]:
            convert(connection, old, new, types)
            check_table(connection, before, types, new)
            print(f"{old} to {new}: {before[1]['rows']} rows in {len(before[2])} columns, the files are the same")


if __name__ == "__main__":
    main()
