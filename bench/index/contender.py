"""The two indexes under test, each with its table in a schema of its own in one database."""
import struct
import time

import numpy


class Contender:
    """What differs between them; the bench does the same with both."""

    def __init__(self, name, schema, type_name, method, operators, knob, settings):
        self.name, self.schema, self.type_name, self.method = name, schema, type_name, method
        self.operators = operators    # metric -> (operator, operator class)
        self.knob, self.settings = knob, settings

    def table(self):
        return f"{self.schema}_items"

    def operator(self, metric):
        return f"OPERATOR({self.schema}.{self.operators[metric][0]})"

    def load(self, connection, data):
        """Both tables hold the vectors in the contender's own type; the queries lie in a table as well."""
        d = data.rows.shape[1]
        column = f"{self.schema}.{self.type_name}({d})"
        connection.execute(f"DROP TABLE IF EXISTS {self.table()}, {self.schema}_queries")
        connection.execute(f"CREATE TABLE {self.table()} (id int PRIMARY KEY, e {column})")
        connection.execute(f"CREATE TABLE {self.schema}_queries (id int PRIMARY KEY, e {column})")
        copy_vectors(connection, self.table(), data.rows, 0, self.type_name)
        copy_vectors(connection, f"{self.schema}_queries", data.queries, 0, self.type_name)
        connection.execute(f"VACUUM ANALYZE {self.table()}, {self.schema}_queries")

    def build(self, connection, metric, options=""):
        connection.execute(f"DROP INDEX IF EXISTS {self.table()}_e")
        started = time.perf_counter()
        connection.execute(f"CREATE INDEX {self.table()}_e ON {self.table()} USING {self.method} "
                           f"(e {self.schema}.{self.operators[metric][1]}) {options}")
        return time.perf_counter() - started

    def index_bytes(self, connection):
        return connection.execute(f"SELECT pg_relation_size('{self.table()}_e')").fetchone()[0]

    def query(self, metric, k, where=""):
        return (f"SELECT id FROM {self.table()} {where} ORDER BY e {self.operator(metric)} "
                f"(SELECT e FROM {self.schema}_queries WHERE id = %s) LIMIT {k}")


OURS = Contender("sbert_ivf", "ours", "vector", "sbert_ivf",
                 {"cosine": ("<=>", "vector_cosine_ops"), "l2": ("<->", "vector_l2_ops")}, "sbert.target_recall",
                 [0.8, 0.85, 0.9, 0.93, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998])
PEER = Contender("pgvector hnsw, halfvec", "peer", "halfvec", "hnsw",
                 {"cosine": ("<=>", "halfvec_cosine_ops"), "l2": ("<->", "halfvec_l2_ops")}, "hnsw.ef_search",
                 [20, 40, 60, 80, 100, 150, 200, 300, 400, 600, 1000])


def copy_vectors(connection, table, vectors, first, type_name):
    """COPY in binary; elements as the type's send and recv have them: dimensions, 0, then big-endian numbers."""
    wire = numpy.ascontiguousarray(vectors.astype(">f2" if type_name == "halfvec" else ">f4"))
    width = 4 + wire.dtype.itemsize * wire.shape[1]
    head = struct.pack(">h", 2) + struct.pack(">i", 4)
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0))
        for start in range(0, len(wire), 1000):
            copy.write(b"".join(
                head + struct.pack(">iihh", first + i, width, wire.shape[1], 0) + wire[i].tobytes()
                for i in range(start, min(start + 1000, len(wire)))))
        copy.write(struct.pack(">h", -1))
