"""Goldens of prompts: every pooling with and without the prompt's tokens, by sentence-transformers.

prompts/cases.json           {"texts": [text], "prompts": {call: prompt}, "cases": {case: {path: text}}}: the files
                             that differ from pipelines/base, which has the transformer and the tokenizer
prompts/vectors.safetensors  "CASE.CALL" (texts, D): what encode() gives with that call's prompt; the calls "default",
                             "query" and "document" are encode(), encode_query() and encode_document()

The last call's prompt fills the model's limit, so that without the prompt's tokens nothing is left to pool.
"""

import json
import shutil
import tempfile
from pathlib import Path

import numpy
import overlay
import reference
import torch
from make_pipelines import ROUNDING, SWITCH_MUST_SHOW, save
from pipeline_cases import C, SIX
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling

LIMIT = 24
TEXTS = [
    "hello world",
    "",
    "Café and the Cat in the house",
    "one two three, and a word that nobody knows " * 3,
]
PROMPTS = {
    "query": "query: ",
    "document": "a text of the house: ",
    "together": "read the text and play",  # its last word and a text's first are one
    "nothing": "",
}
CALLS = {
    "default": None,
    "query": None,
    "document": None,
    "none": "",
    "own": "the good day:",
    "blank": " ",
    "special": "a day [SEP] ",  # two special tokens at the end of it alone
    "fills": "the house of the dog and the cat: " * 4,
}


def cases():
    """{case: (modules, options of SentenceTransformer)}"""
    usual = {"prompts": PROMPTS, "default_prompt_name": "together"}
    found = {f"{mode}": ([Pooling(C, mode, include_prompt=False)], usual) for mode in SIX}
    found["all"] = ([Pooling(C, SIX, include_prompt=False), Normalize()], usual)
    found["mean-with"] = ([Pooling(C, "mean")], usual)
    found["weightedmean-with"] = ([Pooling(C, "weightedmean")], usual)
    found["no-default"] = ([Pooling(C, "mean")], {"prompts": PROMPTS})
    found["no-prompts"] = ([Pooling(C, "mean", include_prompt=False)], {})
    found["empty-default"] = (
        [Pooling(C, "mean")],
        {"prompts": PROMPTS, "default_prompt_name": "nothing"},
    )
    found["default-only"] = (
        [Pooling(C, "mean")],
        {"prompts": {"task": "the task: "}, "default_prompt_name": "task"},
    )
    found["truncated"] = ([Pooling(C, "mean"), Normalize()], usual | {"truncate_dim": 10})
    return found


def files_of(base, modules, options, directory):
    """What sentence-transformers saves for a case, without what the base has too."""
    model = SentenceTransformer(modules=[Transformer(str(base)), *modules], device="cpu", **options)
    model.max_seq_length = LIMIT
    save(model, directory)
    difference, weights = overlay.describe(base, directory)
    assert not difference["removed"] and not weights
    return {path: json.dumps(content) for path, content in difference["files"].items()}


def encode(model, call):
    options = {"batch_size": 1, "convert_to_numpy": True, "show_progress_bar": False}
    if call == "query":
        return model.encode_query(TEXTS, **options)
    if call == "document":
        return model.encode_document(TEXTS, **options)
    return model.encode(TEXTS, prompt=CALLS[call], **options)


def encode_case(directory, name):
    """{call: vectors}; an element may be minus infinity: the maximum of nothing."""
    model, exact = reference.load(directory), reference.load(directory, torch.float64)
    vectors = {}
    for call in CALLS:
        if name == "all" and call == "fills":
            continue  # what Normalize makes of an infinite element is no number
        vectors[call] = encode(model, call)
        finite = numpy.isfinite(vectors[call])
        assert (finite | (vectors[call] == -numpy.inf)).all(), (name, call)
        rounding = numpy.abs(vectors[call] - encode(exact, call))[finite].max(initial=0)
        assert rounding < ROUNDING, f"{name}, {call}: its own rounding is {rounding}"
    return vectors


def check_switches(vectors):
    """Prompts show in the vectors, and so does leaving them out of the pooling."""
    for one, other in (
        ("mean.query", "mean.document"),
        ("mean.default", "mean.none"),
        ("mean.query", "mean-with.query"),
        ("weightedmean.own", "weightedmean-with.own"),
        ("mean-with.default", "no-default.default"),
        ("default-only.default", "default-only.query"),
    ):
        difference = numpy.abs(vectors[one] - vectors[other]).max()
        assert difference > SWITCH_MUST_SHOW, f"{one} and {other} differ by {difference} only"


def make(out):
    """Replaces out/; needs pipelines/ beside it."""
    base = out.parent / "pipelines" / "base"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    vectors, files = {}, {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, (modules, options) in cases().items():
            directory = Path(scratch) / name
            files[name] = files_of(base, modules, options, directory)
            for call, rows in encode_case(directory, name).items():
                vectors[f"{name}.{call}"] = rows
    check_switches(vectors)
    overlay.tensors_write(out / "vectors.safetensors", vectors)
    text = json.dumps({"cases": files, "prompts": CALLS, "texts": TEXTS}, indent=1)
    (out / "cases.json").write_text(text + "\n", encoding="ascii")
    print(f"prompts: {len(files)} cases, {len(CALLS)} calls, {len(TEXTS)} texts each")
