"""Goldens of tiny models: one for every shape that a published pipeline takes.

For each case: sentence-transformers builds and saves it, the difference from the base directory is
noted, the directory is assembled again from those notes alone, and sentence-transformers reads and
runs that. So what a test assembles is what the vectors were made from.
"""

import json
import shutil
import tempfile
from pathlib import Path

import numpy
import overlay
import reference
import tiny_bert
import torch
from pipeline_cases import CASES
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Transformer

TEXTS = [
    "hello world",
    "The Cat is in the house and the dog sleeps.",
    "",
    "?",
    "where can I read the text of a table column, and how?",
    "Café naïve, CAFÉ NAIVE",
    "我们的句子 vector 中文",
    "[CLS] the [MASK] word [SEP] of [PAD] and [UNK]",
    "searching, unreadable, playfulness, preopened 1234567 x",
    "\ttabs\tand  blanks \u00a0 around\t",
    "emoji 😀 and a word that nobody knows: ßþ",
    "one two three " * 5,
    "a good day for the old man and the small child at the sea " * 12,
]

SWITCH_MUST_SHOW = 1e-3  # two cases that differ in one switch differ by more
ROUNDING = 4e-6  # and float32 alone accounts for less: the tolerance of the test is 1e-5


def save(model, directory):
    model.save_pretrained(str(directory), create_model_card=False)
    for file in directory.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o644)


def build(case, transformer, directory):
    """What sentence-transformers saves for this case, then edited."""
    modules = case.modules()
    for seed, module in enumerate(modules, start=100):
        tiny_bert.randomise(module, seed)
    model = SentenceTransformer(modules=[Transformer(str(transformer)), *modules], device="cpu")
    if case.max_tokens:
        model.max_seq_length = case.max_tokens
    save(model, directory)
    case.edit(directory)


def describe_all(scratch, out):
    """Writes out/base, out/variants.json, out/extra.safetensors."""
    transformer = scratch / "transformer"
    tiny_bert.save(transformer)
    variants, extra = {}, {}
    for case in CASES:
        directory = scratch / case.name
        build(case, transformer, directory)
        if case.name == "base":
            shutil.copytree(directory, out / "base")
        variants[case.name], weights = overlay.describe(scratch / "base", directory)
        if case.model:
            variants[case.name]["model"] = case.model
        for path, tensors in weights.items():
            extra |= {f"{case.name}|{path}|{tensor}": array for tensor, array in tensors.items()}
    (out / "variants.json").write_text(compact(variants), encoding="ascii")
    overlay.tensors_write(out / "extra.safetensors", extra)


def compact(variants):
    """One line a file of a variant."""
    blocks = []
    for name, variant in variants.items():
        parts = [f'  "removed": {json.dumps(variant["removed"])}']
        files = [
            f"   {json.dumps(path)}: {json.dumps(content)}"
            for path, content in variant["files"].items()
        ]
        parts.append('  "files": {' + ("\n" + ",\n".join(files) + "\n  " if files else "") + "}")
        if "model" in variant:
            parts.append(f'  "model": {json.dumps(variant["model"])}')
        blocks.append(f" {json.dumps(name)}: {{\n" + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def encode_all(scratch, out):
    """{case: vectors} by the library from the assembled directories; checks that rounding is far
    below the tolerance."""
    vectors = {}
    for case in CASES:
        directory = scratch / f"assembled_{case.name}"
        overlay.assemble(out, case.name, directory)
        vectors[case.name] = reference.encode(reference.load(directory), TEXTS)
        exact = reference.encode(reference.load(directory, torch.float64), TEXTS)
        assert vectors[case.name].dtype == numpy.float32 and exact.dtype == numpy.float64
        rounding = numpy.abs(vectors[case.name] - exact).max()
        print(f"pipelines/{case.name}: {vectors[case.name].shape}, rounding {rounding:.1e}")
        assert rounding < ROUNDING, case.name
    return vectors


def check_switches(vectors):
    """A switch shows in the vectors, and two spellings of one thing do not."""
    for case in CASES:
        ours = vectors[case.name]
        if case.differs_from:
            other = vectors[case.differs_from]
            change = numpy.abs(ours - other).max() if ours.shape == other.shape else numpy.inf
            assert (
                change > SWITCH_MUST_SHOW
            ), f"{case.name} and {case.differs_from} differ by {change:.1e} only"
        if case.same_as:
            change = numpy.abs(ours - vectors[case.same_as]).max()
            assert change < ROUNDING, f"{case.name} and {case.same_as} differ by {change:.1e}"


def make(out):
    """Replaces out/."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / "texts.json").write_text(json.dumps(TEXTS, indent=1) + "\n", encoding="ascii")
    with tempfile.TemporaryDirectory() as scratch:
        describe_all(Path(scratch), out)
        vectors = encode_all(Path(scratch), out)
    check_switches(vectors)
    numpy.savez_compressed(out / "vectors.npz", **vectors)
    print(f"pipelines: {len(vectors)} cases, {len(TEXTS)} texts each")
