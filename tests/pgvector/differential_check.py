#!/usr/bin/env python3
"""The same statements on pgvector and on ours, in one database: the same rows, SQLSTATEs and bytes.

    differential_check.py [--of EXTENSION] [--types LIST] [--show N] [--seed N]

The statements are generated (statements/) from a fixed seed, valid and invalid. Each runs twice, in a transaction that
is rolled back: once where only pgvector's schema is in the search_path, once where only ours is. Results are compared
byte by byte; distances, which add in another order, within a millionth of the magnitude of their terms. Exit code 1
when a statement differs that KNOWN does not explain, or when an entry of KNOWN explains nothing.
"""

import argparse
import re
import sys
import time
from collections import Counter
from random import Random

import both
from sides import Side, same
from statements import aggregates, arithmetic, binary, casts, distances, reading

AREAS = {
    "reading": reading,
    "binary": binary,
    "distances": distances,
    "arithmetic": arithmetic,
    "aggregates": aggregates,
    "casts": casts,
}
# (expression that the statement matches, SQLSTATEs of pgvector and ours, why ours differs)
KNOWN = [
    (r" \* 1$|SELECT [12] \* '", "42883", None, "beyond pgvector: products of vectors with numbers"),
    (r"SELECT \(B'101'\)::(vector|halfvec)$", "42846", None, "beyond pgvector: casts from bit"),
    (
        r"array_fill\(1::.*\[16001\]\)::sparsevec",
        None,
        "54000",
        "an array of more than 16,000 non-zeros is refused: what pgvector makes of it, its own input refuses",
    ),
    (
        r"_combine\(.*\[0:2\]=",
        None,
        None,
        "a step called by hand gives back the state as it came, its lower bound with it",
    ),
    (
        r"_combine\(.*ARRAY\[16002\]",
        None,
        "54000",
        "a state of more dimensions than a vector has is refused, as by pgvector after 0.8.5",
    ),
]


def known(case, theirs, ours):
    text = case.sql if isinstance(case.sql, str) else " ".join(case.sql)
    for n, (expression, their_state, our_state, _) in enumerate(KNOWN):
        if (theirs.sqlstate, ours.sqlstate) == (their_state, our_state) and re.search(expression, text):
            return n
    return None


def describe(case, theirs, ours):
    statement = case.sql if isinstance(case.sql, str) else "; ".join(case.sql)
    data = [value.hex() for _, value in case.binary] + ([case.copy.hex()] if case.copy else [])
    lines = [statement[:600], *(f"    data {value[:200]}" for value in data)]
    lines += [f"    pgvector {theirs}"[:400], f"    ours     {ours}"[:400]]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--of", default="sbert")
    parser.add_argument("--types", default=",".join(both.TYPES))
    parser.add_argument("--show", type=int, default=40)
    parser.add_argument("--seed", type=int, default=6)
    options = parser.parse_args()
    started = time.monotonic()
    both.database("differential", *{"vector", options.of}).close()
    left = Side("differential", both.SCHEMAS["vector"])
    right = Side("differential", both.SCHEMAS[options.of])

    counts, used, shown = {area: Counter() for area in AREAS}, Counter(), 0
    for area, module in AREAS.items():
        for case in module.cases(Random(f"{options.seed} {area}"), options.types.split(",")):
            theirs, ours = left.run(case), right.run(case)
            count = counts[area]
            count["statements"] += 1
            count["errors"] += theirs.sqlstate is not None
            count["same message"] += theirs.sqlstate is not None and theirs.message == ours.message
            if same(theirs, ours, case.tolerance):
                continue
            explained = known(case, theirs, ours)
            if explained is not None:
                used[explained] += 1
                continue
            count["differences"] += 1
            shown += 1
            if shown <= options.show:
                print(f"DIFFERENT  {describe(case, theirs, ours)}")

    columns = ["statements", "errors", "same message", "differences"]
    print(f"{'':<12}" + "".join(f"{column:>14}" for column in columns))
    counts["all"] = sum(counts.values(), Counter())
    for area, count in counts.items():
        print(f"{area:<12}" + "".join(f"{count[column]:>14}" for column in columns))
    for n, (*_, reason) in enumerate(KNOWN):
        print(f"known, {used[n]} statements: {reason}")
    stale = [KNOWN[n][-1] for n in range(len(KNOWN)) if not used[n] and options.of == "sbert"]
    for reason in stale:
        print(f"STALE  KNOWN explains nothing: {reason}")
    total = counts["all"]
    print(
        f"{total['statements']} statements, {total['errors']} of them errors, {total['differences']} differences "
        f"({time.monotonic() - started:.0f} s)"
    )
    sys.exit(1 if total["differences"] or stale else 0)


if __name__ == "__main__":
    main()
