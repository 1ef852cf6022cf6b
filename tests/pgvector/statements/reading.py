"""Text in and out, and type modifiers."""

from statements.case import Case, literal, quote
from statements.values import EDGES, JUNK, number, numbers, text, wide_number

SHAPES = {
    "dense": (
        "|[|]|[]|[ ]|[1|1]|1|[1,]|[,1]|[,]|[1,,2]|[1 2]|[1;2]|[[1]]|[1]]|[[1]|[1][2]|[1]x|x[1]|[1] [2]|{1,2}|"
        "(1,2)|[1,2|"
        "1,2]|[1,2],|[ 1 , 2 ]|  [1]  |[1]\n|\t[1]|\v[1]\f|[1\u00a0]|\u00a0[1]|[1]\u2003|[1,\n2]|[1,2]/2|"
        "{1:1}/2|[-]|[+]|"
        "[1,a]|[a]|[1,2a]|[NULL]|[1,null]|[nan]|[1,NaN]|[inf]|[1,-Infinity]|[1e39]|[1,4e38,2]|[ ,1]|[1, ]|null|"
        "[0x1]|[1]#"
    ).split("|"),
    "sparse": (
        "|{|}|{}|{}/|{}/0|{}/1|{}/-1|{}/-0|{}/+3|{}/a|{}/3a|{}/3 4|{}/ 3 |  {}/3|{ }/3|{} /3|{}/1.5|{}/1e1|"
        "{}/0x10|/3|{1:1}|"
        "{1:1}/|{1:1}/0|{1:1}/1|{1:1}/3|{2:1}/1|{1:1/3|1:1}/3|{1:1,}/3|{,1:1}/3|{1:1,,2:2}/3|{1:1 2:2}/3|"
        "{1:1;2:2}/3|{1}/3|"
        "{1:}/3|{:1}/3|{1::1}/3|{1:1:1}/3|{ 1 : 1 }/3|{1 :1,2: 2}/3|{1:1,2:2}/ 3|{1:1 , 2:2} / 3|{2:2,1:1}/3|"
        "{3:3,2:2,1:1}/3|"
        "{1:1,1:2}/3|{1:0}/3|{1:0,1:0}/3|{1:0,2:1}/3|{1:-0}/3|{1:1e-50}/3|{1:1,1:0}/3|{0:1}/3|{-1:1}/3|{-1:0}/3|"
        "{0:0}/3|"
        "{4:1}/3|{4:0}/3|{1.5:1}/3|{1e0:1}/3|{0x1:1}/3|{+1:1}/3|{a:1}/3|{1:a}/3|{1:nan}/3|{1:inf}/3|{1:-Infinity}/3|"
        "{1:1e39}/3|{1:NULL}/3|{NULL:1}/3|{1:1}/3x|{1:1}/3]|[1:1]/3|{1:1}/1000000000|{1:1}/1000000001|{}/1000000000|"
        "{}/1000000001|{}/2147483647|{}/2147483648|{}/9999999999999999999999|{}/-2147483648|{}/-2147483649|"
        "{1000000000:1}/1000000000|{1000000001:1}/1000000000|{2147483647:1}/3|{2147483648:1}/3|{-2147483648:1}/3|"
        "{-2147483649:1}/3|{4294967297:1}/3|{9223372036854775808:1}/3|{18446744073709551617:1}/3|"
        "{2147483648:1}/1000000000|"
        "{1:1}/3/3|{1:1}\n/3|{1:1}/\t3|\v{1:1}/3\f|{1:1}/3\u00a0|{{1:1}}/3|[1,2]|{1:2,3:4}/5|{1: 2,3 :4 }/5|"
        "{1:1}/ |{}/ |null|"
        "{1:1}//3|{1:1}3|{1:0x10}/3|{1:1.}/3|{1:.5}/3|{1:+1}/3|{1:--1}/3|{ 1:1}/3|{1:1 }/3|{\t1:1}/3|{1\n:1}/3"
    ).split("|"),
}
TYPMODS = (
    "0 1 2 3 -1 15999 16000 16001 1000000000 1000000001 2147483647 2147483648 -2147483648 99999999999 'a' '3' '' 1.5 "
)


def cases(random, types):
    for name in types:
        if name == "bit":
            continue
        sparse = name == "sparsevec"
        yield from literals(random, name, sparse)
        yield from typmods(random, name, sparse)
        yield from limits(name, sparse)
        yield from output(random, name, sparse)


def literals(random, name, sparse):
    for shape in SHAPES["sparse"] + SHAPES["dense"]:
        yield Case(f"SELECT {literal(shape, name)}, {name}_send({quote(shape)})")
    for edge in EDGES + JUNK:
        for form in ["{{1:{}}}/3", "{{2:1,3:{}}}/3"] if sparse else ["[{}]", "[1, {} ,2]"]:
            value = literal(form.format(edge), name)
            yield Case(f"SELECT {value}, {name}_send({value})")
    for edge in ["1", "0", "-1", "65504", "1e-50"]:
        for white in [" ", "\t", "\n", "\r", "\v", "\f", "\x1f", "\u00a0", "\u2003"]:
            for form in ["{{1:{w}{e}}}/2", "{{1:{e}{w}}}/2"] if sparse else ["[{w}{e}]", "[{e}{w}]"]:
                yield Case(f"SELECT {literal(form.format(w=white, e=edge), name)}")
    for _ in range(250):
        # One character of a valid value replaced, taken away or put in.
        valid = text(name, numbers(random, random.randint(1, 4)), random)
        place = random.randrange(len(valid) + 1)
        broken = valid[:place] + random.choice("[]{},:/ .-+e019ax\n") * random.randint(0, 1)
        broken += valid[place + random.randint(0, 1) :]
        yield Case(f"SELECT {literal(broken, name)}, {name}_send({quote(broken)})")


def output(random, name, sparse):
    for digits in [0, 3, -15]:
        for _ in range(15):
            values = [wide_number(random) if name != "halfvec" else number(random) for _ in range(3)]
            yield Case(f"SET LOCAL extra_float_digits = {digits}; SELECT {literal(text(name, values), name)}")
    for _ in range(150):
        make = number if name == "halfvec" or random.random() < 0.5 else wide_number
        value = literal(text(name, [make(random) for _ in range(random.randint(1, 9))], random), name)
        yield Case(f"SELECT {value}, {value}::text, {name}_send({value}), {value}::text::{name} = {value}")


def typmods(random, name, sparse):
    values = ["{1:1,2:2}/3", "{}/2", "{}/16000"] if sparse else ["[1]", "[1,2]", "[1,2,3]", "[]"]
    listed = [t for t in TYPMODS.split() if t] + [
        "1, 2",
        "'1', '2'",
        "NULL",
        "",
        "1, 1, 1",
        "x",
        "3::int",
        "'3 '",
        "' 3'",
    ]
    for typmod in listed:
        yield Case(f"SELECT format_type('{name}'::regtype, 3), NULL::{name}({typmod})")
        for value in values:
            yield Case(f"SELECT {literal(value, f'{name}({typmod})')}")
            yield Case(f"SELECT {literal(value, name)}::{name}({typmod})")
        yield Case(f"CREATE TEMP TABLE t (v {name}({typmod}))")
        yield Case(f"SELECT {name}_typmod_in(ARRAY[{quote(typmod)}]::cstring[])")
    for array in ["{}", "{{1,2}}", "{NULL}", "{1,NULL}", "{a}", "{3}"]:
        yield Case(f"SELECT {name}_typmod_in('{array}'::cstring[])")
    for typmod in [-2, -1, 0, 1, 2, 3, 16001, 2147483647, -2147483648]:
        for explicit in ["true", "false"]:
            for value in values[:2]:
                yield Case(f"SELECT {name}({literal(value, name)}, {typmod}, {explicit})")
    for value in values:
        for typmod in [1, 2, 3]:
            yield Case(
                f"CREATE TEMP TABLE t (v {name}({typmod}), w {name}({typmod})[]); "
                f"INSERT INTO t VALUES ({quote(value)}, ARRAY[{literal(value, name)}]); "
                f"SELECT v, w, format_type(atttypid, atttypmod) FROM t, pg_attribute WHERE attrelid = 't'::regclass "
                f"AND attname = 'v'"
            )


def limits(name, sparse):
    for count in [15999, 16000, 16001, 20000, 40000]:
        if sparse:
            pairs = f"string_agg(i || ':1', ',') || '}}/' FROM generate_series(1, {count}) i"
            for dim in [count, count - 1, 1000000000]:
                yield Case(
                    f"SELECT md5({name}_send(v::{name})) FROM (SELECT '{{' || "
                    f"{pairs.replace('FROM', f'|| {dim} AS v FROM')}) s"
                )
            yield Case(f"SELECT md5({name}_send(('{{}}/' || {count})::{name}))")
        else:
            yield Case(f"SELECT md5({name}_send(('[' || repeat('1,', {count} - 1) || '2]')::{name}))")
            yield Case(f"SELECT ('[' || repeat('1,', {count}) || ']')::{name}")
            yield Case(f"SELECT ('[' || repeat('1,', {count}) || 'a]')::{name}")
            yield Case(f"SELECT ('[' || repeat('1,', {count}))::{name}")
            yield Case(f"SELECT ('[' || repeat('1 ,', {count} - 1) || '2]')::{name}(3)")
