"""How far a runtime's vectors are from our f32 ones on the same texts: the cosine's mean and least."""

import numpy


def cosines(file, reference):
    a, b = numpy.load(file).astype(numpy.float64), numpy.load(reference).astype(numpy.float64)
    lengths = numpy.linalg.norm(a, axis=1) * numpy.linalg.norm(b, axis=1)
    values = (a * b).sum(axis=1) / lengths
    return {"mean": round(float(values.mean()), 6), "min": round(float(values.min()), 6)}
