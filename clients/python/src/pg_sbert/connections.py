"""Where connections come from: a pool of the caller's, a connection of the caller's, or one of our own."""

import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import psycopg


class Pool(Protocol):
    """What is asked of a psycopg_pool.ConnectionPool: a connection for the length of a `with`."""

    def connection(self) -> AbstractContextManager[psycopg.Connection[Any]]: ...


class Given:
    """A connection that stays the caller's. One thread at a time: transaction blocks must not cross."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        with self._lock:
            yield self._connection


class Own:
    """One connection, opened when first asked for, and again if the server has ended it."""

    def __init__(self, conninfo: str) -> None:
        # SQLAlchemy's URLs name the driver: postgresql+psycopg://.
        self._conninfo = re.sub(r"^(postgres|postgresql)\+\w+://", r"\1://", conninfo)
        self._connection: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        with self._lock:
            if self._connection is None or not is_alive(self._connection):
                self._connection = psycopg.connect(
                    self._conninfo, autocommit=True, fallback_application_name="pg_sbert"
                )
            yield self._connection

    def close(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """The server ends a connection without a word to a client that is not reading: only a question finds out."""
    try:
        connection.execute("")
    except psycopg.OperationalError:
        connection.close()
        return False
    return True
