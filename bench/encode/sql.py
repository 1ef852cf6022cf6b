"""embed() in SQL: through one connection and through two, row by row and in arrays, on a server of its own.

The server is that of the PG* variables. Each backend is pinned to a core. A figure is what the client sees: one
statement that encodes every text of a table and returns one row.
"""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

ROWS = "SELECT count(embed(t)) FROM {table}"
ARRAYS = "SELECT sum(cardinality(embed(t))) FROM {table}"
SETTINGS = "SET max_parallel_workers_per_gather = 0; SET jit = off; SET sbert.truncation = silent"


def connect(core):
    connection = psycopg.connect(autocommit=True)
    connection.execute(SETTINGS)
    pid = connection.info.backend_pid
    subprocess.run(["taskset", "-cp", str(core), str(pid)], stdout=subprocess.DEVNULL, check=True)
    return connection


class Sql:
    def __init__(self, cores):
        with psycopg.connect(autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS sbert")
            self.version = connection.info.parameter_status("server_version").split()[0]
        self.connections = [connect(core) for core in cores]
        self.threads = ThreadPoolExecutor(len(cores))

    def load(self, name, texts, batches):
        """One table a batch size: a text a row, or an array of that many."""
        with self.connections[0].cursor() as cursor:
            for batch in batches:
                cursor.execute(f"CREATE TABLE {name}_{batch} (t text{'[]' if batch > 1 else ''})")
                chunks = [texts[i : i + batch] for i in range(0, len(texts), batch)]
                rows = [(chunk,) if batch > 1 else (chunk[0],) for chunk in chunks]
                cursor.executemany(f"INSERT INTO {name}_{batch} VALUES (%s)", rows)
            cursor.execute("VACUUM ANALYZE")

    def measure(self, model, table, batch, count, connections):
        """Seconds until every connection has encoded all `count` texts."""
        statement = (ROWS if batch == 1 else ARRAYS).format(table=f"{table}_{batch}")

        def run(connection):
            done = connection.execute(statement).fetchone()[0]
            assert done == count, f"{statement}: {done} of {count}"

        used = self.connections[:connections]
        for connection in used:
            connection.execute("SELECT set_config('sbert.default_model', %s, false)", (model,))
            connection.execute("SELECT embed(repeat('warm up ', 200))")
        start = time.perf_counter()
        list(self.threads.map(run, used))
        return time.perf_counter() - start


def available_cores(core):
    """`core` for the first connection, another for the second where there is one."""
    others = [other for other in sorted(os.sched_getaffinity(0)) if other != core]
    return [core] + others[:1]
