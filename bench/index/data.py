"""Rows, queries and their exact neighbours."""
import gzip
from pathlib import Path

import numpy


class Data:
    """name; rows (N, d) and queries (Q, d) of float32; metric "cosine" or "l2"."""

    def __init__(self, name, rows, queries, metric):
        self.name, self.metric = name, metric
        self.rows, self.queries = rows, queries

    def neighbours(self, k, rows=None, queries=None):
        """(Q, k) row numbers and (Q,) the k-th distance, exact in float32 products."""
        rows = self.rows if rows is None else rows
        queries = self.queries if queries is None else queries
        norms = numpy.einsum("ij,ij->i", rows, rows) if self.metric == "l2" else 1.0
        ids = numpy.empty((len(queries), k), numpy.int64)
        for at in range(0, len(queries), 100):
            block = queries[at:at + 100]
            keys = norms - (2.0 if self.metric == "l2" else 1.0) * (block @ rows.T)
            best = numpy.argpartition(keys, k, axis=1)[:, :k]
            order = numpy.argsort(numpy.take_along_axis(keys, best, 1), axis=1)
            ids[at:at + 100] = numpy.take_along_axis(best, order, 1)
        return ids


def text(path, limit, held_out=1000):
    """All vectors but `held_out` of them, picked at random, which are the queries."""
    vectors = numpy.load(path).astype(numpy.float32)
    order = numpy.random.default_rng(7).permutation(len(vectors))
    queries, rows = vectors[order[:held_out]], vectors[order[held_out:]]
    return Data("text", numpy.ascontiguousarray(rows[:limit]), queries, "cosine")


def mnist(folder, limit, held_out=1000):
    """60,000 images as rows, the first of the test images as queries."""
    def images(name):
        raw = gzip.decompress((Path(folder) / "mnist-784" / name).read_bytes())
        return numpy.frombuffer(raw, numpy.uint8, offset=16).reshape(-1, 784).astype(numpy.float32)
    return Data("mnist-784", images("train-images-idx3-ubyte.gz")[:limit],
                images("t10k-images-idx3-ubyte.gz")[:held_out], "l2")


def recalls(found, exact):
    """Share of the exact neighbours found, one number a query."""
    return numpy.array([len(set(f) & set(e)) / len(e) for f, e in zip(found, exact.tolist())])
