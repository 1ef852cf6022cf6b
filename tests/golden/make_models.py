"""Goldens of the real models that `./run model` knows: one .npz a model, and figures.json.

tokens        (texts)            with special tokens, before the cut at the model's limit
vectors       (anchors, width)   of every sixth text
similarities  (texts, anchors)   the cosine of each text with each of those

SPLADE's vectors have a place a word, nearly all 0: `rows`, `words` and `values` are all that are not.
"""

import json

import numpy
import real_texts
import reference
import texts


def make(directories, data, out):
    """Writes out/NAME.npz of directories/NAME, and out/figures.json."""
    out.mkdir(parents=True, exist_ok=True)
    figures = {"versions": reference.versions(), "own.txt": texts.sha256(texts.HERE / "own.txt")}
    for name in (*real_texts.LANGUAGES, real_texts.SPARSE):
        make_one = make_sparse if name == real_texts.SPARSE else make_dense
        weights = texts.sha256(directories / name / "model.safetensors")
        figures[name] = {"weights_sha256": weights, **make_one(name, directories / name, data, out / f"{name}.npz")}
        print(f"models/{name}: {figures[name]}", flush=True)
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="ascii")


def make_dense(name, directory, data, path):
    model = reference.load(directory)
    rows = real_texts.own()
    vectors = reference.encode(model, rows)
    anchors = vectors[:: real_texts.ANCHOR_EVERY]
    assert vectors.dtype == numpy.float32 and numpy.isfinite(vectors).all()
    numpy.savez(path, tokens=numpy.asarray(token_counts(model, rows), numpy.int32), vectors=anchors,
                similarities=numpy.asarray(model.similarity(vectors, anchors), numpy.float32))
    spearman = {language: reference.spearman_on_pairs(model, texts.stsb_pairs(data, real_texts.STSB[language]), batch_size=32)
                for language in real_texts.LANGUAGES[name]}
    return {"dimensions": vectors.shape[1], "max_tokens": limit_of(model), "stsb_dev_spearman": spearman}


def limit_of(model):
    """None where there is no limit."""
    return None if model.max_seq_length in (None, float("inf")) else int(model.max_seq_length)


def token_counts(model, rows):
    if hasattr(model.tokenizer, "encode_batch"):  # a static embedding has the bare tokenizer, and no special tokens
        return [len(model.tokenizer.encode(text, add_special_tokens=False).ids) for text in rows]
    return reference.token_counts(model, rows)


def make_sparse(_, directory, data, path):
    from sentence_transformers import SparseEncoder

    model = SparseEncoder(str(directory), device="cpu", local_files_only=True).eval()
    rows = real_texts.own()
    dense = numpy.asarray(model.encode(rows, batch_size=1, convert_to_sparse_tensor=False, show_progress_bar=False))
    places = dense.nonzero()
    numpy.savez(path, tokens=numpy.asarray(reference.token_counts(model, rows), numpy.int32), rows=places[0].astype(numpy.uint16),
                words=places[1].astype(numpy.uint16), values=dense[places])
    assert dense.dtype == numpy.float32 and dense.shape[1] <= 65536
    return {"dimensions": dense.shape[1], "max_tokens": int(model.max_seq_length), "not_zero": len(places[0])}
