#!/usr/bin/env python3
"""COPY ... (FORMAT binary) from pgvector's table into ours and back: the same file, the same rows, for every type.

    binary_copy_check.py [--types LIST]

An array's binary form names the type of its elements by number, which is another in every database: from PostgreSQL 15
on the server compares it only for its own types, so arrays move too.
"""

import both
import sample


def table(name, types, schema):
    """A database with one extension and an empty table."""
    connection = both.database(name, {"pgv": "vector", "public": "sbert"}[schema])
    connection.execute("SELECT set_config('search_path', %s, false)", [f"{schema}, public"])
    sample.create(connection, types)
    return connection


def copy_out(connection, what, options):
    with connection.cursor().copy(f"COPY {what} TO STDOUT {options}") as copy:
        return b"".join(copy)


def copy_in(connection, what, options, data):
    with connection.cursor().copy(f"COPY {what} FROM STDIN {options}") as copy:
        copy.write(data)


def main():
    types = both.types_from_arguments()
    ordered = "(SELECT * FROM items ORDER BY id)"
    plain = f"(SELECT {', '.join(sample.columns(types))} FROM items ORDER BY id)"  # no arrays: the same bytes
    with table("theirs", types, "pgv") as theirs, table("ours", types, "public") as ours:
        sample.fill(theirs, types)
        for options in ["(FORMAT binary)", "", "(FORMAT csv)"]:
            data = copy_out(theirs, ordered, options)
            copy_in(ours, "items", options, data)
            same = copy_out(ours, plain, options) == copy_out(theirs, plain, options)
            both.check(same, f"COPY {options}: ours gives other bytes")
            expected = sample.fingerprint(theirs, types)
            both.check(sample.fingerprint(ours, types) == expected, f"COPY {options}: other rows")
            theirs.execute("TRUNCATE items")
            copy_in(theirs, "items", options, data)
            both.check(sample.fingerprint(theirs, types) == expected, f"COPY {options} back: other rows")
            ours.execute("TRUNCATE items")
            print(f"COPY {options or '(FORMAT text)'}: {len(data)} bytes, {expected['rows']} rows, both ways")


if __name__ == "__main__":
    main()
