#!/usr/bin/env python3
"""Every SQL object of pgvector has its like among ours: read from the catalogs of one server that has both.

    catalog_check.py [--of EXTENSION]     compares EXTENSION (default: sbert) with pgvector

Each side's objects are those that pg_depend gives to its extension, written as its own search_path shows them: names of
its own schema bare, of another one qualified. The table of counts is printed, then what is missing or different. Exit
code 1 when anything is that does not stand in LEFT_OUT.
"""

import argparse
import sys
from collections import Counter

import both
from catalog_queries import INDEX_CLASSES, QUERIES

NO_INDEX = "our access method is sbert_ivf: an index is made anew"
NO_METRIC = "sbert_ivf orders vector and halfvec by <->, <#> and <=> alone"
LEFT_OUT = {
    ("access method", "hnsw"): NO_INDEX,
    ("access method", "ivfflat"): NO_INDEX,
    ("function", "hnswhandler(internal)"): NO_INDEX,
    ("function", "ivfflathandler(internal)"): NO_INDEX,
    ("function", "hnsw_bit_support(internal)"): NO_INDEX,
    ("function", "hnsw_halfvec_support(internal)"): NO_INDEX,
    ("function", "hnsw_sparsevec_support(internal)"): NO_INDEX,
    ("function", "ivfflat_bit_support(internal)"): NO_INDEX,
    ("function", "ivfflat_halfvec_support(internal)"): NO_INDEX,
    ("index class", "vector_l1_ops"): NO_METRIC,
    ("index class", "halfvec_l1_ops"): NO_METRIC,
    ("index class", "bit_hamming_ops"): NO_METRIC,
    ("index class", "bit_jaccard_ops"): NO_METRIC,
    ("index class", "sparsevec_l2_ops"): NO_METRIC,
    ("index class", "sparsevec_ip_ops"): NO_METRIC,
    ("index class", "sparsevec_cosine_ops"): NO_METRIC,
    ("index class", "sparsevec_l1_ops"): NO_METRIC,
}
# Properties where ours has more.
BEYOND = {
    ("type", "vector", "typsubscript"): "elements and slices by subscript",
    ("type", "halfvec", "typsubscript"): "elements and slices by subscript",
    ("function", "vector(vector,integer,boolean)", "prosupport"): "ALTER TYPE from a column of the same n rewrites nothing",
    ("function", "halfvec(halfvec,integer,boolean)", "prosupport"): "ALTER TYPE from a column of the same n rewrites nothing",
    ("function", "sparsevec(sparsevec,integer,boolean)", "prosupport"): "ALTER TYPE from a column of the same n rewrites nothing",
}
DISTANCES = ("l2_distance", "inner_product", "cosine_distance", "l1_distance", "{}_l2_squared_distance", "{}_negative_inner_product")
BEYOND |= {
    ("function", f"{name.format(type)}({type},{type})", "prosupport"): "the planner knows what vectors in TOAST cost"
    for name in DISTANCES for type in ("vector", "halfvec", "sparsevec")
}


def objects(connection, extension, schema):
    """(kind, name) -> {property: value} of all that the extension owns."""
    connection.execute("SELECT set_config('search_path', %s, false)", [f'"{schema}"'])
    found = {}
    for kind, query in {**QUERIES, "index class": INDEX_CLASSES}.items():
        cursor = connection.execute(query, {"extension": extension})
        columns = [column.name for column in cursor.description]
        for name, *values in cursor:
            found[kind, name] = dict(zip(columns[1:], values))
    return found


def differences(theirs, ours):
    """Each difference as (object, property or None where the object is missing, text)."""
    for thing, properties in sorted(theirs.items()):
        if thing not in ours:
            yield thing, None, "missing"
            continue
        for name, value in properties.items():
            if ours[thing][name] != value:
                yield thing, name, f"{name} is {ours[thing][name]!r}, in pgvector {value!r}"


def print_table(theirs, found):
    wrong = {thing for thing, *_ in found}
    total = Counter(kind for kind, _ in theirs)
    same = Counter(kind for kind, name in theirs if (kind, name) not in wrong)
    print(f"{'kind':<16}{'pgvector':>9}{'the same':>9}")
    for kind, count in total.items():
        print(f"{kind:<16}{count:>9}{same[kind]:>9}")
    print(f"{'all':<16}{sum(total.values()):>9}{sum(same.values()):>9}")


def is_explained(thing, name):
    return thing in LEFT_OUT if name is None else (*thing, name) in BEYOND


def print_explained(found):
    """What is left out and where ours has more; returns the entries that explain nothing."""
    stale = []
    for title, entries, seen in [
        ("left out", LEFT_OUT, {thing for thing, name, _ in found if name is None}),
        ("beyond pgvector", BEYOND, {(*thing, name) for thing, name, _ in found}),
    ]:
        print(f"\n{title}:")
        for thing, reason in entries.items():
            print(f"  {' '.join(thing)}: {reason}")
        stale += [thing for thing in entries if thing not in seen]
    return stale


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--of", default="sbert")
    of = parser.parse_args().of
    with both.database("catalog", *{"vector", of}) as connection:
        theirs = objects(connection, "vector", both.SCHEMAS["vector"])
        ours = objects(connection, of, both.SCHEMAS[of])
        version = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()[0]
    both.check(len(theirs) > 200, f"only {len(theirs)} objects of pgvector are found")
    found = list(differences(theirs, ours))
    print(f"pgvector {version} against {of}")
    print_table(theirs, found)
    stale = print_explained(found) if of == "sbert" else []

    bad = [(thing, text) for thing, name, text in found if not is_explained(thing, name)]
    for thing, text in bad:
        print(f"DIFFERENT  {' '.join(thing)}: {text}")
    for thing in stale:
        print(f"STALE  {' '.join(thing)} is explained, and there is no such difference")
    print(f"\n{len(theirs)} objects, {len(found) - len(bad)} explained, {len(bad)} differences")
    sys.exit(1 if bad or stale else 0)


if __name__ == "__main__":
    main()
