"""One of the two extensions to send statements to, and how two answers are compared."""

import re
from dataclasses import dataclass

import psycopg
from psycopg.pq import ExecStatus

NUMBER = re.compile(rb"-?(?:\d[\d.]*(?:e[-+]?\d+)?)")


@dataclass
class Answer:
    sqlstate: str | None = None
    message: str = ""
    columns: tuple = ()
    rows: tuple = ()

    def __str__(self):
        if self.sqlstate:
            return f"{self.sqlstate} {self.message}"
        return (
            " | ".join(", ".join("NULL" if cell is None else repr(cell)[1:] for cell in row) for row in self.rows)
            or "no rows"
        )


class Side:
    """A connection where only one extension's schema is in the search_path."""

    def __init__(self, database, schema):
        self.connection = psycopg.connect(dbname=database, autocommit=True)
        self.connection.execute("SELECT set_config('search_path', %s, false)", [schema])
        self.raw = self.connection.pgconn
        self.oids = dict(
            self.connection.execute(
                "SELECT typname, oid FROM pg_type WHERE typnamespace = %s::regnamespace", [schema]
            ).fetchall()
        )

    def run(self, case):
        self.raw.exec_(b"BEGIN")
        try:
            return answer(self.result(case))
        finally:
            self.raw.exec_(b"ROLLBACK")

    def result(self, case):
        if case.copy is not None:
            return self.copy(case)
        if not case.binary:
            return self.raw.exec_(case.sql.encode())
        missing = [name for name, _ in case.binary if name not in self.oids]
        if missing:
            return self.raw.exec_(f"SELECT NULL::{missing[0]}".encode())
        return self.raw.exec_params(
            case.sql.encode(),
            [value for _, value in case.binary],
            [self.oids[name] for name, _ in case.binary],
            [1] * len(case.binary),
            1,
        )

    def copy(self, case):
        """Set-up, COPY FROM STDIN, question; the first that fails is the answer."""
        *before, copy, question = case.sql
        for statement in [*before, copy]:
            result = self.raw.exec_(statement.encode())
            if result.status == ExecStatus.FATAL_ERROR:
                return result
        self.raw.put_copy_data(case.copy)
        self.raw.put_copy_end()
        result = self.raw.get_result()
        while (more := self.raw.get_result()) is not None:
            result = more
        return result if result.status == ExecStatus.FATAL_ERROR else self.raw.exec_(question.encode())


def answer(result):
    if result.status == ExecStatus.FATAL_ERROR:
        field = psycopg.pq.DiagnosticField
        return Answer(result.error_field(field.SQLSTATE).decode(), result.error_field(field.MESSAGE_PRIMARY).decode())
    return Answer(
        columns=tuple(result.fname(column) for column in range(result.nfields)),
        rows=tuple(
            tuple(result.get_value(row, column) for column in range(result.nfields)) for row in range(result.ntuples)
        ),
    )


def same(theirs, ours, tolerance):
    if theirs.sqlstate or ours.sqlstate:
        return theirs.sqlstate == ours.sqlstate
    if (theirs.columns, theirs.rows) == (ours.columns, ours.rows):
        return True
    if tolerance is None or theirs.columns != ours.columns or len(theirs.rows) != len(ours.rows):
        return False
    return all(near(a, b, tolerance) for left, right in zip(theirs.rows, ours.rows) for a, b in zip(left, right))


def near(a, b, tolerance):
    """The same text but for numbers, which may differ by so much."""
    if a is None or b is None:
        return a is b
    if NUMBER.sub(b"#", a) != NUMBER.sub(b"#", b):
        return False
    numbers = zip(NUMBER.findall(a), NUMBER.findall(b))
    return all(x == y or abs(float(x) - float(y)) <= tolerance for x, y in numbers)
