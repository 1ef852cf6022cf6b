"""The wire's binary forms: parameters, COPY into columns with type modifiers, and what send gives back."""

import struct

from statements.case import Case, quote
from statements.values import numbers, rounded, text

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
FLOATS = [0x00000000, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00001, 0x7F7FFFFF, 1, 0x80000001, 0x3F800000]
HALVES = [0x0000, 0x8000, 0x7C00, 0xFC00, 0x7E00, 0xFE01, 0x7BFF, 0x0001, 0x8001, 0x3C00]
INTEGERS = [0, 1, 2, 3, 4, 5, -1, -2, 16000, 16001, 1000000000, 1000000001, 2147483647, -2147483648, 65536]


def dense(elements, dim=None, unused=0, code="f"):
    dim = len(elements) if dim is None else dim
    return struct.pack(f"!HH{len(elements)}{code}", dim & 0xFFFF, unused & 0xFFFF, *elements)


def sparse(dim, indices, values, nnz=None, unused=0):
    nnz = len(indices) if nnz is None else nnz
    return struct.pack(f"!iii{len(indices)}i{len(values)}f", dim, nnz, unused, *indices, *values)


def cases(random, types):
    for name in types:
        if name != "bit":
            for message in messages(random, name):
                yield from uses(random, name, message)


def uses(random, name, message):
    yield Case(f"SELECT $1, {name}_send($1)", binary=((name, message),))
    typmod = random.choice(["", "", "(1)", "(2)", "(3)", "(4)"])
    field = struct.pack("!hi", 1, len(message)) + message
    yield Case(
        [
            f"CREATE TEMP TABLE c (v {name}{typmod})",
            "COPY c FROM STDIN (FORMAT binary)",
            f"SELECT {name}_send(v) FROM c",
        ],
        copy=COPY_HEADER + field + struct.pack("!h", -1),
    )


def messages(random, name):
    valid = []
    for dim in [1, 2, 3, 3, 3, 8, 100]:
        values = rounded(name, numbers(random, dim))
        if name == "sparsevec":
            kept = [(i, v) for i, v in enumerate(values) if v != 0]
            valid.append(sparse(dim, [i for i, _ in kept], [v for _, v in kept]))
        else:
            valid.append(dense(values, code="e" if name == "halfvec" else "f"))
    yield from valid
    for message in valid[:5]:
        for cut in {0, 1, 2, 3, 4, 6, 8, 12, len(message) // 2, len(message) - 1}:
            yield message[: min(cut, len(message) - 1)]
        yield message + b"\0"
        yield message + message
    for _ in range(60):
        broken = bytearray(random.choice(valid[:5]))
        broken[random.randrange(min(len(broken), 24))] = random.choice([0, 1, 2, 127, 128, 255, random.randrange(256)])
        yield bytes(broken)
    yield from sparse_messages() if name == "sparsevec" else dense_messages(name)


def dense_messages(name):
    code, ends = ("H", HALVES) if name == "halfvec" else ("I", FLOATS)
    for end in ends:
        yield dense([end], code=code)
        yield dense([ends[-1], end, ends[-1]], code=code)
    for dim in [0, -1, 1, 2, 4, 16000, 16001, 32767, -32768]:
        yield dense([1.0] * 3, dim=dim, code=code.replace("H", "e").replace("I", "f"))
    for unused in [1, -1, 256, 32767, -32768]:
        yield dense([ends[-1]], unused=unused, code=code)
    for dim in [15999, 16000, 16001]:
        yield dense([ends[-1]] * dim, code=code)


def sparse_messages():
    for end in FLOATS:
        value = struct.unpack("!f", struct.pack("!I", end))[0]
        yield sparse(3, [1], [value])[:-4] + struct.pack("!I", end)
        yield sparse(3, [0, 2], [1.0, value])[:-4] + struct.pack("!I", end)
    for number in INTEGERS:
        yield sparse(number, [], [])
        yield sparse(number, [0], [1.0])
        yield sparse(3, [0, 1], [1.0, 2.0], nnz=number)
        yield sparse(3, [0], [1.0], unused=number)
        yield sparse(3, [number], [1.0])
        yield sparse(1000000000, [number], [1.0])
        yield sparse(3, [1, number], [1.0, 2.0])
    for indices in [[0, 1, 2], [2, 1, 0], [0, 0], [1, 1, 2], [0, 2, 1], [2, 2, 2], [0, 1, 2, 3], [-1, 0], [0, 1, 3]]:
        yield sparse(3, indices, [1.0] * len(indices))
    for count in [15999, 16000, 16001]:
        yield sparse(count, list(range(count)), [1.0] * count)
        yield sparse(1000000000, list(range(count)), [1.0] * count)
