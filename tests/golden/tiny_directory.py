"""Model directories of one layer and four dimensions, for the sake of their tokenizers."""

import json
import struct

import numpy

HIDDEN = 4
BERT_LINEARS = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense",
                "output.dense"]
DISTILBERT_LINEARS = ["attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "ffn.lin1", "ffn.lin2"]


def tensors(kind, vocabulary, positions):
    """Names and shapes."""
    distilled = kind == "distilbert"
    yield from [("embeddings.word_embeddings.weight", (vocabulary, HIDDEN)), ("embeddings.position_embeddings.weight", (positions, HIDDEN))]
    if not distilled:
        yield "embeddings.token_type_embeddings.weight", (2 if kind == "bert" else 1, HIDDEN)
    layer = "transformer.layer.0." if distilled else "encoder.layer.0."
    for name in DISTILBERT_LINEARS if distilled else BERT_LINEARS:
        yield layer + name + ".weight", (HIDDEN, HIDDEN)
        yield layer + name + ".bias", (HIDDEN,)
    norms = ("sa_layer_norm", "output_layer_norm") if distilled else ("attention.output.LayerNorm", "output.LayerNorm")
    for norm in ("embeddings.LayerNorm",) + tuple(layer + name for name in norms):
        yield norm + ".weight", (HIDDEN,)
        yield norm + ".bias", (HIDDEN,)


def config(kind, vocabulary, positions):
    if kind == "distilbert":
        return {"model_type": kind, "vocab_size": vocabulary, "dim": HIDDEN, "n_layers": 1, "n_heads": 1, "hidden_dim": HIDDEN,
                "activation": "gelu", "max_position_embeddings": positions, "pad_token_id": 0}
    return {"model_type": kind, "vocab_size": vocabulary, "hidden_size": HIDDEN, "num_hidden_layers": 1, "num_attention_heads": 1,
            "intermediate_size": HIDDEN, "hidden_act": "gelu", "max_position_embeddings": positions,
            "type_vocab_size": 2 if kind == "bert" else 1, "layer_norm_eps": 1e-12, "pad_token_id": 0 if kind == "bert" else 1}


def write_safetensors(path, shapes):
    header, blobs, at = {}, [], 0
    for name, shape in shapes:
        blob = numpy.full(shape, 0.5, numpy.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def write_model(folder, vocabulary, tokens, kind="bert"):
    """A sentence-transformers directory but for the tokenizer. RoBERTa numbers its positions from 2 on."""
    positions = tokens + (2 if kind == "roberta" else 0)
    write_json(folder / "modules.json", [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}])
    write_json(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": HIDDEN, "pooling_mode_mean_tokens": True})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": tokens, "do_lower_case": False})
    write_json(folder / "config.json", config(kind, vocabulary, positions))
    write_safetensors(folder / "model.safetensors", tensors(kind, vocabulary, positions))
