"""sentence-transformers as the reference: one text at a time, float32, on the CPU, so that nothing
depends on padding."""

import importlib.metadata

import numpy
import torch
from sentence_transformers import SentenceTransformer

LIBRARIES = ("sentence-transformers", "transformers", "tokenizers", "torch", "numpy", "scipy")


def versions():
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


def load(directory, dtype=torch.float32):
    torch.set_num_threads(2)
    model = SentenceTransformer(
        str(directory), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    return model.to(dtype).eval()


def encode(model, texts, batch_size=1):
    """(texts, dimensions), in the model's own type."""
    return model.encode(list(texts), batch_size=batch_size, convert_to_numpy=True, show_progress_bar=False)


def token_counts(model, texts):
    """Tokens of each text, special tokens included, before the cut at the model's limit."""
    return [
        len(model.tokenizer(text, truncation=False, verbose=False)["input_ids"]) for text in texts
    ]


def spearman_on_pairs(model, pairs, batch_size=1):
    """Spearman x 100 of the library's own cosine similarity against the gold scores."""
    from scipy.stats import spearmanr

    left, right = (encode(model, [pair[side] for pair in pairs], batch_size) for side in (0, 1))
    similarity = numpy.asarray(model.similarity_pairwise(left, right))
    return 100.0 * float(spearmanr(similarity, [pair[2] for pair in pairs]).statistic)
