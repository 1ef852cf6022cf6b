"""SentencePiece model files, by a reader and a writer of just enough of their protobuf. Standard library only.

https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
"""

import pathlib
import struct

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE = 1, 2, 3, 4, 5, 6


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data):
    """(number, value) of a message: bytes, integers, or floats as their four bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 1:
            value, at = data[at : at + 8], at + 8
        elif key & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            value, at = data[at : at + 4], at + 4
        yield key >> 3, value


def parse_pieces(data):
    """[(piece, score, type)] in the order of their ids."""
    for number, value in fields(data):
        if number == 1:
            piece = dict(fields(value))
            yield piece.get(1, b"").decode(), struct.unpack("<f", piece.get(2, b"\0\0\0\0"))[0], piece.get(3, NORMAL)


def pieces(path):
    """The same of a file."""
    return parse_pieces(pathlib.Path(path).read_bytes())


def normalizer(path):
    """{"name", "charsmap", "add_dummy_prefix", "remove_extra_whitespaces"}"""
    for number, value in fields(pathlib.Path(path).read_bytes()):
        if number == 3:
            spec = dict(fields(value))
            return {"name": spec.get(1, b"").decode(), "charsmap": spec.get(2, b""),
                    "add_dummy_prefix": bool(spec.get(3, 1)), "remove_extra_whitespaces": bool(spec.get(4, 1))}
    return None


def number_bytes(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def field_bytes(number, value):
    """A field of a message: a string of bytes, an integer or a float."""
    if isinstance(value, float):
        return number_bytes(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, int):
        return number_bytes(number << 3) + number_bytes(value)
    return number_bytes(number << 3 | 2) + number_bytes(len(value)) + value


def model_bytes(vocabulary, charsmap, unk_id):
    """The file of a Unigram model: `vocabulary` is [(piece, score, type)]."""
    out = [field_bytes(1, field_bytes(1, piece.encode()) + field_bytes(2, float(score)) + field_bytes(3, kind))
           for piece, score, kind in vocabulary]
    out.append(field_bytes(2, field_bytes(3, 1) + field_bytes(40, unk_id)))
    out.append(field_bytes(3, field_bytes(1, b"nmt_nfkc") + field_bytes(2, charsmap)))
    return b"".join(out)
