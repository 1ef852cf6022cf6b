"""One statement that both sides run, and how their answers are compared."""

from dataclasses import dataclass


@dataclass
class Case:
    sql: str
    # Absolute difference that sums in another order may make; None: every byte is the same.
    tolerance: float | None = None
    # Binary values for $1, $2 ..., each with its type's name in the side's own schema.
    binary: tuple = ()
    # Bytes for COPY FROM STDIN: `sql` is a list then: set-up, the COPY, and what is read afterwards.
    copy: bytes | None = None


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def literal(text, type_name):
    return f"{quote(text)}::{type_name}"
