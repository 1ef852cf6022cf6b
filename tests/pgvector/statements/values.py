"""Numbers and vectors for the statements: ordinary ones, the ends of the types, and what is no number at all."""

import math
import struct

from statements.case import literal

WHITE = ["", "", "", " ", "  ", "\t", "\n", "\r", "\v", "\f"]

# Ends of float4 and half: the largest, what rounds to it and what does not, the smallest normal and denormal numbers.
EDGES = (
    "0 -0 0.0 -0.0 1 -1 1e0 1E+2 +1 .5 5. -.5 0.1 3.4028235e38 3.4028235677973366e38 3.4028236e38 -3.4028236e38 "
    "1e39 -1e39 "
    "1e400 1e-45 7e-46 1e-46 1e-400 -1e-46 1.17549435e-38 1.4e-45 65504 65519.99 65520 65535 -65504 -65520 "
    "65519 6.1e-05 "
    "5.96e-08 2.98e-08 2.9e-08 2.98023224e-08 1e-8 -1e-8 16777217 2147483648 123456789.123456789 "
    "0.333333333333333333333333333333333333 0x10 0x1p3 0x 1_000 00012"
).split()
JUNK = (
    "nan NaN -nan +NaN inf -inf +inf Infinity -Infinity infinity nan(1) null NULL a 1a 1e 1e+ e5 -- +-1 1..2 "
    "1.2.3 . + - "
    "'1' \"1\" {1} (1) [1] 1f 1d \u0661 \uff11 \u00a01 TRUE 1/2 1:2 $1 \\1"
).split()


def float32(value):
    """The nearest float4, infinite beyond its range."""
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def half(value):
    try:
        return struct.unpack("e", struct.pack("e", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def number(random):
    """A number that every type can hold, as text."""
    kind = random.randrange(8)
    if kind < 2:
        return str(random.randint(-4, 4))
    if kind == 2:
        return "0"
    if kind == 3:
        return repr(round(random.gauss(0, 1), random.randint(1, 9)))
    if kind == 4:
        return repr(random.uniform(-100, 100))
    if kind == 5:
        return f"{random.gauss(0, 1):.3e}"
    if kind == 6:
        return repr(half(random.gauss(0, 10)))
    return repr(random.choice([0.5, 0.25, -0.125, 1e-3, 1e3, -2048.0]))


def wide_number(random):
    """A finite float4 of any exponent."""
    while True:
        value = struct.unpack("f", struct.pack("I", random.getrandbits(32)))[0]
        if math.isfinite(value):
            return repr(value)


def numbers(random, dim):
    return [number(random) for _ in range(dim)]


def rounded(type_name, elements):
    """What the type keeps of these numbers."""
    narrow = half if type_name == "halfvec" else float32
    return [narrow(float(element)) for element in elements]


def text(type_name, elements, random=None):
    """The text form; with a random source the zeros of a sparsevec may stand there or not, and white space anywhere."""
    white = (lambda: random.choice(WHITE)) if random and random.random() < 0.1 else (lambda: "")
    if type_name == "sparsevec":
        pairs = [
            f"{white()}{index}{white()}:{white()}{element}{white()}"
            for index, element in enumerate(elements, 1)
            if float(element) != 0 or (random and random.random() < 0.1)
        ]
        return f"{white()}{{{','.join(pairs)}}}{white()}/{white()}{len(elements)}{white()}"
    inside = ",".join(f"{white()}{element}{white()}" for element in elements)
    return f"{white()}[{inside}]{white()}"


def vector(random, type_name, dim, typmod=""):
    """A valid value as SQL."""
    return literal(text(type_name, numbers(random, dim), random), type_name + typmod)


def bits(random, length):
    return "".join(random.choice("01") for _ in range(length))


def any_value(random, type_name):
    """A value as SQL, now and then NULL."""
    if random.random() < 0.05:
        return f"NULL::{type_name}"
    if type_name == "bit":
        return f"B'{bits(random, random.choice([0, 1, 7, 8, 9, 31, 64, 100]))}'"
    return vector(random, type_name, random.choice([1, 1, 2, 3, 3, 3, 4, 8, 17]))
