"""Vectors from vectors, comparisons and sorting."""

from statements.case import Case, literal
from statements.values import any_value, numbers, text, wide_number

OPERATORS = ["+", "-", "*", "||"]
COMPARISONS = {"<": "lt", "<=": "le", "=": "eq", "<>": "ne", ">=": "ge", ">": "gt"}
EXTREMES = (
    "3.4e38,3.4e38 3.4e38,-3.4e38 -3.4e38,-3.4e38 1e-30,1e-30 1e-45,0.5 1e-45,0.1 0,1e-45 -0,0 0,-0 -0,-0 "
    "1e20,1e20 65504,65504 65504,8 "
    "65504,16 -65504,-65504 255,257 256,256 6e-8,0.5 6e-8,0.4 6e-8,6e-8 1e-4,1e-4 0.1,0.2 1e38,10 2048,1 2049,0 "
    "-0,1 1,-0"
).split()
INTEGERS = [-2147483648, -2147483647, -16001, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 16000, 2147483646, 2147483647]


def cases(random, types):
    for name in types:
        if name != "bit":
            yield from arithmetic(random, name)
            yield from windows(random, name)
            yield from quantized(random, name)
            yield from comparisons(random, name)
            yield from orders(random, name)


def arithmetic(random, name):
    for _ in range(50):
        for operator in OPERATORS:
            dim = random.choice([1, 2, 3, 8, 9, 33])
            other = dim if random.random() < 0.8 else random.choice([1, 2, 3, 8])
            left = literal(text(name, numbers(random, dim)), name)
            right = literal(text(name, numbers(random, other)), name)
            yield Case(f"SELECT {left} {operator} {right}")
    for extreme in EXTREMES:
        a, b = (literal(text(name, [x, "1"]), name) for x in extreme.split(","))
        for operator in OPERATORS:
            yield Case(f"SELECT {a} {operator} {b}, {name}_send({a} {operator} {b})")
            for function in ["add", "sub", "mul", "concat"]:
                yield Case(f"SELECT {name}_{function}({b}, {a})")
    for _ in range(40):
        a, b = (literal(text(name, [wide_number(random)]), name) for _ in range(2))
        yield Case(f"SELECT {a} {random.choice(OPERATORS)} {b}")
    for other in [
        f"NULL::{name}",
        "NULL",
        "'[1,2]'",
        "ARRAY[1,2]",
        "1",
        "'x'",
        "'[3,4]'::vector",
        "'[3,4]'::halfvec",
        "'{1:3}/2'::sparsevec",
    ]:
        for operator in OPERATORS:
            yield Case(f"SELECT {literal(text(name, ['1', '2']), name)} {operator} {other}")
            yield Case(f"SELECT {other} {operator} {literal(text(name, ['1', '2']), name)}")
    for a, b in [(16000, 1), (1, 16000), (15999, 1), (8000, 8000), (8000, 8001), (16000, 16000)]:
        whole = f"array_fill(1, ARRAY[%d])::{name}"
        yield Case(f"SELECT md5(({whole % a} || {whole % b})::text)")


def windows(random, name):
    value = literal(text(name, numbers(random, 5)), name)
    for start in INTEGERS:
        for count in INTEGERS:
            yield Case(f"SELECT subvector({value}, {start}, {count})")
    for arguments in [
        "NULL, 1, 1",
        f"{value}, NULL, 1",
        f"{value}, 1, NULL",
        f"{value}, 1",
        f"{value}, 1.5, 2",
        f"{value}, 1, 2147483648",
        f"'[1,2]'::{name}, 1, 1",
        "'[1,2]', 1, 1",
    ]:
        yield Case(f"SELECT subvector({arguments})")


def quantized(random, name):
    for dim in [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 500]:
        value = literal(text(name, numbers(random, dim)), name)
        yield Case(
            f"SELECT binary_quantize({value}), length(binary_quantize({value})), bit_send(binary_quantize({value}))"
        )
    for element in ["0", "-0", "1e-45", "-1e-45", "6e-8", "-6e-8", "3e-8", "65504", "-65504"]:
        yield Case(f"SELECT binary_quantize({literal(text(name, [element, '1', element]), name)})")


def comparisons(random, name):
    pool = [
        text(name, x.split(","))
        for x in [
            "0",
            "-0",
            "1",
            "1,2",
            "1,2,3",
            "1,3",
            "2",
            "-1",
            "0,0",
            "0,0,0",
            "-0,0",
            "0,-0",
            "0,1",
            "1,0",
            "1,0,0",
            "1e-45",
            "-1e-45,5",
        ]
    ]
    pool += [text(name, numbers(random, 3)) for _ in range(4)]
    for a in pool:
        for b in random.sample(pool, 9):
            left, right = literal(a, name), literal(b, name)
            every = ", ".join(f"{left} {operator} {right}" for operator in COMPARISONS)
            yield Case(f"SELECT {every}, {name}_cmp({left}, {right})")
    for operator, function in COMPARISONS.items():
        for other in [
            f"NULL::{name}",
            "'[1,2]'",
            "'{1:1}/2'",
            "ARRAY[1,2]",
            "ARRAY[1,2]::real[]",
            "'[1,2]'::vector",
            "'[1,2]'::halfvec",
            "'{1:1,2:2}/2'::sparsevec",
            "1",
            "'x'",
        ]:
            yield Case(f"SELECT {literal(text(name, ['1', '2']), name)} {operator} {other}")
            yield Case(f"SELECT {name}_{function}({other}, {literal(text(name, ['1', '2']), name)})")
    if name == "sparsevec":
        for left, right in [
            ("{}/1", "{}/2"),
            ("{}/3", "{1:1}/1"),
            ("{1:-1}/1", "{}/3"),
            ("{3:1}/3", "{2:1}/3"),
            ("{1000000000:1}/1000000000", "{1:1}/1000000000"),
            ("{}/1000000000", "{}/1"),
            ("{2:-1}/3", "{3:1}/3"),
            ("{2:-1}/3", "{3:-1}/3"),
            ("{5:-1}/5", "{}/3"),
            ("{5:1}/5", "{}/3"),
        ]:
            every = ", ".join(f"{literal(left, name)} {operator} {literal(right, name)}" for operator in COMPARISONS)
            yield Case(f"SELECT {every}, sparsevec_cmp({literal(right, name)}, {literal(left, name)})")


def orders(random, name):
    for _ in range(25):
        rows = ", ".join(f"({any_value(random, name)})" for _ in range(random.randint(1, 12)))
        table = f"(VALUES {rows}) t(v)"
        yield Case(
            f"SELECT v FROM {table} ORDER BY v "
            f"{random.choice(['', 'DESC', 'NULLS FIRST', 'DESC NULLS LAST', 'USING <'])}"
        )
        yield Case(f"SELECT v, count(*) FROM {table} GROUP BY v ORDER BY v")
        yield Case(f"SELECT DISTINCT v FROM {table} ORDER BY 1")
        yield Case(f"SELECT count(DISTINCT v), max(v::text) FROM {table}")
        yield Case(f"SELECT a.v FROM {table}, {table.replace(' t(v)', ' a(v)')} WHERE a.v = t.v ORDER BY 1")
    yield Case(f"SELECT min(v) FROM (VALUES ({any_value(random, name)})) t(v)")
    yield Case(f"SELECT hash_record(ROW({any_value(random, name)}))")
    for use in ["btree (v)", "hash (v)", "gin (v)", "gist (v)", "brin (v)", f"btree (v {name}_ops)"]:
        yield Case(f"CREATE TEMP TABLE t (v {name}); CREATE INDEX ON t USING {use}")
    one = literal(text(name, ["1", "2"]), name)
    yield Case(f"CREATE TEMP TABLE t (v {name} PRIMARY KEY); INSERT INTO t VALUES ({one}), ({one})")
    yield Case(
        f"CREATE TEMP TABLE t (v {name} UNIQUE); INSERT INTO t VALUES ({one}), (NULL), (NULL) ON CONFLICT DO "
        f"NOTHING; SELECT v FROM t ORDER BY 1"
    )
    yield Case(f"CREATE TEMP TABLE t (v {name}) PARTITION BY HASH (v)")
    yield Case(f"CREATE TEMP TABLE t (v {name}) PARTITION BY RANGE (v)")
