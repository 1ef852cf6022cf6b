"""Calls the `sbert` command: texts in, a matrix out. Knows nothing of goldens. numpy only."""

import json
import pathlib
import subprocess
import tempfile

import numpy


class CommandFailed(Exception):
    """The command's exit code was not 0; the message is what it said."""


def run(arguments, stdin=b""):
    done = subprocess.run(
        [str(a) for a in arguments], input=stdin, capture_output=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise CommandFailed(f"{' '.join(map(str, arguments))}: exit code {done.returncode}: {said}")
    return done.stdout


def lines(texts):
    """One text a line, as bytes: only a line feed ends a line, so a text may hold every other
    separator."""
    for text in texts:
        if "\n" in text:
            raise ValueError(f"a text holds a line feed: {text[:60]!r}")
    return "".join(text + "\n" for text in texts).encode("utf-8")


def embed(sbert, model, texts):
    """The vectors of `texts` as float32 (texts, dimensions), through --npy."""
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory) / "vectors.npy"
        run([sbert, "embed", "--model", model, "--npy", out], lines(texts))
        return numpy.load(out, allow_pickle=False)


def embed_json(sbert, model, texts):
    """The same as a list of objects with embedding, tokens, truncated."""
    return [
        json.loads(line)
        for line in run([sbert, "embed", "--model", model], lines(texts)).splitlines()
    ]


def predict(sbert, model, texts):
    """What a model with a head says of each text, as the command prints it."""
    return [
        json.loads(line)
        for line in run([sbert, "predict", "--model", model], lines(texts)).splitlines()
    ]


def import_model(sbert, directory, name, out):
    run([sbert, "import", directory, "--name", name, "--out", out])


def difference(ours, reference):
    """(max abs difference, min cosine) of two matrices of the same shape, row against row."""
    if ours.shape != reference.shape:
        raise ValueError(f"shape {ours.shape}, the reference has {reference.shape}")
    if ours.dtype != numpy.float32:
        raise ValueError(f"type {ours.dtype}, not float32")
    if not numpy.isfinite(ours).all():
        raise ValueError("a value is not finite")
    a, b = ours.astype(numpy.float64), reference.astype(numpy.float64)
    cosines = (a * b).sum(1) / numpy.maximum(
        numpy.linalg.norm(a, axis=1) * numpy.linalg.norm(b, axis=1), 1e-30
    )
    return float(numpy.abs(a - b).max()), float(cosines.min())
