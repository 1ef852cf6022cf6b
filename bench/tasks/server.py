"""Our side: one connection, its backend pinned to a core."""
import os

import psycopg
from psycopg.rows import dict_row

import clock
from contender import copy_vectors


class Server:
    def __init__(self, core):
        self.connection = psycopg.connect(autocommit=True, prepare_threshold=None)
        self.connection.execute("CREATE EXTENSION sbert")
        self.backend = self.connection.info.backend_pid
        os.sched_setaffinity(self.backend, {core})

    def rows(self, statement, parameters=None):
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement, parameters).fetchall()

    def value(self, statement, parameters=None):
        return self.connection.execute(statement, parameters).fetchone()[0]

    def timed(self, statement, parameters=None):
        """(rows, seconds on the core, seconds of the wall clock)"""
        return clock.timed(self.backend, lambda: self.rows(statement, parameters))

    def load(self, table, vectors, labels):
        """A table (id, e, labels text[])."""
        self.load_vectors("loading", [vectors])
        self.connection.execute("CREATE TEMP TABLE loading_labels (id int, labels text[])")
        with self.connection.cursor().copy("COPY loading_labels FROM STDIN") as copy:
            for row in enumerate(labels):
                copy.write_row(row)
        self.connection.execute(f"CREATE TABLE {table} AS "
                                "SELECT id, e, labels FROM loading JOIN loading_labels USING (id) ORDER BY id")
        self.connection.execute("DROP TABLE loading, loading_labels")
        self.connection.execute(f"VACUUM (FREEZE, ANALYZE) {table}")

    def load_vectors(self, table, blocks):
        """A table (id, e) of the vectors in some blocks."""
        self.connection.execute(f"CREATE TABLE {table} (id int, e vector({blocks[0].shape[1]}))")
        first = 0
        for block in blocks:
            copy_vectors(self.connection, table, block, first, "vector")
            first += len(block)
        self.connection.execute(f"VACUUM (FREEZE, ANALYZE) {table}")

    def train(self, name, query):
        """Trains anew. (its row, seconds on the core, of the wall clock)"""
        self.connection.execute(f"DROP TABLE IF EXISTS {name}")
        (row,), core, wall = self.timed("SELECT * FROM sbert.train_classifier(%s, %s)", (name, query))
        return row, core, wall

    def report(self, truth, predicted, table):
        """sbert.classification_report as {(kind, label): row}"""
        rows = self.rows("SELECT r.* FROM "
                         f"unnest((SELECT sbert.classification_report({truth}, {predicted}) FROM {table})) r")
        return {(row["kind"], row["label"]): row for row in rows}
