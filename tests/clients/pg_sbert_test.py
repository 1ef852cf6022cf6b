#!/usr/bin/env python3
"""The package pg-sbert of clients/python without any framework: installed from the checkout, and its
Embedder."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import psycopg
from checks import OWN_SCHEMA, Checks
from pg_sbert import BATCH_SIZE, Embedder
from psycopg_pool import ConnectionPool

SOURCE = pathlib.Path(__file__).parents[2] / "clients" / "python"
MODEL = "all-MiniLM-L6-v2"
PROMPTS = "tiny-prompts"
TEXTS = [
    "Reset your password",
    "Parcels arrive within three days",
    "",
    "naïve café 東京",
    "x" * 5000,
]


class VectorChecks(Checks):
    def equal(self, found, expected, what):
        """Without the numbers of a vector in the message."""
        self(found == expected, f"{what}: {str(found)[:200]} for {str(expected)[:200]}")


class Counted(psycopg.Cursor):
    """Notes the texts of each statement that embeds."""

    batches = []

    def execute(self, query, params=None, **options):
        if params:
            self.batches.append(params[0])
        return super().execute(query, params, **options)


def embed(connection, function, *arguments):
    """The answer of the server, without the package."""
    call = f'"{OWN_SCHEMA}".{function}({", ".join(["%s"] * len(arguments))})'
    return connection.execute(f"SELECT ({call})::real[]", arguments, binary=True).fetchone()[0]


def check_package(check):
    """pip installs it from the checkout alone; it has its types, and needs no framework."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            [*pip, "--no-build-isolation", "--no-deps", "--target", folder, SOURCE], check=True
        )
        check((pathlib.Path(folder) / "pg_sbert" / "py.typed").exists(), "py.typed is installed")
        code = "import pg_sbert, sys; print(pg_sbert.__file__, 'langchain_core' in sys.modules)"
        environment = {**os.environ, "PYTHONPATH": folder}
        found = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        )
        check.equal(
            found.stdout.decode().split(), [f"{folder}/pg_sbert/__init__.py", "False"], "import"
        )


def check_documents(check, connection):
    texts = [f"{TEXTS[i % 2]} {i}" for i in range(2 * BATCH_SIZE + 7)]
    with psycopg.connect(autocommit=True, cursor_factory=Counted) as counted:
        Counted.batches.clear()
        vectors = Embedder(counted, MODEL).embed_documents(texts)
    check.equal([len(batch) for batch in Counted.batches], [BATCH_SIZE, BATCH_SIZE, 7], "batches")
    for i in (0, 1, BATCH_SIZE - 1, BATCH_SIZE, len(texts) - 1):
        check.equal(vectors[i], embed(connection, "embed", texts[i], MODEL), f"document {i}")
    with contextlib.closing(Embedder("", MODEL, batch_size=2)) as embedder:
        expected = [embed(connection, "embed", text, MODEL) for text in TEXTS]
        check.equal(embedder.embed_documents(tuple(TEXTS)), expected, "odd texts")
        check.equal(embedder.embed_documents([]), [], "no documents")
        check.equal(embedder.embed_query(TEXTS[3]), expected[3], "a query")


def check_prompts(check, connection):
    with contextlib.closing(Embedder("", PROMPTS)) as embedder:
        document, query = (
            embed(connection, f"embed_{kind}", TEXTS[0], PROMPTS) for kind in ("document", "query")
        )
        check(document != query, "this model has prompts")
        check.equal(
            embedder.embed_documents(TEXTS[:1]), [document], "the model's prompt for documents"
        )
        check.equal(embedder.embed_query(TEXTS[0]), query, "the model's prompt for queries")
    with contextlib.closing(
        Embedder("", PROMPTS, document_prompt="", query_prompt="ask: ")
    ) as embedder:
        plain, asked = (
            embed(connection, "embed", TEXTS[0], PROMPTS, prompt) for prompt in ("", "ask: ")
        )
        check.equal(embedder.embed_documents(TEXTS[:1]), [plain], "no prompt")
        check.equal(embedder.embed_query(TEXTS[0]), asked, "a prompt of the caller's")
    for wrong in {"query_prompt": "query"}, {"model": MODEL, "batch_size": 0}:
        try:
            Embedder("", **wrong)
        except ValueError:
            check(True, "refused")
        else:
            raise AssertionError(f"{wrong}: accepted")


def check_sources(check, connection):
    """Every kind of source gives the same vector, whatever the search path is."""
    expected = embed(connection, "embed", TEXTS[0], MODEL)
    options = "options=-csearch_path=pg_catalog"
    with (
        psycopg.connect(options, autocommit=True) as given,
        ConnectionPool(options, min_size=1, max_size=2) as pool,
    ):
        url = "postgresql+psycopg:///?options=-csearch_path%3Dpg_catalog"
        for source in options, url, given, pool:
            embedder = Embedder(source, MODEL)
            check.equal(embedder.embed_query(TEXTS[0]), expected, f"by {source}")
            check.equal(embedder.schema, OWN_SCHEMA, f"by {source}: the schema")
            embedder.close()
        check(not given.closed and not pool.closed, "what was given is left open")
    default = Embedder(f"options='-c sbert.default_model={PROMPTS}'")
    check.equal(
        default.embed_query(TEXTS[0]),
        embed(connection, "embed_query", TEXTS[0], PROMPTS),
        "the default model",
    )
    default.close()


def check_connection(check, connection):
    """A connection of the object's own comes back after the server has ended it; threads share it."""
    with contextlib.closing(Embedder("application_name=mine", MODEL)) as embedder:
        expected = embedder.embed_documents(TEXTS[:2])
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(lambda _: embedder.embed_documents(TEXTS[:2]), range(12)))
        check.equal(found, [expected] * 12, "by threads")
        mine = "FROM pg_stat_activity WHERE application_name = 'mine'"
        check.equal(
            connection.execute(f"SELECT count(*) {mine}").fetchone(), (1,), "one connection"
        )
        connection.execute(f"SELECT pg_terminate_backend(pid, 10000) {mine}")
        check.equal(embedder.embed_documents(TEXTS[:2]), expected, "after the server ended it")
    with psycopg.connect() as given:
        embedder = Embedder(given, MODEL)
        given.execute("CREATE TEMP TABLE kept AS SELECT 1")
        with check.refused("42704", "a model that is not there"):
            Embedder(given, "no-such-model").embed_query("x")
        check.equal(embedder.embed_query(TEXTS[0]), expected[0], "after an error")
        check.equal(
            given.execute("SELECT count(*) FROM kept").fetchone(), (1,), "the caller's transaction"
        )
        given.rollback()
        check.equal(embedder.embed_query(TEXTS[0]), expected[0], "without a transaction")
        idle = psycopg.pq.TransactionStatus.IDLE
        check.equal(given.info.transaction_status, idle, "none was left open")


def check_missing(check):
    with contextlib.closing(Embedder("dbname=template1", MODEL)) as embedder:
        with check.refused("42704", "no extension"):
            embedder.embed_query("x")


def import_model(server):
    """A model with prompts: the tiny BERT of the goldens with the files of the regression tests."""
    tests = SOURCE.parents[1] / "tests"
    folder = pathlib.Path(os.environ["PGHOST"]) / "models"
    with tempfile.TemporaryDirectory() as made:
        for part in "golden/pipelines/base", "regress/prompts":
            subprocess.run(["cp", "-R", f"{tests / part}/.", made], check=True)
        folder.mkdir()
        out = folder / f"{PROMPTS}.sbert"
        subprocess.run(
            [os.environ["SBERT_COMMAND"], "import", made, "--name", PROMPTS, "--out", out],
            check=True,
        )
    server.execute("LOAD 'sbert'")
    server.execute(psycopg.sql.SQL("ALTER SYSTEM SET sbert.model_path = {}").format(str(folder)))
    server.execute("SELECT pg_reload_conf()")


def main():
    check = VectorChecks()
    check_package(check)
    with psycopg.connect(autocommit=True) as server:
        import_model(server)
        server.execute(f'CREATE SCHEMA "{OWN_SCHEMA}"')
        server.execute(f'CREATE EXTENSION sbert SCHEMA "{OWN_SCHEMA}"')
    with psycopg.connect(autocommit=True) as connection:
        check_documents(check, connection)
        check_prompts(check, connection)
        check_sources(check, connection)
        check_connection(check, connection)
    check_missing(check)
    print(f"pg-sbert: {check.count} checks passed")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as failure:
        sys.exit(f"FAILED: {failure}")
