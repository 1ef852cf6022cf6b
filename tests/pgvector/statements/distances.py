"""Distances by function and by operator, norms, and bits. The tolerance is a millionth of the terms' magnitudes."""

import math

from statements.case import Case, literal
from statements.values import bits, numbers, rounded, text

SHARE = 1e-6
METRICS = {
    "l2": ("<->", "l2_distance"),
    "ip": ("<#>", "inner_product"),
    "cosine": ("<=>", "cosine_distance"),
    "l1": ("<+>", "l1_distance"),
}
# Where sums overflow, vanish, or have no direction: these answer with Infinity, NaN or 0, each side the same one.
EXTREMES = [
    ([0.0], [0.0]),
    ([0.0, 0.0], [1.0, 1.0]),
    ([1e-30], [1e-30]),
    ([1e-45], [1e-45]),
    ([3e38], [-3e38]),
    ([3e38], [3e38]),
    ([3e38, 3e38], [3e38, 3e38]),
    ([1e20], [1e20]),
    ([1e20, 1.0], [0.0, 1.0]),
    ([2e19], [1e19]),
    ([-1.0], [1.0]),
    ([1.0], [1.0]),
    ([1e-20, 0.0], [1e-20, 0.0]),
    ([1e19, 1e19, 1e19], [1e19, 1e19, 1e19]),
    ([1e-23], [1e23]),
    ([60000.0], [60000.0]),
    ([60000.0] * 70, [60000.0] * 70),
    ([65504.0], [-65504.0]),
    ([6e-8], [6e-8]),
    ([6e-8], [0.0]),
]


def magnitude(metric, a, b):
    products = math.fsum(abs(x * y) for x, y in zip(a, b))
    if metric == "ip":
        return products
    if metric == "cosine":
        norms = math.hypot(*a) * math.hypot(*b)
        return 1 + (products / norms if norms > 0 else 0)
    if metric == "l1":
        return math.fsum(abs(x - y) for x, y in zip(a, b))
    return math.dist(a, b)


def internal_functions(name):
    yield f"{name}_l2_squared_distance", lambda a, b: math.dist(a, b) ** 2
    yield f"{name}_negative_inner_product", lambda a, b: magnitude("ip", a, b)


def pair(random, name):
    dim = random.choice([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 384])
    a, b = numbers(random, dim), numbers(random, dim)
    if random.random() < 0.1:
        b = a
    if name == "sparsevec":
        a = [x if random.random() < 0.4 else "0" for x in a]
        b = [x if random.random() < 0.4 else "0" for x in b]
    return a, b


def cases(random, types):
    for name in types:
        if name == "bit":
            yield from bit_cases(random)
        else:
            yield from ordinary(random, name)
            yield from refused(random, name)
            yield from extremes(name)
            yield from norms(random, name)


def ordinary(random, name):
    for _ in range(60):
        a, b = pair(random, name)
        left, right = literal(text(name, a), name), literal(text(name, b), name)
        x, y = rounded(name, a), rounded(name, b)
        for metric, (operator, function) in METRICS.items():
            tolerance = SHARE * magnitude(metric, x, y)
            yield Case(f"SELECT {left} {operator} {right}", tolerance)
            yield Case(f"SELECT {function}({left}, {right})", tolerance)
        for function, scale in internal_functions(name):
            yield Case(f"SELECT {function}({left}, {right})", SHARE * scale(x, y))
    if name != "sparsevec":
        # Away from the ends of acos(), where it magnifies the last bit.
        for a in ["[1,0]", "[0.6,0.8]", "[0.8,-0.6]", "[0,1]", "[-0.6,0.8]"]:
            yield Case(f"SELECT {name}_spherical_distance('[0.28,0.96]'::{name}, {literal(a, name)})", SHARE)
        for a, b in [
            ("[1]", "[1]"),
            ("[1]", "[-1]"),
            ("[2]", "[2]"),
            ("[2]", "[-2]"),
            ("[0]", "[1]"),
            ("[1,2]", "[1]"),
        ]:
            yield Case(f"SELECT {name}_spherical_distance({literal(a, name)}, {literal(b, name)})")
    for dim in [1000, 2000]:
        both = f"SELECT array_agg(sin(i * %d))::vector::{name} FROM generate_series(1, {dim}) i"
        for operator, _ in METRICS.values():
            yield Case(f"SELECT ({both % 1}) {operator} ({both % 2})", SHARE * dim)


def refused(random, name):
    """Other dimensions, other types, NULLs."""
    for operator, function in METRICS.values():
        for a, b in [(1, 2), (3, 2), (8, 9), (1, 100)]:
            left = literal(text(name, numbers(random, a)), name)
            right = literal(text(name, numbers(random, b)), name)
            yield Case(f"SELECT {left} {operator} {right}")
            yield Case(f"SELECT {function}({left}, {right})")
        one = literal(text(name, ["1", "2"]), name)
        for other in [
            f"NULL::{name}",
            "NULL",
            "'[1,2]'",
            "'{1:1}/2'",
            "ARRAY[1,2]",
            "ARRAY[1,2]::real[]",
            "1",
            "'[1'",
            "B'10'",
        ]:
            yield Case(f"SELECT {one} {operator} {other}")
            yield Case(f"SELECT {function}({other}, {one})")
    for one in ["vector", "halfvec", "sparsevec"]:
        left = literal(text(name, ["1", "2"]), name)
        right = literal(text(one, ["3", "5"]), one)
        for operator, function in METRICS.values():
            yield Case(
                f"SELECT round(({left} {operator} {right})::numeric, 5), round({function}({left}, {right})::numeric, 5)"
            )
            yield Case(
                f"SELECT round(({right} {operator} {left})::numeric, 5), round({function}({right}, {left})::numeric, 5)"
            )


def extremes(name):
    for a, b in EXTREMES:
        left, right = literal(text(name, a), name), literal(text(name, b), name)
        for metric, (operator, function) in METRICS.items():
            x, y = rounded(name, a), rounded(name, b)
            finite = all(map(math.isfinite, x + y))
            yield Case(f"SELECT {left} {operator} {right}", SHARE * magnitude(metric, x, y) if finite else None)
        for function, scale in internal_functions(name):
            yield Case(f"SELECT {function}({left}, {right})", SHARE * scale(x, y) if finite else None)


def norms(random, name):
    norm = "vector_norm" if name == "vector" else "l2_norm"
    listed = [a for a, _ in EXTREMES] + [list(map(float, pair(random, name)[0])) for _ in range(40)]
    for elements in listed:
        value = literal(text(name, elements), name)
        kept = rounded(name, elements)
        length = math.hypot(*kept)
        yield Case(f"SELECT {norm}({value})", SHARE * length if math.isfinite(length) else None)
        yield Case(f"SELECT l2_normalize({value})", SHARE if length > 0 else None)
        for function in ["vector_dims", "vector_norm", "l2_norm", "binary_quantize"]:
            yield Case(
                f"SELECT {function}({value})", SHARE * length if "norm" in function and length < math.inf else None
            )
    for function in ["vector_dims", norm, "l2_normalize", "binary_quantize"]:
        for value in [f"NULL::{name}", "NULL", "'[1,2]'", "ARRAY[1,2]", "1", "B'1'"]:
            yield Case(f"SELECT {function}({value})")


def bit_cases(random):
    for _ in range(150):
        length = random.choice([0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 100, 128, 1000])
        a = bits(random, length)
        b = random.choice([a, bits(random, length), "0" * length, "1" * length])
        for kind in ["bit", "varbit"]:
            left, right = (f"B'{x}'" + ("::varbit" if kind == "varbit" else "") for x in (a, b))
            yield Case(f"SELECT {left} <~> {right}, hamming_distance({left}, {right})")
            yield Case(f"SELECT {left} <%> {right}, jaccard_distance({left}, {right})")
    for a, b in [("", "1"), ("1", "11"), ("10101010", "101010101"), ("0", ""), ("1" * 65, "1" * 64)]:
        for call in [
            "B'{}' <~> B'{}'",
            "B'{}' <%> B'{}'",
            "hamming_distance(B'{}', B'{}')",
            "jaccard_distance(B'{}', B'{}')",
        ]:
            yield Case(f"SELECT {call.format(a, b)}")
    for call in [
        "B'1' <~> NULL",
        "B'1' <%> '1'",
        "'1' <~> '1'",
        "'2' <~> B'1'",
        "hamming_distance('101', '110')",
        "B'1'::bit(5) <~> B'1'::bit(3)",
        "B'10110'::bit(3) <%> B'111'::bit(3)",
        "X'FF' <~> X'0F'",
        "1::bit(64) <~> (-1)::bit(64)",
        "repeat('1', 100000)::varbit <~> repeat('01', 50000)::varbit",
        "repeat('1', 100000)::varbit <%> repeat('01', 50000)::varbit",
        "binary_quantize('[1,-1,0]'::vector) <~> B'111'",
    ]:
        yield Case(f"SELECT {call}")
