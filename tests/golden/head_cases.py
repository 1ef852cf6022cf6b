"""The small models of heads/: one for each head of each family, and one for each switch of a head."""

import dataclasses

import torch
import transformers
from head_tokenizers import TOKENIZERS

SIZES = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 24,
         "max_position_embeddings": 40}
DISTILBERT = {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 24, "max_position_embeddings": 40}
ROBERTA = {**SIZES, "max_position_embeddings": 42, "type_vocab_size": 1}
NARROW = {**SIZES, "embedding_size": 8}
MODERN = {**SIZES, "local_attention": 8, "global_attn_every_n_layers": 1}
# Of a family: the stem of its classes, its configuration, its tokenizer.
FAMILIES = {
    "albert": ("Albert", transformers.AlbertConfig, NARROW, "albert"),
    "bert": ("Bert", transformers.BertConfig, SIZES, "bert"),
    "camembert": ("Camembert", transformers.CamembertConfig, ROBERTA, "roberta"),
    "distilbert": ("DistilBert", transformers.DistilBertConfig, DISTILBERT, "bert"),
    "electra": ("Electra", transformers.ElectraConfig, NARROW, "bert"),
    "gte": ("Gte", transformers.GteConfig, {**SIZES, "type_vocab_size": 2}, "bert"),
    "modernbert": ("ModernBert", transformers.ModernBertConfig, MODERN, "bytes"),
    "mpnet": ("MPNet", transformers.MPNetConfig, {**SIZES, "max_position_embeddings": 42}, "mpnet"),
    "nomic": ("NomicBert", transformers.NomicBertConfig, SIZES, "bert"),
    "roberta": ("Roberta", transformers.RobertaConfig, ROBERTA, "roberta"),
    "xlm-roberta": ("XLMRoberta", transformers.XLMRobertaConfig, ROBERTA, "unigram"),
}
TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC"]
TOPICS = ["sport", "news", "weather"]
LIMIT = 40  # of tokens; texts beyond it are cut


@dataclasses.dataclass
class Case:
    name: str
    family: str
    head: str  # SequenceClassification, TokenClassification, MaskedLM
    config: dict = dataclasses.field(default_factory=dict)
    labels: list | None = None
    # What sentence-transformers makes of it: "cross", "dense" (a Dense behind a pooling), "sparse".
    saved_as: str | None = None
    pooling: dict = dataclasses.field(default_factory=dict)  # SpladePooling's
    max_active: int | None = None
    edit: object = None  # of the written config.json

    def tokenizer(self):
        return TOKENIZERS[FAMILIES[self.family][3]]()

    def model(self, tokenizer):
        stem, config, sizes, _ = FAMILIES[self.family]
        special = {"pad_token_id": tokenizer.pad_token_id}
        if self.family == "modernbert":
            special |= {name: tokenizer.pad_token_id for name in ("bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id")}
        if self.labels:
            special |= {"id2label": dict(enumerate(self.labels)), "label2id": {label: i for i, label in enumerate(self.labels)}}
        settings = config(**{**sizes, **special, **self.config}, vocab_size=len(tokenizer))
        model = getattr(transformers, f"{stem}For{self.head}")._from_config(settings, attn_implementation="eager")
        return randomised(model)


def randomised(model, seed=1):
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in dict(model.named_parameters()).values():
            parameter.normal_(0, 0.4, generator=generator)
    return model.eval()


def cases():
    sequence, token, masked = "SequenceClassification", "TokenClassification", "MaskedLM"
    for family in FAMILIES:
        yield Case(f"{family}-sequence", family, sequence, labels=TOPICS)
        yield Case(f"{family}-tokens", family, token, labels=TAGS)
        if family != "nomic":  # its decoder's bias is of another name in each version
            yield Case(f"{family}-sparse", family, masked, saved_as="sparse")
    yield Case("bert-sequence-two", "bert", sequence)  # labels of the library
    yield Case("bert-sequence-multi", "bert", sequence, {"problem_type": "multi_label_classification"}, TOPICS)
    yield Case("bert-sequence-regression", "bert", sequence, {"problem_type": "regression"}, ["grade"])
    yield Case("bert-sequence-one", "bert", sequence, labels=["spam"])
    yield Case("modernbert-sequence-mean", "modernbert", sequence,
               {"classifier_pooling": "mean", "classifier_bias": True, "norm_bias": True, "classifier_activation": "silu"}, TOPICS)
    yield Case("bert-cross", "bert", sequence, {"num_labels": 1}, saved_as="cross")
    yield Case("bert-cross-three", "bert", sequence, labels=["contradiction", "entailment", "neutral"], saved_as="cross")
    yield Case("bert-cross-dense", "bert", None, saved_as="dense")
    yield Case("bert-cross-legacy", "bert", sequence, {"num_labels": 1},
               edit=lambda config: config.update(sbert_ce_default_activation_function="torch.nn.modules.linear.Identity"))
    yield Case("roberta-cross", "roberta", sequence, {"num_labels": 1}, saved_as="cross")
    yield Case("xlm-roberta-cross", "xlm-roberta", sequence, {"num_labels": 1}, saved_as="cross")
    yield Case("bert-sparse-untied", "bert", masked, {"tie_word_embeddings": False}, saved_as="sparse",
               pooling={"pooling_strategy": "sum"})
    yield Case("bert-sparse-twice", "bert", masked, {"hidden_act": "relu"}, saved_as="sparse",
               pooling={"activation_function": "log1p_relu"}, max_active=7)
    yield Case("modernbert-sparse-bare", "modernbert", masked, {"decoder_bias": False, "classifier_bias": True}, saved_as="sparse")
