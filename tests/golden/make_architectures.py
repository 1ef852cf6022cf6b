"""Small random models of every family, and what transformers says of them.

architectures/CASE/config.json, model.safetensors (or its shards)   as save_pretrained writes them
architectures/CASE/expected.safetensors   for each sequence K: "ids.K" (n), U8; "hidden.K" (m, C),
                                          the last hidden states of the tokens "rows.K" (m), I32

    make_architectures.py [--out DIR] [--only PREFIX]
"""

import argparse
import copy
import json
import pathlib
import shutil
import zlib

import torch
import transformers
from safetensors.torch import load_file, save_file

import architectures

HERE = pathlib.Path(__file__).resolve().parent
LEAST_DIFFERENCE = 1e-3  # of outputs, by one switch
GREATEST_ROUNDING = 5e-6  # of the reference itself: half of the tests' tolerance


def randomise(model, deviation):
    """Every parameter from a normal distribution of the given deviation; scales of norms around 1. By the
    parameter's name, so that models that differ by a switch have all else in common."""
    sines = getattr(model.config, "sinusoidal_pos_embds", False)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("position_embeddings.weight") and sines:
                continue
            generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
            parameter.normal_(0.0, deviation, generator=generator)
            if parameter.dim() == 1 and name.endswith("weight"):
                parameter.add_(1.0)


def build(case):
    implementation = "sdpa" if max(case.lengths) > 1000 else "eager"
    model = transformers.AutoModel.from_config(case.config, attn_implementation=implementation)
    if case.patch:
        case.patch(model)
    randomise(model, case.deviation)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(case.dtype))
    return model.eval()


def token_ids(n, vocabulary):
    """With the paddings of all families among them."""
    generator = torch.Generator().manual_seed(n)
    ids = torch.randint(0, vocabulary, (n,), generator=generator)
    if n > 4:
        ids[2], ids[4] = 1, 5
    return ids


def hidden_states(model, ids):
    with torch.no_grad():
        return model(input_ids=ids[None], attention_mask=torch.ones_like(ids)[None])[0][0]


def expected(case, model):
    tensors, rounding = {}, 0.0
    exact = copy.deepcopy(model).double() if not case.patch else None
    for k, n in enumerate(case.lengths):
        ids = token_ids(n, 30)
        hidden = hidden_states(model, ids)
        rows = torch.arange(0, n, case.every)
        tensors[f"ids.{k}"] = ids.to(torch.uint8)
        tensors[f"rows.{k}"] = rows.to(torch.int32)
        tensors[f"hidden.{k}"] = hidden[rows].contiguous()
        if exact is not None and n < 1000:
            rounding = max(rounding, (hidden_states(exact, ids) - hidden).abs().max().item())
    assert rounding < GREATEST_ROUNDING, f"{case.name}: its own rounding is {rounding}"
    return tensors


def save_model(case, model, folder):
    saved = copy.deepcopy(model) if not case.patch else model
    if case.wrapper:
        wrapped = case.wrapper(case.config)
        setattr(wrapped, wrapped.base_model_prefix, saved)
        saved = wrapped
    saved.to(case.dtype).save_pretrained(folder, max_shard_size=case.max_shard_size)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if case.rename:
        path = folder / "model.safetensors"
        tensors = {case.rename(name): value for name, value in load_file(path).items()}
        save_file(tensors, path, metadata={"format": "pt"})
    if case.written and case.written.get("pack_qkv") is False:
        unpack(folder / "model.safetensors")
    if case.written:
        text = json.dumps(case.written, indent=2)
        (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def unpack(path):
    """qkv_proj as the three products that GTE's pack_qkv joins."""
    tensors = {}
    for name, value in load_file(path).items():
        parts = value.chunk(3) if "qkv_proj" in name else [value]
        for letter, part in zip("qkv", parts):
            tensors[name.replace("qkv_proj", letter + "_proj")] = part.clone()
    save_file(tensors, path, metadata={"format": "pt"})


def drop_heads(folder):
    """Of a wrapped model's head one tensor is kept: that it is left out is part of the case."""
    path = folder / "model.safetensors"
    if not path.exists():
        return
    kept, heads = {}, 0
    for name, value in load_file(path).items():
        head = name.startswith(("cls.", "lm_head.", "predictions.", "vocab_", "generator_", "head.", "decoder"))
        heads += head
        if not head or heads == 1:
            kept[name] = value
    save_file(kept, path, metadata={"format": "pt"})


def make(out, only=""):
    outputs = {}
    for case in architectures.cases():
        folder = out / case.name
        model = build(case)
        tensors = expected(case, model)
        outputs[case.name] = tensors[f"hidden.{len(case.lengths) - 1}"]
        if case.differs_from:
            difference = (outputs[case.name] - outputs[case.differs_from]).abs().max().item()
            assert difference > LEAST_DIFFERENCE, f"{case.name}: the switch changes {difference}"
        if not case.name.startswith(only):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        save_model(case, model, folder)
        drop_heads(folder)
        save_file(tensors, folder / "expected.safetensors")
        print(case.name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "architectures")
    parser.add_argument("--only", default="", metavar="PREFIX")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    make(arguments.out, arguments.only)


if __name__ == "__main__":
    main()
