"""The transformer under all pipeline goldens: a BERT of 28,000 random weights with a vocabulary of
about 240 pieces.

Every tensor is random, the biases and the norms' scales too: a weight that is left at 0 or 1 hides
that nobody applies it. Seeded, so that every run writes the same files.
"""

import string

import torch
from transformers import BertConfig, BertModel, BertTokenizer

MAX_POSITIONS = 64

WORDS = """the a an of to in and is are was it that this for on with as by at from not or be have
has can how do does what where when which who why my your our their one two three text
word sentence query table row column index vector model data base server search meaning
cat dog man woman child house water time year day night good bad new old small large red
green blue play run eat sleep read write open close begin end cafe naive hello world""".split()
PIECES = "ing ed er est ly s es tion ment ness able ful less un re pre con é".split()
CAPITALS = "The Hello World Text Cat I A".split()
HAN = "中文我们是句子向量"


def vocabulary():
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces += (
        list(string.punctuation) + list(string.digits) + list(string.ascii_lowercase) + list(HAN)
    )
    pieces += list("ABCDE") + ["é", "ö"]
    pieces += ["##" + c for c in string.ascii_lowercase + string.digits] + [
        "##" + p for p in PIECES
    ]
    pieces += WORDS + CAPITALS
    return list(dict.fromkeys(pieces))


def save(directory):
    """Writes config, weights and tokenizer as transformers does."""
    pieces = vocabulary()
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=MAX_POSITIONS,
        initializer_range=0.2,
    )
    model = BertModel(config)
    randomise(model, seed=7)
    model.save_pretrained(directory)
    vocabulary_file = directory / "vocab.txt"
    vocabulary_file.write_text("".join(piece + "\n" for piece in pieces), encoding="utf-8")
    tokenizer = BertTokenizer.from_pretrained(
        directory, do_lower_case=True, model_max_length=MAX_POSITIONS
    )
    tokenizer.save_pretrained(directory)


def randomise(module, seed):
    """Every parameter from a normal distribution of deviation 0.2; scales of norms around 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(module.named_parameters()):
            parameter.normal_(0.0, 0.2, generator=generator)
            if name.endswith(("LayerNorm.weight", "norm.weight")):
                parameter.add_(1.0)
