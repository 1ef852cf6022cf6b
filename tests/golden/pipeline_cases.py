"""The variants of the tiny model: what sentence-transformers builds, or what older releases of it
have left behind.

A case is built by the library and saved by the library; `edit` then turns the saved directory into
what that library no longer writes itself but still reads. `differs_from` names a case with the
switch the other way round: if the two gave the same vectors, the golden would prove nothing.
`same_as` names a case that must give the same vectors.
"""

import json
import shutil
from dataclasses import dataclass
from typing import Callable

from sentence_transformers.base.modules import Dense, Normalize
from sentence_transformers.sentence_transformer.modules import LayerNorm, Pooling
from torch import nn

C = 32  # hidden size
SIX = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]
LEGACY_FLAG = {
    "cls": "pooling_mode_cls_token",
    "max": "pooling_mode_max_tokens",
    "mean": "pooling_mode_mean_tokens",
    "mean_sqrt_len_tokens": "pooling_mode_mean_sqrt_len_tokens",
    "weightedmean": "pooling_mode_weightedmean_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}


@dataclass
class Case:
    name: str
    modules: Callable = lambda: [Pooling(C, "mean")]
    edit: Callable = lambda directory: None
    max_tokens: int | None = None
    differs_from: str | None = None
    same_as: str | None = None
    model: dict | None = None  # how the transformer's tensors are re-written, see overlay.py


# Edits of a saved directory.


def change(file, **fields):
    """Sets fields of a JSON file; None removes one. A nested object is merged."""

    def edit(directory):
        content = json.loads((directory / file).read_text())
        for key, value in fields.items():
            if isinstance(value, dict) and isinstance(content.get(key), dict):
                content[key] |= value
            elif value is None:
                content.pop(key, None)
            else:
                content[key] = value
        (directory / file).write_text(json.dumps(content, indent=2))

    return edit


def replace(file, content):
    return lambda directory: (directory / file).write_text(json.dumps(content, indent=2))


def remove(*paths):
    def edit(directory):
        for path in paths:
            target = directory / path
            shutil.rmtree(target) if target.is_dir() else target.unlink()

    return edit


def both(*edits):
    def edit(directory):
        for one in edits:
            one(directory)

    return edit


def legacy_pooling(width, *modes):
    flags = {flag: mode in modes for mode, flag in LEGACY_FLAG.items()}
    return replace("1_Pooling/config.json", {"word_embedding_dimension": width, **flags})


def legacy_modules(directory):
    """The types that every release up to 5.3 wrote, and the pooling file and limits of that
    time."""
    modules = json.loads((directory / "modules.json").read_text())
    for module in modules:
        module["type"] = "sentence_transformers.models." + module["type"].rsplit(".", 1)[1]
    (directory / "modules.json").write_text(json.dumps(modules, indent=2))
    legacy_limit(64)(directory)
    legacy_pooling(C, "mean")(directory)
    versions = {"sentence_transformers": "2.0.0", "transformers": "4.6.1", "pytorch": "1.8.1"}
    replace("config_sentence_transformers.json", {"__version__": versions})(directory)


def legacy_limit(tokens, lower=False):
    return replace("sentence_bert_config.json", {"max_seq_length": tokens, "do_lower_case": lower})


def tokenizer(lower=True, accents=None, chinese=True):
    """Both tokenizer files say the same, as they do when the library saves them."""
    normalizer = {"lowercase": lower, "strip_accents": accents, "handle_chinese_chars": chinese}
    settings = {"do_lower_case": lower, "tokenize_chinese_chars": chinese}

    def edit(directory):
        change("tokenizer.json", normalizer=normalizer)(directory)
        change("tokenizer_config.json", **settings)(directory)
        if accents is not None:
            change("tokenizer_config.json", strip_accents=accents)(directory)

    return edit


def vocabulary_file_only(directory):
    """As published before tokenizer.json existed: vocab.txt and the settings."""
    vocabulary = json.loads((directory / "tokenizer.json").read_text())["model"]["vocab"]
    pieces = sorted(vocabulary, key=vocabulary.get)
    (directory / "vocab.txt").write_text("".join(p + "\n" for p in pieces), encoding="utf-8")
    remove("tokenizer.json")(directory)


# Module lists.


def dense(width_in, width_out, activation, **options):
    return Dense(width_in, width_out, activation_function=activation, **options)


def pooled(*modules, mode="mean"):
    return lambda: [Pooling(C, mode), *(make() for make in modules)]


def on_tokens(module, width):
    return lambda: [module(), Pooling(width, "mean"), Normalize()]


TOKENS = {"module_input_name": "token_embeddings"}

POOLING = [
    Case("base"),
    *(Case(f"pool_{m}", pooled(mode=m), differs_from="base") for m in SIX if m != "mean"),
    Case("pool_six_fixed_order", pooled(mode=SIX)),
    Case(
        "pool_six_legacy_flags",
        pooled(mode=SIX),
        legacy_pooling(C, *SIX),
        same_as="pool_six_fixed_order",
    ),
    Case(
        "pool_listed_order",
        pooled(mode=["lasttoken", "mean", "cls"]),
        differs_from="pool_listed_order_other",
    ),
    Case("pool_listed_order_other", pooled(mode=["cls", "mean", "lasttoken"])),
    Case("pool_legacy_mean", edit=legacy_pooling(C, "mean"), same_as="base"),
    Case("pool_legacy_cls_max", pooled(mode=["cls", "max"]), legacy_pooling(C, "max", "cls")),
    Case("pool_legacy_no_flag", edit=legacy_pooling(C), same_as="base"),
    Case(
        "pool_both_styles",
        edit=change("1_Pooling/config.json", pooling_mode="max", pooling_mode_cls_token=True),
        same_as="pool_max",
    ),
]

MODULES = [
    Case("normalize", pooled(Normalize), differs_from="base"),
    Case("dense_tanh", pooled(lambda: dense(C, 24, nn.Tanh())), differs_from="dense_identity"),
    Case(
        "dense_default_activation",
        pooled(lambda: dense(C, 24, nn.Tanh())),
        change("2_Dense/config.json", activation_function=None),
        same_as="dense_tanh",
    ),
    Case(
        "dense_identity", pooled(lambda: dense(C, 24, nn.Identity())), differs_from="dense_no_bias"
    ),
    Case("dense_no_bias", pooled(lambda: dense(C, 24, nn.Identity(), bias=False))),
    Case("dense_relu", pooled(lambda: dense(C, 24, nn.ReLU())), differs_from="dense_identity"),
    Case("dense_gelu", pooled(lambda: dense(C, 24, nn.GELU())), differs_from="dense_relu"),
    Case("dense_silu", pooled(lambda: dense(C, 24, nn.SiLU())), differs_from="dense_gelu"),
    Case(
        "dense_sigmoid", pooled(lambda: dense(C, 24, nn.Sigmoid())), differs_from="dense_identity"
    ),
    Case(
        "dense_chain",
        pooled(
            lambda: dense(C, 40, nn.ReLU()),
            lambda: dense(40, 24, nn.GELU()),
            lambda: dense(24, 16, nn.Tanh()),
        ),
    ),
    Case(
        "normalize_dense_tanh",
        pooled(Normalize, lambda: dense(C, 24, nn.Tanh())),
        differs_from="dense_tanh",
    ),
    Case(
        "dense_no_bias_normalize",
        pooled(lambda: dense(C, 48, nn.Identity(), bias=False), Normalize),
    ),
    Case("layer_norm_normalize", pooled(lambda: LayerNorm(C), Normalize), differs_from="normalize"),
    Case("order_pool_normalize_f", pooled(Normalize, lambda: dense(C, C, nn.Identity()))),
    Case(
        "order_pool_f_normalize",
        pooled(lambda: dense(C, C, nn.Identity()), Normalize),
        differs_from="order_pool_normalize_f",
    ),
    Case(
        "everything",
        pooled(
            lambda: LayerNorm(2 * C),
            lambda: dense(2 * C, 24, nn.Tanh()),
            Normalize,
            lambda: dense(24, 16, nn.Identity()),
            mode=["cls", "mean"],
        ),
    ),
    Case("tokens_dense", on_tokens(lambda: dense(C, 24, nn.Tanh(), **TOKENS), 24)),
    Case("tokens_normalize", on_tokens(lambda: Normalize(**TOKENS), C), differs_from="normalize"),
]

TRANSFORMER = [
    *(
        # All six poolings: their sums and maxima enlarge what tells the two forms of GELU apart.
        Case(
            f"hidden_act_{a}",
            pooled(mode=SIX),
            change("config.json", hidden_act=a),
            differs_from="pool_six_fixed_order",
        )
        for a in ("gelu_new", "relu", "silu", "quick_gelu", "tanh")
    ),
    Case("layer_norm_eps", edit=change("config.json", layer_norm_eps=0.05), differs_from="base"),
    Case("names_with_prefix", model={"prefix": "bert."}, same_as="base"),
    Case(
        "names_of_tensorflow", model={"prefix": "bert.", "tensorflow_names": True}, same_as="base"
    ),
    Case("weights_f16", model={"dtype": "F16"}),
]

LIMITS = [
    Case("limit_12", max_tokens=12, differs_from="base"),
    Case(
        "limit_12_lasttoken", pooled(mode="lasttoken"), max_tokens=12, differs_from="pool_lasttoken"
    ),
    Case("limit_12_legacy", edit=legacy_limit(12), same_as="limit_12"),
    Case(
        "limit_unset",
        edit=change("tokenizer_config.json", model_max_length=int(1e30)),
        same_as="base",
    ),
    Case(
        "limit_in_tokenizer_file",  # is not one: the library sets its own truncation and padding
        edit=change(
            "tokenizer.json",
            truncation={
                "direction": "Right",
                "max_length": 8,
                "strategy": "LongestFirst",
                "stride": 0,
            },
            padding={
                "strategy": {"Fixed": 8},
                "direction": "Right",
                "pad_to_multiple_of": None,
                "pad_id": 0,
                "pad_type_id": 0,
                "pad_token": "[PAD]",
            },
        ),
        same_as="base",
    ),
]

TOKENIZERS = [
    Case("cased", edit=tokenizer(lower=False), differs_from="base"),
    Case(
        "cased_lowered_by_pipeline",
        edit=both(tokenizer(lower=False), legacy_limit(64, lower=True)),
        differs_from="cased",
    ),
    Case("lowercase_keeps_accents", edit=tokenizer(accents=False), differs_from="base"),
    Case("chinese_not_split", edit=tokenizer(chinese=False), differs_from="base"),
    Case("vocabulary_file_uncased", edit=vocabulary_file_only, same_as="base"),
    Case(
        "vocabulary_file_cased",
        edit=both(tokenizer(lower=False), vocabulary_file_only),
        same_as="cased",
    ),
]

DIRECTORIES = [
    Case(
        "transformer_only",
        edit=remove(
            "modules.json",
            "1_Pooling",
            "sentence_bert_config.json",
            "config_sentence_transformers.json",
        ),
        same_as="base",
    ),
    Case(
        "legacy_directory",
        pooled(lambda: dense(C, 48, nn.Identity(), bias=False), Normalize),
        legacy_modules,
        same_as="dense_no_bias_normalize",
    ),
]

CASES = POOLING + MODULES + TRANSFORMER + LIMITS + TOKENIZERS + DIRECTORIES
