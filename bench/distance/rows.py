"""Rows of every type, as COPY takes them in binary, and the shapes of them that are measured."""
import struct

import numpy


class Shape:
    """What a table holds: `sql` is the column's type with {schema}, `row(random)` gives a value's bytes on the wire."""

    def __init__(self, name, dims, sql, metrics, row, storage="PLAIN"):
        self.name, self.dims, self.sql, self.metrics = name, dims, sql, metrics
        self.row, self.storage = row, storage


DENSE_METRICS = ("<->", "<#>", "<=>", "<+>")
BIT_METRICS = ("<~>", "<%>")


def dense(number, dims):
    """The elements of a vector on the wire: dimensions, 0, big-endian numbers."""
    head = struct.pack(">hh", dims, 0)
    return lambda random: head + random.standard_normal(dims, numpy.float32).astype(number).tobytes()


def sparse(dims, pick_indices):
    """dimensions, elements, 0, indices, values."""
    def row(random):
        indices = pick_indices(random)
        values = random.standard_normal(len(indices), numpy.float32)
        values[values == 0] = 1
        return (struct.pack(">iii", dims, len(indices), 0) + indices.astype(">i4").tobytes() +
                values.astype(">f4").tobytes())
    return row


def some_of(dims, count):
    return lambda random: numpy.sort(random.choice(dims, count, replace=False))


def words(dims=30522, fewest=30, most=300):
    """As many elements as a text has after expansion by a model with BERT's vocabulary, frequent ones in most rows."""
    places = numpy.random.default_rng(11).permutation(dims)
    shares = numpy.cumsum(1.0 / (numpy.arange(dims) + 100.0))

    def pick(random):
        count = int(random.integers(fewest, most + 1))
        drawn = numpy.searchsorted(shares, random.random(4 * most) * shares[-1])
        different = numpy.sort(numpy.unique(drawn, return_index=True)[1])
        return numpy.sort(places[drawn[different[:count]]])
    return pick


def bits(dims):
    head = struct.pack(">i", dims)
    return lambda random: head + random.bytes(dims // 8)


def shapes(name, dims):
    """The shapes of a name at these dimensions; `text` has its own."""
    if name == "vector":
        return [Shape("vector", dims, f"{{schema}}.vector({dims})", DENSE_METRICS, dense(">f4", dims))]
    if name == "halfvec":
        return [Shape("halfvec", dims, f"{{schema}}.halfvec({dims})", DENSE_METRICS, dense(">f2", dims))]
    if name == "sparsevec":
        return [Shape("sparsevec, a quarter", dims, f"{{schema}}.sparsevec({dims})", DENSE_METRICS,
                      sparse(dims, some_of(dims, dims // 4)))]
    if name == "bit":
        return [Shape("bit", dims, f"bit({dims})", BIT_METRICS, bits(dims), "EXTENDED")]
    raise ValueError(f"no such type: {name}")


def extra_shapes(name):
    if name == "text":
        return [Shape("sparsevec, texts", 30522, "{schema}.sparsevec(30522)", DENSE_METRICS, sparse(30522, words())),
                Shape("sparsevec, all", 768, "{schema}.sparsevec(768)", DENSE_METRICS,
                      sparse(768, lambda random: numpy.arange(768)))]
    if name == "toast":
        return [Shape("vector, TOASTed", 1024, "{schema}.vector(1024)", ("<->",), dense(">f4", 1024), "EXTERNAL")]
    raise ValueError(f"no such type: {name}")


def copy_rows(connection, table, values):
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0))
        for start in range(0, len(values), 1000):
            copy.write(b"".join(struct.pack(">hi", 1, len(v)) + v for v in values[start:start + 1000]))
        copy.write(struct.pack(">h", -1))
