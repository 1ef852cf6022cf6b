"""Casts between the types and from and to arrays, explicit, by assignment, implicit and by calling the functions."""

from statements.case import Case, literal, quote
from statements.values import any_value, text

ELEMENTS = {"integer": "int4", "real": "float4", "double precision": "float8", "numeric": "numeric"}
ARRAYS = {
    "integer": "{} {1} {1,2,3} {0,0} {NULL} {1,NULL,2} {{1,2},{3,4}} {{1}} [0:1]={1,2} [-3:-1]={1,2,3} "
    "{2147483647,-2147483648} {16777217} {65520} {65504,0,-3}",
    "real": "{} {1} {1.5,2,3} {0,-0} {NULL} {NaN} {1,NaN} {Infinity} {1,-Infinity} {1,NULL,NaN} {{1,2}} {{{1}}} "
    "[2:3]={1,2} {3.4028235e38} {1e-45} {65504,65520} {65519.99} {6e-8,3e-8,2.9e-8} {1e-40}",
    "double precision": "{} {1} {1.5,2,3} {0,-0} {NULL} {NaN} {1,Infinity} {-Infinity} {1e39} {-1e300} {1e-46} "
    "{1e-300} {3.4028235e38} {3.4028235677973366e38} {3.4028236e38} {{1,2}} [5:5]={7} {65519.99,65504} {65520} "
    "{2.98023224e-08} {0.1,0.2} {1e-45}",
    "numeric": "{} {1} {1.5,2,3} {0} {NULL} {NaN} {1,NaN} {Infinity} {-Infinity} {1e39} {1e-50} {-1e400} "
    "{0.1,0.333333333333333333333333333} {{1,2}} [1:2]={1,2} {65520} {65519.99} {3.4028236e38} {1e-400} "
    "{1e130000} {123456789012345678901234567890}",
}
VALUES = {
    "vector": "[1] [1,2,3] [0] [0,0,0] [-0] [1,0,2,0] [65504,1] [65519.99] [65520] [-65520] [1e-8] [6e-8,3e-8] "
    "[3.4028235e38] [1e-45] [0.1,0.2]",
    "halfvec": "[1] [1,2,3] [0] [-0] [0,0,0] [1,0,2,0] [65504] [-65504] [6e-8] [0.1,0.2]",
    "sparsevec": "{1:1}/1 {1:1}/3 {}/1 {}/3 {}/16000 {}/16001 {16000:1}/16000 {16001:1}/16001 {1:1}/1000000000 "
    "{1:65504}/2 {1:65519.99}/2 {2:65520}/2 {1:1e-8}/1 {3:-1e-8}/3 {1:6e-8}/2 {1:3.4028235e38}/1 {2:1e-45}/2 "
    "{1:0.1,3:0.2}/4",
}
TYPMODS = ["", "(1)", "(2)", "(3)", "(4)"]


def cases(random, types):
    kinds = [name for name in types if name != "bit"]
    for name in kinds:
        yield from from_arrays(random, name)
        yield from to_arrays(random, name)
        for other in kinds:
            yield from between(name, other)
        yield from contexts(random, name)


def from_arrays(random, name):
    for element, arrays in ARRAYS.items():
        for array in arrays.split():
            value = f"{quote(array)}::{element}[]"
            yield Case(f"SELECT ({value})::{name}, {name}_send(({value})::{name})")
            yield Case(f"SELECT ({value})::{name}({random.randint(1, 4)})")
            yield Case(
                f"SELECT array_to_{name}({value}, {random.choice([-1, -1, 0, 1, 2, 3])}, "
                f"{random.choice(['true', 'false'])})"
            )
        for count in [15999, 16000, 16001]:
            filled = f"array_fill(1::{element}, ARRAY[{count}])"
            yield Case(f"SELECT md5({name}_send({filled}::{name}))")
            sparse = f"array_fill(0::{element}, ARRAY[{count}]) || 1::{element}"
            yield Case(f"SELECT md5({name}_send(({sparse})::{name}))")
    for other in [
        "ARRAY[1,2]::bigint[]",
        "ARRAY[1,2]::smallint[]",
        "ARRAY['1','2']",
        "ARRAY['1','2']::text[]",
        "ARRAY[true]",
        "'{1,2}'",
        "ARRAY[1.5,2]",
        "ARRAY[NULL]",
        "ARRAY[]",
        "1",
        "1.5",
        "'[1]'::jsonb::text",
        "ROW(1,2)",
        "B'101'",
        "NULL",
        "'1 2'::oidvector",
    ]:
        yield Case(f"SELECT ({other})::{name}")


def to_arrays(random, name):
    for value in VALUES[name].split():
        for element in ELEMENTS:
            yield Case(f"SELECT {literal(value, name)}::{element}[]")
        for function in ["vector_to_float4", "halfvec_to_float4"]:
            yield Case(
                f"SELECT {function}({literal(value, name)}, {random.choice([-1, 0, 1, 3])}, "
                f"{random.choice(['true', 'false'])})"
            )
    one = literal(text(name, ["1", "2"]), name)
    for use in [
        "array_length({}, 1)",
        "array_to_string({}, ';')",
        "unnest({})",
        "cardinality({})",
        "array_dims({}::real[])",
        "{} = ARRAY[1,2]::real[]",
        "ARRAY[1,2]::real[] = {}",
        "{} || 3::real",
        "array_append({}, 3)",
    ]:
        yield Case(f"SELECT {use.format(one)}")


def between(name, other):
    for value in VALUES[name].split():
        for typmod in TYPMODS:
            yield Case(f"SELECT {literal(value, name)}::{other}{typmod}")
        for typmod in [-1, 0, 1, 3]:
            function = f"{name}_to_{other}" if name != other else name
            yield Case(f"SELECT {function}({literal(value, name)}, {typmod}, false)")
        yield Case(f"SELECT {other}_send({literal(value, name)})")
        yield Case(
            f"CREATE TEMP TABLE t (v {other}(3)); INSERT INTO t VALUES ({literal(value, name)}); SELECT v FROM t"
        )
        yield Case(f"SELECT {literal(value, name)} = {literal(value, name)}::{other}")
    yield Case(f"SELECT NULL::{name}::{other}, pg_typeof(NULL::{name}::{other})")


def contexts(random, name):
    one = literal(text(name, ["1", "2"]), name)
    for use in [
        "{}::text",
        "{}::varchar(4)",
        "{}::char(3)",
        "{}::bit",
        "{}::integer",
        "{}::name",
        "to_json({})",
        "to_jsonb({})",
        "quote_literal({})",
        "format('%s', {})",
        "concat({})",
        "{} || 'x'::text",
        "pg_typeof({})",
        "pg_column_size({})",
        "ROW({}, 1)",
        "ARRAY[{}, NULL]",
        "ARRAY[{}]::text",
        "coalesce(NULL, {})",
        "nullif({0}, {0})",
        "greatest({0}, {0})",
        "CASE WHEN true THEN {} ELSE '[5]' END",
        "{0} IS DISTINCT FROM {0}",
        "{0} IN ({0}, NULL)",
        "{0} = ANY (ARRAY[{0}])",
        "{0} BETWEEN {0} AND {0}",
        "array_agg({})",
        "encode({1}_send({0}), 'hex')",
        "{1}_out({0})",
        "{1}_in('[1]', 0, -1)",
        "{1}_in('[1]', 0, 2)",
        "{1}_in(NULL, 0, -1)",
        "{1}_in('{{1:1}}/2', 0, 2)",
        "{1}_recv('x', 0, -1)",
        "row_to_json(ROW({}))",
        "jsonb_agg({})",
        "xmlelement(name a, {})",
        "length({})",
        "- {}",
        "+ {}",
        "{} + 1",
        "2 * {}",
        "{} / {}",
        "abs({})",
        "{} <-> 1",
        "{0} # {0}",
        "{0} @> {0}",
        "{0} ~ 'x'",
    ]:
        try:
            yield Case(f"SELECT {use.format(one, name)}")
        except IndexError:
            yield Case(f"SELECT {use.replace('{}', one)}")
    for array in [
        "{}",
        '{"[1,2]","[3]"}',
        '{NULL,"[1]"}',
        '{"[1,2"}',
        "{[1,2]}",
        '{{"[1]"},{"[2]"}}',
        '{"{1:1}/2"}',
        '{"{1:1/2"}',
    ]:
        yield Case(
            f"SELECT {quote(array)}::{name}[], ({quote(array)}::{name}[])[1], "
            f"array_send({quote(array)}::{name}[]) IS NULL"
        )
        yield Case(f"SELECT {quote(array)}::{name}(2)[]")
        yield Case(f"SELECT v FROM unnest({quote(array)}::{name}[]) v ORDER BY v")
    for value in ["[1,2]", "[1,2,3]", "[1", "{1:1}/2", ""]:
        yield Case(
            f"CREATE DOMAIN pair AS {name}(2) CHECK (VALUE IS NOT NULL); SELECT {quote(value)}::pair, "
            f"pg_typeof({quote(value)}::pair)"
        )
        yield Case(
            f"CREATE TEMP TABLE t (v {name}(2) DEFAULT {quote(value)}, g {name} GENERATED ALWAYS AS "
            f"(l2_normalize(v)) STORED); INSERT INTO t DEFAULT VALUES; SELECT * FROM t"
        )
        yield Case(f"SELECT * FROM json_populate_record(NULL::pg_temp.nothing, '{{}}')")
        if name == "vector":
            yield Case(f"SELECT pg_input_is_valid({quote(value)}, '{name}')")
    for _ in range(30):
        a, b = any_value(random, name), any_value(random, random.choice(["vector", "halfvec", "sparsevec"]))
        yield Case(f"SELECT v FROM (SELECT {a} UNION ALL SELECT {b}) t(v)")
        yield Case(f"SELECT {a} IN ({b}), coalesce({a}, {b})")
