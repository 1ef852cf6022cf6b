"""The small models of architectures/: each family with its usual configuration, then one switch
of its config.json at a time."""

import dataclasses

import torch
import transformers

SIZES = {
    "vocab_size": 32,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "max_position_embeddings": 40,
    "initializer_range": 0.2,
}
# What modeling code of GTE v1.5 and Nomic BERT as they were first published would be fetched from.
NEW_MAP = {"AutoConfig": "configuration.NewConfig", "AutoModel": "modeling.NewModel"}
NOMIC_MAP = {"AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"}


@dataclasses.dataclass
class Case:
    name: str
    config: transformers.PreTrainedConfig
    # The case whose outputs must be others, by one switch; None for a family's first one.
    differs_from: str | None = None
    lengths: tuple = (1, 2, 9, 40)
    # Saved inside a model of this class, so that its names begin with a prefix.
    wrapper: type | None = None
    # Applied to the model before its weights are set: what transformers itself cannot build.
    patch: object = None
    # The written config.json, where it is not the configuration's own.
    written: dict | None = None
    rename: object = None  # of the written tensors
    dtype: torch.dtype = torch.float32
    max_shard_size: str = "1GB"
    every: int = 1  # of how many rows one is kept
    # Of the weights. Larger where two forms of GELU must be told apart.
    deviation: float = 0.2


LARGE = 0.4


def sized(cls, **more):
    return cls(**{**SIZES, **more})


def old_name(name):
    """As the first conversions of TensorFlow checkpoints had it."""
    name = name.replace("LayerNorm.weight", "LayerNorm.gamma")
    return "bert." + name.replace("LayerNorm.bias", "LayerNorm.beta")


def large_switch(name, config, differs_from):
    return Case(name, config, differs_from, lengths=(1, 40), deviation=LARGE)


def bert_like():
    bert, roberta = transformers.BertConfig, transformers.RobertaConfig
    yield Case("bert", sized(bert), wrapper=transformers.BertForMaskedLM, deviation=LARGE)
    for act in ("gelu_new", "quick_gelu", "silu", "relu", "tanh"):
        yield large_switch(f"bert-{act}", sized(bert, hidden_act=act), "bert")
    yield large_switch("bert-eps", sized(bert, layer_norm_eps=1e-2), "bert")
    yield Case("bert-old-names", sized(bert), lengths=(1, 40), rename=old_name)
    yield Case("bert-f16", sized(bert), lengths=(40,), dtype=torch.float16)
    yield Case("bert-bf16", sized(bert), lengths=(40,), dtype=torch.bfloat16)
    yield Case("bert-shards", sized(bert), lengths=(40,), max_shard_size="6KB")
    one_type = {"type_vocab_size": 1, "layer_norm_eps": 1e-5, "max_position_embeddings": 42}
    yield Case("roberta", sized(roberta, **one_type), wrapper=transformers.RobertaForMaskedLM)
    other_padding = {**one_type, "max_position_embeddings": 46, "pad_token_id": 5}
    yield Case("roberta-padding", sized(roberta, **other_padding), "roberta")
    yield Case("xlm-roberta", sized(transformers.XLMRobertaConfig, **one_type))
    yield Case("camembert", sized(transformers.CamembertConfig, **one_type))
    mpnet = {"layer_norm_eps": 1e-5, "max_position_embeddings": 152}
    yield Case(
        "mpnet",
        sized(transformers.MPNetConfig, **mpnet),
        lengths=(1, 2, 9, 150),
        wrapper=transformers.MPNetForMaskedLM,
    )
    electra = transformers.ElectraConfig
    yield Case("electra", sized(electra, embedding_size=16), wrapper=transformers.ElectraForMaskedLM)
    yield Case("electra-narrow", sized(electra, embedding_size=8), "electra")


def distilbert_and_albert():
    sizes = {"dim": 16, "n_layers": 2, "n_heads": 2, "hidden_dim": 24, "vocab_size": 32}
    sizes = {**sizes, "max_position_embeddings": 40, "initializer_range": 0.2}
    distilbert = transformers.DistilBertConfig
    yield Case("distilbert", distilbert(**sizes), wrapper=transformers.DistilBertForMaskedLM)
    yield Case("distilbert-relu", distilbert(**sizes, activation="relu"), "distilbert")
    sines = distilbert(**sizes, sinusoidal_pos_embds=True)
    yield Case("distilbert-sinusoidal", sines, "distilbert")

    def albert(**more):
        return sized(transformers.AlbertConfig, **{"embedding_size": 8, "num_hidden_layers": 4, **more})

    yield Case("albert", albert(), wrapper=transformers.AlbertForMaskedLM)
    for name, more in (
        ("wide", {"embedding_size": 16}),
        ("relu", {"hidden_act": "relu"}),
        ("groups", {"num_hidden_groups": 2}),
        ("inner", {"inner_group_num": 2}),
    ):
        yield Case(f"albert-{name}", albert(**more), "albert", lengths=(1, 40))


def modernbert():
    special = {"pad_token_id": 0, "bos_token_id": 1, "cls_token_id": 1, "sep_token_id": 2}
    base = {**special, "eos_token_id": 2, "num_hidden_layers": 3, "local_attention": 8}

    def config(**more):
        return sized(transformers.ModernBertConfig, **{**base, **more})

    def switch(name, **more):
        return Case(f"modernbert-{name}", config(**more), "modernbert", lengths=(1, 40))

    yield Case("modernbert", config(), wrapper=transformers.ModernBertForMaskedLM)
    yield switch("window", local_attention=12)
    yield switch("every", global_attn_every_n_layers=2)
    yield switch("layer-types", layer_types=["sliding_attention"] * 2 + ["full_attention"])
    yield switch("norm-bias", norm_bias=True)
    yield switch("attention-bias", attention_bias=True)
    yield switch("mlp-bias", mlp_bias=True)
    yield switch("eps", norm_eps=1e-2)
    yield switch("silu", hidden_activation="silu")
    yield switch("global-theta", global_rope_theta=50.0)
    yield switch("local-theta", local_rope_theta=50.0)
    # As transformers 4 wrote it.
    older = config(global_rope_theta=50.0, local_rope_theta=70.0).to_dict()
    for key in ("rope_parameters", "layer_types"):
        older.pop(key)
    older.update(global_rope_theta=50.0, local_rope_theta=70.0, global_attn_every_n_layers=3)
    yield Case(
        "modernbert-older",
        config(global_rope_theta=50.0, local_rope_theta=70.0),
        "modernbert",
        lengths=(1, 40),
        written=older,
    )
    # 8,192 tokens, of which a few rows are kept.
    far = config(max_position_embeddings=8192, num_hidden_layers=2, local_attention=128)
    yield Case("modernbert-8192", far, lengths=(8192,), every=431)


def gte():
    base = sized(transformers.GteConfig, rope_parameters={"rope_type": "default", "rope_theta": 50.0})
    published = {
        **{key: SIZES[key] for key in SIZES if key != "initializer_range"},
        "model_type": "new",
        "auto_map": NEW_MAP,
        "hidden_act": "gelu",
        "layer_norm_type": "layer_norm",
        "layer_norm_eps": 1e-12,
        "position_embedding_type": "rope",
        "rope_theta": 50.0,
        "rope_scaling": None,
        "type_vocab_size": 1,
        "pack_qkv": True,
        "logn_attention_scale": False,
        "logn_attention_clip1": False,
    }

    def switch(name, config=None, **more):
        config = config if config is not None else base
        more.setdefault("lengths", (1, 40))
        return Case(f"gte-{name}", config, "gte", **more)

    def changed(**more):
        return transformers.GteConfig(**{**base.to_dict(), **more})

    yield Case("gte", base)
    yield Case(
        "new", base, written=published, rename=lambda name: "new." + name, wrapper=None
    )
    theta = {"rope_type": "default", "rope_theta": 10000.0}
    yield switch("theta", changed(rope_parameters=theta))
    yield switch("no-types", changed(type_vocab_size=0))
    yield switch("silu", changed(hidden_act="silu"))
    yield switch("eps", changed(layer_norm_eps=1e-2))
    yield Case("new-unpacked", base, lengths=(1, 40), written={**published, "pack_qkv": False})
    scaled = {**published, "rope_scaling": {"type": "ntk", "factor": 8.0}}
    yield switch("ntk", patch=lambda model: scale_by_ntk(model, 50.0, 8.0), written=scaled)


def scale_by_ntk(model, theta, factor):
    """The frequencies of NTK scaling (https://kexue.fm/archives/9706, equation 6), which only the
    code that came with the published models has."""
    dims = model.config.hidden_size // model.config.num_attention_heads
    powers = torch.arange(0, dims, 2, dtype=torch.float) / dims
    model.rotary_emb.inv_freq = 1.0 / (theta * factor) ** powers / factor ** (2 / dims)


def nomic():
    cls = transformers.NomicBertConfig
    # The published code rounds n_inner up to a multiple of 256.
    sizes = {"hidden_size": 8, "intermediate_size": 256, "num_hidden_layers": 1}
    published = {
        "model_type": "nomic_bert",
        "auto_map": NOMIC_MAP,
        "vocab_size": 30,
        "pad_vocab_size_multiple": 32,
        "n_embd": 8,
        "n_head": 2,
        "n_inner": 100,
        "n_layer": 1,
        "n_positions": 40,
        "activation_function": "swiglu",
        "layer_norm_epsilon": 1e-12,
        "prenorm": False,
        "rotary_emb_base": 1000,
        "rotary_emb_fraction": 1.0,
        "rotary_emb_interleaved": False,
        "rotary_emb_scale_base": None,
        "rotary_scaling_factor": None,
        "qkv_proj_bias": False,
        "mlp_fc1_bias": False,
        "mlp_fc2_bias": False,
        "type_vocab_size": 2,
        "moe_every_n_layers": 0,
    }

    def switch(name, config=None, patch=None, **keys):
        config = config if config is not None else sized(cls, **sizes)
        written = {**published, **keys}
        return Case(f"nomic-{name}", config, "nomic", lengths=(1, 40), patch=patch, written=written)

    yield Case("nomic_bert", sized(cls), wrapper=transformers.NomicBertForMaskedLM)
    yield Case("nomic", sized(cls, **sizes), written=published)
    theta = {"rope_type": "default", "rope_theta": 50.0}
    yield switch("theta", sized(cls, **sizes, rope_parameters=theta), rotary_emb_base=50)
    yield switch("geglu", sized(cls, **sizes, hidden_act="gelu"), activation_function="geglu")
    yield switch("glu", sized(cls, **sizes, hidden_act="sigmoid"), activation_function="glu")
    yield switch("eps", sized(cls, **sizes, layer_norm_eps=1e-2), layer_norm_epsilon=1e-2)
    yield switch("qkv-bias", patch=add_attention_biases, qkv_proj_bias=True)
    yield switch("fc1-bias", patch=add_inner_biases, mlp_fc1_bias=True)
    yield switch("fc2-bias", patch=add_output_biases, mlp_fc2_bias=True)
    yield switch("fraction", patch=turn_half, rotary_emb_fraction=0.5)


def add_bias(linear):
    linear.bias = torch.nn.Parameter(torch.zeros(linear.out_features))


def add_attention_biases(model):
    for layer in model.layers:
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            add_bias(getattr(layer.self_attn, name))


def add_inner_biases(model):
    for layer in model.layers:
        add_bias(layer.mlp.up_proj)
        add_bias(layer.mlp.gate_proj)


def add_output_biases(model):
    for layer in model.layers:
        add_bias(layer.mlp.down_proj)


def turn_half(model):
    """RoPE over the first half of a head's features: angles of 0 leave the others as they are. A
    head of 4 has frequencies for features (0, 2) and (1, 3); turning (0, 1) alone takes the first
    two to be neighbours, so queries and keys are turned by a function of our own."""
    from transformers.models.nomic_bert import modeling_nomic_bert

    dims = model.config.hidden_size // model.config.num_attention_heads // 2
    whole = modeling_nomic_bert.apply_rotary_pos_emb
    frequencies = 1.0 / (1000.0 ** (torch.arange(0, dims, 2, dtype=torch.float) / dims))

    def turn(queries, keys, cos, sin, unsqueeze_dim=1):
        angles = torch.arange(queries.shape[2], dtype=torch.float)[:, None] * frequencies
        angles = torch.cat((angles, angles), dim=-1)[None].to(queries.dtype)
        turned = whole(queries[..., :dims], keys[..., :dims], angles.cos(), angles.sin())
        pairs = zip(turned, (queries[..., dims:], keys[..., dims:]))
        return tuple(torch.cat(pair, dim=-1) for pair in pairs)

    def forward(*arguments, **keywords):
        modeling_nomic_bert.apply_rotary_pos_emb = turn
        try:
            return inner(*arguments, **keywords)
        finally:
            modeling_nomic_bert.apply_rotary_pos_emb = whole

    inner = model.forward
    model.forward = forward


def cases():
    for family in (bert_like, distilbert_and_albert, modernbert, gte, nomic):
        yield from family()
