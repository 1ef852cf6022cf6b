"""What the tests of the frameworks share: notes to search by meaning, and a database that holds the
extension sbert and no other, because a framework creates the extension `vector` by itself.

Where the server's extension `vector` is pgvector itself, sbert is in a schema of its own and only
computes embeddings: the same checks on the original.
"""

import contextlib
import os
import pathlib
import subprocess
import sys

import psycopg
from checks import OWN_SCHEMA, Checks, uses_index
from psycopg import sql

MODEL = "all-MiniLM-L6-v2"
DIMENSIONS = 384

# Topic and text. Of each topic one answers its question.
NOTES = [
    ("visit", "The museum is closed on Mondays"),
    ("visit", "Dogs have to wait at the entrance"),
    ("visit", "The cafe on the second floor serves lunch until three"),
    ("visit", "Photographs are allowed, but no tripods"),
    ("order", "Parcels arrive within three days"),
    ("order", "You can pay by card or by invoice"),
    ("order", "Unopened goods may be sent back for a refund"),
    ("order", "Gift wrapping costs two euros"),
    ("account", "Reset your password in the account settings"),
    ("account", "Invoices are sent to the address in your profile"),
    ("account", "Two-factor login can be turned on by the administrator"),
    ("account", "An account without any activity is removed after a year"),
]
TOPICS = [topic for topic, _ in NOTES]
TEXTS = [text for _, text in NOTES]
QUESTION, ANSWER = "I forgot my login", TEXTS[8]
ORDER_QUESTION, ORDER_ANSWER = "How long does shipping take?", TEXTS[4]


class Database:
    """The test's own database. Sessions prefer an index to a scan and a sort, few as the rows are,
    and the plans of their statements are in the server's log."""

    def __init__(self, name):
        self.name = name
        self.connection = psycopg.connect(dbname=name, autocommit=True)
        settings = self.connection.execute("SELECT current_setting('unix_socket_directories')")
        self._log = settings.fetchone()[0] + "/log"
        self._explains = self._load_auto_explain()

    def close(self):
        self.connection.close()

    def url(self, driver=None):
        """For SQLAlchemy; everything else is in the variables PGHOST, PGPORT, PGUSER."""
        return f"postgresql{'+' + driver if driver else ''}:///{self.name}"

    def indexes(self, method):
        """The names of the indexes with that access method, in any schema."""
        rows = self.connection.execute(
            "SELECT quote_ident(c.relname) FROM pg_class AS c JOIN pg_am AS a ON a.oid = c.relam"
            " WHERE a.amname = %s AND c.relkind = 'i' ORDER BY 1",
            [method],
        )
        return [row[0] for row in rows]

    @contextlib.contextmanager
    def uses(self, check, method, what):
        """There is one index of that access method, and a statement of the framework within reads
        it. A plan is logged when the portal is closed: with psycopg 3 at the next statement or at
        the transaction's end."""
        names = self.indexes(method)
        check.equal(len(names), 1, f"{what}: indexes by {method}, {names}")
        start = os.path.getsize(self._log)
        yield
        if self._explains:
            with open(self._log, encoding="utf-8", errors="replace") as log:
                log.seek(start)
                plans = log.read()
            check(uses_index(plans, names[0]), f"{what}: {names[0]} is used: {plans}")

    def _load_auto_explain(self):
        """The wheel's server, which has pgvector, lacks this module: there nobody sees plans."""
        settings = {
            "enable_seqscan": "off",
            "enable_sort": "off",
            "enable_bitmapscan": "off",
            "jit": "off",
        }
        try:
            self.connection.execute("LOAD 'auto_explain'")
            settings |= {"session_preload_libraries": "auto_explain"}
            settings |= {"auto_explain.log_min_duration": "0"}
        except psycopg.errors.UndefinedFile:
            print("no auto_explain in this server: whether indexes are used is not checked")
        for name, value in settings.items():
            statement = sql.SQL("ALTER DATABASE {} SET {} = {}")
            parts = sql.Identifier(self.name), sql.SQL(name), sql.Literal(value)
            self.connection.execute(statement.format(*parts))
        return "session_preload_libraries" in settings


def check_types(check, module):
    """mypy finds nothing in pg_sbert.MODULE, with the types of the framework's own package."""
    prefix = pathlib.Path(sys.prefix)
    command = [
        prefix / "bin" / "mypy",
        "--strict",
        f"--cache-dir={prefix.parent}/mypy",
        "-m",
        f"pg_sbert.{module}",
    ]
    found = subprocess.run(command, capture_output=True, text=True)
    check.equal((found.returncode, found.stderr), (0, ""), f"mypy: {found.stdout}")


def vector_of(server):
    """Whose extension `vector` the server has."""
    found = server.execute(
        "SELECT coalesce(requires @> '{sbert}', false) FROM pg_available_extension_versions"
        " WHERE name = 'vector' LIMIT 1"
    ).fetchone()
    if found is None:
        print("SKIPPED: the server has no extension vector (./run install vector)")
        sys.exit(77)
    return "pg_sbert" if found[0] else "pgvector"


@contextlib.contextmanager
def database(server, schema):
    name = f"frameworks_{os.getpid()}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        with contextlib.closing(psycopg.connect(dbname=name, autocommit=True)) as connection:
            create = sql.SQL("CREATE SCHEMA IF NOT EXISTS {0}; CREATE EXTENSION sbert SCHEMA {0}")
            connection.execute(create.format(sql.Identifier(schema)))
        with contextlib.closing(Database(name)) as found:
            yield found
    finally:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main(test):
    """Runs test(check, database)."""
    check = Checks()
    with psycopg.connect("", autocommit=True) as server:
        owner = vector_of(server)
        schema = "public" if owner == "pg_sbert" else OWN_SCHEMA
        try:
            with database(server, schema) as found:
                test(check, found)
        except AssertionError as failure:
            sys.exit(f"FAILED: {failure}")
    print(f"extension vector of {owner}: {check.count} checks passed")
