"""Many small model directories from one: a base directory, and for each variant what differs.

pipelines/base/            a whole directory as sentence-transformers saves it
pipelines/variants.json    {variant: {"removed": [path], "files": {path: content}, "model": {}}}
pipelines/extra.safetensors  weights of added modules, named "variant|path|tensor"

`files` are JSON files as objects and others as text. `model` re-writes the tensors of
model.safetensors: {"prefix": "bert."} puts a prefix before each name, {"tensorflow_names": true}
calls LayerNorm's weight and bias gamma and beta, {"dtype": "F16"} narrows the values. Standard
library and numpy only; the safetensors format is the one of https://huggingface.co/docs/safetensors
(u64 length, JSON header, data).
"""

import json
import pathlib
import shutil
import struct

import numpy

TYPES = {"F32": numpy.dtype("<f4"), "F16": numpy.dtype("<f2")}


def tensors_read(path):
    """{name: array} of a safetensors file with F32 and F16 tensors."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (8 + length + offset for offset in entry["data_offsets"])
            flat = numpy.frombuffer(content[begin:end], TYPES[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def tensors_write(path, tensors):
    """Writes {name: array}, sorted by name, the data 8-byte aligned."""
    header, data = {"__metadata__": {"format": "pt"}}, bytearray()
    for name in sorted(tensors):
        array = numpy.ascontiguousarray(tensors[name])
        dtype = next(key for key, value in TYPES.items() if value == array.dtype)
        begin = len(data)
        data += array.tobytes()
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(data))


def _model_rewrite(path, rules):
    changed = {}
    for name, array in tensors_read(path).items():
        if rules.get("tensorflow_names"):
            name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
                "LayerNorm.bias", "LayerNorm.beta"
            )
        changed[rules.get("prefix", "") + name] = array.astype(TYPES[rules.get("dtype", "F32")])
    tensors_write(path, changed)


def assemble(pipelines, variant, destination):
    """Writes the directory of `variant` (an entry of variants.json) to `destination`, which must
    not exist."""
    pipelines, destination = pathlib.Path(pipelines), pathlib.Path(destination)
    description = json.loads((pipelines / "variants.json").read_text())[variant]
    shutil.copytree(pipelines / "base", destination)
    for path in description.get("removed", []):
        (destination / path).unlink()
    for path, content in description.get("files", {}).items():
        (destination / path).parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        (destination / path).write_text(text, encoding="utf-8")
    extra = {}
    for name, array in tensors_read(pipelines / "extra.safetensors").items():
        owner, path, tensor = name.split("|")
        if owner == variant:
            extra.setdefault(path, {})[tensor] = array
    for path, tensors in extra.items():
        tensors_write(destination / path, tensors)
    if "model" in description:
        _model_rewrite(destination / "model.safetensors", description["model"])


def describe(base, directory):
    """What `directory` has other than `base`: (description for variants.json, {path: {tensor:
    array}}).

    model.safetensors itself must be the same: the transformer's weights are shared by all variants.
    """
    ours = {p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file()}
    theirs = {p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file()}
    files, weights = {}, {}
    for path in sorted(theirs):
        if path in ours and (base / path).read_bytes() == (directory / path).read_bytes():
            continue
        if path == "model.safetensors":
            raise ValueError(f"{directory}: other transformer weights than the base")
        if path.endswith(".safetensors"):
            weights[path] = tensors_read(directory / path)
        else:
            text = (directory / path).read_text(encoding="utf-8")
            files[path] = json.loads(text) if path.endswith(".json") else text
    return {"removed": sorted(ours - theirs), "files": files}, weights
