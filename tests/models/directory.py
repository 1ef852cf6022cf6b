"""Writes a model's directory as sentence-transformers saves it: weights, configuration, tokenizer, pipeline."""

import json

from safetensors.numpy import save_file

TRANSFORMER, POOLING, NORMALIZE = (f"sentence_transformers.models.{name}" for name in ("Transformer", "Pooling", "Normalize"))


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="ascii")


def write_weights(directory, tensors):
    """In the order of their names, so that the file's sha256 is always the same."""
    save_file({name: tensors[name] for name in sorted(tensors)}, directory / "model.safetensors", {"format": "pt"})


def write_bert_config(directory, shape, **changes):
    """`shape` has the fields of catalog.Bert, and `changes` are what is not as in bert-base-uncased."""
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "num_hidden_layers": shape.layers, "hidden_size": shape.hidden,
        "num_attention_heads": shape.heads, "intermediate_size": 4 * shape.hidden, "hidden_act": "gelu", "layer_norm_eps": 1e-12,
        "max_position_embeddings": 512, "type_vocab_size": 2, "pad_token_id": 0, "position_embedding_type": "absolute"}
    write_json(directory / "config.json", config | changes)


def write_tokenizer(directory, tokenizer_json, **config):
    (directory / "tokenizer.json").write_bytes(tokenizer_json)
    write_json(directory / "tokenizer_config.json", config)


def write_bert_tokenizer(directory, tokenizer_json, max_tokens):
    """Its class builds the normalizer anew by these settings, so they must be those of the file."""
    normalizer = json.loads(tokenizer_json)["normalizer"]
    write_tokenizer(
        directory, tokenizer_json, tokenizer_class="BertTokenizer", model_max_length=max_tokens, do_lower_case=normalizer["lowercase"],
        strip_accents=normalizer["strip_accents"], tokenize_chinese_chars=normalizer["handle_chinese_chars"], cls_token="[CLS]",
        sep_token="[SEP]", pad_token="[PAD]", unk_token="[UNK]", mask_token="[MASK]")


def write_modules(directory, *modules):
    """Each a (folder, type)."""
    rows = [{"idx": n, "name": str(n), "path": path, "type": kind} for n, (path, kind) in enumerate(modules)]
    write_json(directory / "modules.json", rows)


def write_encoder_pipeline(directory, shape):
    """Transformer, Pooling, and Normalize where the vectors are of length 1."""
    norm = [("2_Normalize", NORMALIZE)] if shape.normalized else []
    write_modules(directory, ("", TRANSFORMER), ("1_Pooling", POOLING), *norm)
    write_json(directory / "sentence_bert_config.json", {"max_seq_length": shape.max_tokens, "do_lower_case": False})
    modes = {f"pooling_mode_{mode}": mode.startswith(shape.pooling) for mode in ("cls_token", "mean_tokens", "max_tokens")}
    write_json(directory / "1_Pooling" / "config.json", {"word_embedding_dimension": shape.hidden, **modes})
