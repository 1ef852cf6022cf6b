#!/usr/bin/env python3
"""Logical replication from a table of pgvector's into one of ours and back, as text and with binary = true.

    logical_replication_check.py [--types LIST]

Publisher and subscriber are two databases of one server, so the slot is made before the subscription. The first rows
come by the initial copy, then inserts, updates and deletes are streamed. The binary forms are the same, so binary =
true works for every column; neither side compares the numbers of the types.
"""

import time

import both
import sample

CHANGES = """
    UPDATE items SET v = v + '[1,1,1]', v_any = NULL WHERE id % 3 = 0 AND v < '[1000,0,0]' AND v > '[-1000,0,0]';
    UPDATE items SET id = id + 10000 WHERE id % 7 = 0;
    DELETE FROM items WHERE id % 5 = 0;
"""


def database(name, types, extension):
    connection = both.database(name, extension)
    connection.execute("SELECT set_config('search_path', %s, false)", [f"{both.SCHEMAS[extension]}, public"])
    sample.create(connection, types, name="public.items")
    return connection


def wait_until_same(publisher, subscriber, types, what):
    expected = sample.fingerprint(publisher, types, name="public.items")
    end = time.monotonic() + 60
    while True:
        found = sample.fingerprint(subscriber, types, name="public.items")
        if found == expected:
            return expected["rows"]
        both.check(time.monotonic() < end, f"{what}: after a minute {found}\nexpected {expected}")
        time.sleep(0.1)


def replicate(source, target, types, binary):
    what = f"{source} to {target}, {'binary' if binary else 'text'}"
    with database("publisher", types, source) as publisher, database("subscriber", types, target) as subscriber:
        sample.fill(publisher, types, name="public.items")
        publisher.execute("CREATE PUBLICATION all_items FOR TABLE public.items")
        publisher.execute("SELECT pg_create_logical_replication_slot('moving', 'pgoutput')")
        info = subscriber.info
        subscriber.execute(
            f"CREATE SUBSCRIPTION moving CONNECTION 'host={info.host} port={info.port} user={info.user} "
            f"dbname=publisher' "
            f"PUBLICATION all_items WITH (create_slot = false, slot_name = 'moving', binary = {str(binary).lower()})"
        )
        try:
            copied = wait_until_same(publisher, subscriber, types, f"{what}, initial copy")
            sample.fill(publisher, types, first=1001, count=100, name="public.items")
            publisher.execute(CHANGES)
            rows = wait_until_same(publisher, subscriber, types, f"{what}, changes")
        finally:
            subscriber.execute("DROP SUBSCRIPTION moving")
        columns = len(sample.columns(types)) + len(sample.ARRAYS.keys() & set(types))
        print(f"{what}: {copied} rows copied, {rows} after the changes, {columns} columns")


def main():
    types = both.types_from_arguments()
    for binary in [False, True]:
        replicate("vector", "sbert", types, binary)
        replicate("sbert", "vector", types, binary)


if __name__ == "__main__":
    main()
