"""avg and sum, over rows and by calling their steps."""

from statements.case import Case, literal, quote
from statements.values import any_value, numbers, text

STATES = [
    "{}",
    "{0}",
    "{1}",
    "{1,2,3}",
    "{2,1,1}",
    "{0,1,2}",
    "{-1,1,2}",
    "{NULL}",
    "{1,NULL,2}",
    "{{1,2}}",
    "{1,2}",
    "{1,2,3,4}",
    "{NaN,1,2}",
    "{Infinity,1,2}",
    "{1,NaN,1}",
    "{1,Infinity,1}",
    "{1,1e308,1}",
    "{1,-1e308,1}",
    "{1e-300,1,1}",
    "{0.5,1,2}",
    "{1,1e39,0}",
    "[0:2]={1,2,3}",
    "{1,65504,0}",
    "{1,65520,0}",
    "{3,1,1}",
    "{1,3.4028236e38,1}",
]


def cases(random, types):
    for name in types:
        if name in ("vector", "halfvec"):
            yield from over_rows(random, name)
            yield from steps(name)
            yield from large(name)


def over_rows(random, name):
    lists = [[], ["NULL"], ["NULL", "NULL"]]
    for ends in [
        "3.4e38 3.4e38",
        "-3.4e38 -3.4e38 1",
        "65504 65504",
        "65504 65504 -65504",
        "-0 0",
        "-0",
        "1e-45 0",
        "6e-8 0",
        "1e-45 1e-45 1e-45",
        "1 2 4",
        "16777216 1",
        "0.1 0.2 0.3",
    ]:
        lists.append([literal(text(name, [x, "1"]), name) for x in ends.split()])
    for _ in range(60):
        dim = random.choice([1, 2, 3, 16])
        rows = [literal(text(name, numbers(random, dim)), name) for _ in range(random.randint(1, 9))]
        if random.random() < 0.4:
            rows.insert(random.randrange(len(rows) + 1), "NULL")
        if random.random() < 0.2:
            rows.append(any_value(random, name))
        lists.append(rows)
    for rows in lists:
        table = (
            f"(VALUES {', '.join(f'({row}::{name})' for row in rows)}) t(v)"
            if rows
            else f"(SELECT NULL::{name} WHERE false) t(v)"
        )
        for aggregate in ["avg", "sum"]:
            yield Case(f"SELECT {aggregate}(v) FROM {table}")
        yield Case(
            f"SELECT {name}_send(avg(v)), {name}_send(sum(v)), pg_typeof(avg(v)), pg_typeof(sum(v)) FROM {table}"
        )
        yield Case(
            f"SELECT n % 2, avg(v), sum(v) FROM (SELECT v, row_number() OVER () n FROM {table}) s GROUP BY 1 ORDER BY 1"
        )
        yield Case(
            f"SELECT avg(v) OVER w, sum(v) OVER w FROM (SELECT v, row_number() OVER () n FROM {table}) s WINDOW "
            f"w AS (ORDER BY n ROWS 2 PRECEDING)"
        )
        yield Case(f"SELECT avg(DISTINCT v), sum(DISTINCT v), avg(v) FILTER (WHERE v IS NOT NULL) FROM {table}")
    for aggregate in ["min", "max", "count", "array_agg", "string_agg", "stddev", "bit_and"]:
        yield Case(f"SELECT {aggregate}(v) FROM (VALUES ({any_value(random, name)}), ({any_value(random, name)})) t(v)")


def steps(name):
    for state in STATES:
        yield Case(f"SELECT {name}_avg({quote(state)})")
        for value in ["[1,2]", "[3]", "[1,2,3]", "[-65504,65504]"]:
            yield Case(f"SELECT {name}_accum({quote(state)}, {quote(value)})")
        for other in STATES:
            yield Case(f"SELECT {'vector' if name == 'vector' else 'halfvec'}_combine({quote(state)}, {quote(other)})")
    for first, second in [("{0}", 16001), (16001, "{0}"), (16001, 16001), (16000, 16000)]:
        wide = [
            quote(state) if isinstance(state, str) else f"array_fill(1::float8, ARRAY[{state + 1}])"
            for state in (first, second)
        ]
        yield Case(f"SELECT md5({name}_combine({wide[0]}, {wide[1]})::text)")
    yield Case(
        f"SELECT {name}_accum(NULL, '[1]'), {name}_accum('{{0}}', NULL), {name}_avg(NULL), "
        f"{name}_combine('{{0}}', NULL)"
    )


def large(name):
    rows = (
        f"SELECT (SELECT array_agg(sin(i * j)) FROM generate_series(1, 40) j)::vector::{name} AS v FROM "
        f"generate_series(1, 3000) i"
    )
    yield Case(f"SELECT avg(v), sum(v) FROM ({rows}) t")
    yield Case(f"CREATE TEMP TABLE t AS {rows}; SELECT avg(v), sum(v) FROM t")
    yield Case(
        f"CREATE TABLE wide AS {rows}; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; "
        f"SET LOCAL min_parallel_table_scan_size = 0; "
        "SELECT avg(v) FROM wide",
        1e-6,
    )
