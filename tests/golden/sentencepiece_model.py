"""What a SentencePiece model file holds, by a reader of just enough of its protobuf. Standard library only.

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


def pieces(path):
    """[(piece, score, type)] in the order of their ids."""
    for number, value in fields(pathlib.Path(path).read_bytes()):
        if number == 1:
            piece = dict(fields(value))
            yield piece.get(1, b"").decode(), struct.unpack("<f", piece.get(2, b"\0\0\0\0"))[0], piece.get(3, NORMAL)


def normalizer(path):
    """{"name", "charsmap", "add_dummy_prefix", "remove_extra_whitespaces"}"""
    for number, value in fields(pathlib.Path(path).read_bytes()):
        if number == 3:
            spec = dict(fields(value))
            return {"name": spec.get(1, b"").decode(), "charsmap": spec.get(2, b""),
                    "add_dummy_prefix": bool(spec.get(3, 1)), "remove_extra_whitespaces": bool(spec.get(4, 1))}
    return None
