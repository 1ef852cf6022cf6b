"""The peers of heads.py, each as its library's documentation calls it, and the models of random weights that all read."""

import json
import shutil
import warnings

import sentence_transformers
import torch
import transformers
from sentence_transformers import CrossEncoder, SparseEncoder
from transformers import AutoTokenizer, BertConfig, pipeline

torch.set_num_threads(1)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
warnings.filterwarnings("ignore")
LABELS = ["O"] + [f"{begin}-{kind}" for kind in ("PER", "ORG", "LOC", "MISC") for begin in "BI"]


def versions():
    return {"torch": torch.__version__, "transformers": transformers.__version__, "sentence-transformers": sentence_transformers.__version__}


def token_counter(model):
    tokenizer = AutoTokenizer.from_pretrained(model)
    return lambda text: len(tokenizer(text, add_special_tokens=False).input_ids)


def save_random(model, directory, head, **settings):
    """A BERT of the model's shape behind its tokenizer; limit 512."""
    shutil.rmtree(directory, ignore_errors=True)
    published = json.loads((model / "config.json").read_text(encoding="utf-8"))
    published.pop("architectures", None)
    torch.manual_seed(1)
    getattr(transformers, f"BertFor{head}")(BertConfig(**{**published, **settings})).save_pretrained(directory)
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.model_max_length = 512
    tokenizer.save_pretrained(directory)


class Reranker:
    @staticmethod
    def save(model, directory):
        save_random(model, directory, "SequenceClassification", num_labels=1)
        encoder = CrossEncoder(str(directory), device="cpu")
        shutil.rmtree(directory)
        encoder.save_pretrained(str(directory))

    def __init__(self, directory):
        self.model = CrossEncoder(str(directory), device="cpu")

    def run(self, pairs):
        self.model.predict(pairs, batch_size=32)


class Entities:
    @staticmethod
    def save(model, directory):
        save_random(model, directory, "TokenClassification", id2label=dict(enumerate(LABELS)),
                    label2id={label: i for i, label in enumerate(LABELS)})

    def __init__(self, directory):
        self.pipeline = pipeline("token-classification", model=str(directory), aggregation_strategy="simple", device="cpu")

    def run(self, texts):
        for _ in self.pipeline(list(texts), batch_size=8):
            pass


class Sparse:
    @staticmethod
    def save(model, directory):
        save_random(model, directory, "MaskedLM")
        encoder = SparseEncoder(str(directory), device="cpu")
        shutil.rmtree(directory)
        encoder.save_pretrained(str(directory))

    def __init__(self, directory):
        self.model = SparseEncoder(str(directory), device="cpu")

    def run(self, texts):
        self.model.encode(texts, batch_size=32, show_progress_bar=False)
