"""A table with columns of every type in every use, its rows, and a fingerprint of them that names no extension."""

from random import Random

from statements.values import bits, literal, number, numbers, text

ROWS = 300
WIDE = 3000  # too long for the page: kept by TOAST
# column -> its declaration; the type's name is taken from the search_path
COLUMNS = {
    "vector": {
        "v": "vector(3)",
        "v_any": "vector",
        "v_wide": f"vector({WIDE})",
        "v_default": "vector(2) DEFAULT '[1,2]'",
    },
    "halfvec": {
        "h": "halfvec(3)",
        "h_any": "halfvec",
        "h_wide": f"halfvec({WIDE})",
        "h_default": "halfvec(2) DEFAULT '[1,2]'",
    },
    "sparsevec": {
        "s": "sparsevec(3)",
        "s_any": "sparsevec",
        "s_wide": f"sparsevec({WIDE})",
        "s_default": "sparsevec(2) DEFAULT '{1:1}/2'",
    },
    "bit": {"b": "bit(3)", "b_any": "varbit"},
}
ARRAYS = {"vector": "v_list vector(3)[]", "halfvec": "h_list halfvec[]", "sparsevec": "s_list sparsevec(3)[]"}
ENDS = {
    "vector": ["-0,3.4028235e38,1e-45", "-3.4028235e38,-1e-45,0"],
    "halfvec": ["-0,65504,6e-8", "-65504,-6e-8,0"],
    "sparsevec": ["0,3.4028235e38,1e-45", "0,0,0"],
}


def columns(types):
    return {name: spec for kind in types for name, spec in COLUMNS[kind].items()}


def create(connection, types, arrays=True, name="items"):
    parts = ["id integer PRIMARY KEY", *(f"{column} {spec}" for column, spec in columns(types).items())]
    parts += [ARRAYS[kind] for kind in types if arrays and kind in ARRAYS]
    connection.execute(f"CREATE TABLE {name} ({', '.join(parts)})")


def value(random, kind, column, spec):
    """A value for the column as SQL; the type is the column's."""
    if kind == "bit":
        return f"B'{bits(random, 3 if column == 'b' else random.randint(0, 20))}'"
    if column.endswith("_default") and random.random() < 0.5:
        return "DEFAULT"
    if random.random() < 0.05:
        return "NULL"
    dim = {"_any": random.randint(1, 9), "wide": WIDE, "ault": 2}.get(column[-4:], 3)
    if dim == WIDE and random.random() > 0.05:
        return "NULL"
    if dim == 3 and random.random() < 0.1:
        return f"'{text(kind, random.choice(ENDS[kind]).split(','))}'"
    return f"'{text(kind, numbers(random, dim))}'"


def fill(connection, types, first=1, count=ROWS, arrays=True, name="items"):
    random = Random(first)
    for n in range(first, first + count):
        named = {column: value(random, kind, column, spec) for kind in types for column, spec in COLUMNS[kind].items()}
        if arrays:
            for kind in types:
                if kind in ARRAYS:
                    one = literal(text(kind, [number(random) for _ in range(3)]), kind)
                    named[ARRAYS[kind].split()[0]] = f"ARRAY[{one}, NULL, {one}]"
        connection.execute(f"INSERT INTO {name} (id, {', '.join(named)}) VALUES ({n}, {', '.join(named.values())})")


def fingerprint(connection, types, name="items", arrays=True):
    """One line a column: what send gives for every row, hashed in the order of the ids."""
    found = []
    for kind in types:
        for column in COLUMNS[kind]:
            function = {"b": "bit_send", "b_any": "varbit_send"}.get(column, f"{kind}_send")
            found.append((column, f"md5(string_agg(coalesce({function}({column}), 'NULL'), '|' ORDER BY id))"))
        if arrays and kind in ARRAYS:
            column = ARRAYS[kind].split()[0]
            found.append((column, f"md5(string_agg({column}::text, '|' ORDER BY id))"))
    row = connection.execute(f"SELECT count(*), {', '.join(sql for _, sql in found)} FROM {name}").fetchone()
    return dict(zip(["rows", *(column for column, _ in found)], row))
