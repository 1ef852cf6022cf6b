"""Goldens of the real model: vectors of texts of many kinds, token counts, the STS-B figure."""

import json

import numpy
import reference
import texts


def write_json(path, groups):
    """One line a field: readable, and small in a diff."""
    blocks = []
    for name, fields in groups.items():
        rows = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in fields.items()]
        blocks.append(f" {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n }")
    path.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="ascii")


def named_file(data, file, **where):
    return {"file": file, "sha256": texts.sha256(data / file), **where}


def make(model_directory, data, out):
    """Writes out/{texts,figures}.json and one .npy a group of texts."""
    out.mkdir(parents=True, exist_ok=True)
    model = reference.load(model_directory)
    limit = model.max_seq_length
    paragraphs = texts.xquad_paragraphs(data)
    chosen = texts.choose_paragraphs(
        paragraphs, lambda t: reference.token_counts(model, [t])[0], limit
    )

    groups = {
        "stsb": named_file(data, texts.STSB_FILE, every=15),
        "xquad": named_file(data, texts.XQUAD_FILE, positions=chosen),
        "odd": {"texts": texts.ODD},
    }
    for name, group in groups.items():
        rows = group["texts"] if "texts" in group else texts.read_named(group, data)
        counts = reference.token_counts(model, rows)
        group["tokens"] = [min(count, limit) for count in counts]
        group["truncated"] = [i for i, count in enumerate(counts) if count > limit]
        vectors = reference.encode(model, rows)
        assert vectors.dtype == numpy.float32 and numpy.isfinite(vectors).all()
        numpy.save(out / f"{name}.npy", vectors)
        print(
            f"minilm/{name}: {len(rows)} texts, {len(group['truncated'])} over {limit} tokens"
        )
    assert len(groups["stsb"]["tokens"]) == 200 and len(groups["xquad"]["truncated"]) >= 10
    write_json(out / "texts.json", groups)

    pairs = texts.stsb_pairs(data)
    figures = {
        "model_sha256": texts.sha256(model_directory / "model.safetensors"),
        "max_tokens": limit,
        "dimensions": model.get_embedding_dimension(),
        "stsb_dev_pairs": len(pairs),
        "stsb_dev_spearman": reference.spearman_on_pairs(model, pairs),
        "versions": reference.versions(),
    }
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="ascii")
    print(
        f"minilm: STS-B Spearman x 100 = {figures['stsb_dev_spearman']:.6f} over {len(pairs)} pairs"
    )
