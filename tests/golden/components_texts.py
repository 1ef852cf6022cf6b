"""The texts that tokenizers are compared on: all that the data folder has, the hostile file, texts put together from the
pieces of a vocabulary of a hundred languages, and random ones. Standard library only."""

import gzip
import itertools
import random

import corpora
from corpora import DATA, one_line

PIECE_TEXTS = 20000
WORDNET_EVERY = 8  # of the glosses; 1 for all

# Characters that components treat apart: spaces, controls, digits, punctuation, marks of several classes, characters that
# decompose, compose or fold, scripts, clusters, and what is newer than some table.
ALPHABET = (
    list("aaabbcdeszABCXYZ'  ..,-_!?#$0123459") + ["'s", "'ll", "ab", "the ", "  ", "\n", "\t", "\r\n", "\0", "\x01", "\x7f"]
    + list("\x85\xa0\u1680\u2003\u2028\u200b\u200d\u3000\ufeff\ufffd\u2581\u0120\u00ad\u180e\u008f")
    + list("\u00bd\u2160\u0663\u0967\u0e54\u2460\u4e00\u4e8c\U00010d40\U0001d7d8\u00b2\u3007")
    + list("\u00e9\u00fc\u00c5\u212b\u0130\u0131\u00df\u1e9e\u03a3\u03c2\u01c5\u0149\u1e69\u1e9b\ufb01\ufdfa\u3392\uff21\uff76\uff9e")
    + list("\u0300\u0301\u0308\u0323\u0345\u0327\u0334\u0f71\u0f72\u0f73\u0344\u093c\u3099\u20dd\u0903\u1dce\U0001e2ec\U0001d165")
    + list("\u0915\u094d\u0937\u0928\u093f\u0bcd\u0e01\u0e33\u0e49\u0627\u0644\u0640\u0600\u05d0\u0587\u10d0\u1c90")
    + list("\u4e2d\u6587\uf900\U00020000\U0002b820\U0002ebf0\U00031350\u3042\u30ab\u30fc\u304c\uac00\uac01\ud7a3\u1100\u1161\u11a8\ua960\ud7b0")
    + list("\U0001f600\U0001f1e9\U0001f1ea\U0001f469\u2764\ufe0f\u00a9\u2122\U0001f3fd\U000e0067\U0001fae8\u20ac\u00a3\u2211")
    + list("\U00010400\U0001e900\U00011f02\U00010d50\U00010d70\U00016d63\U00016d67\U000105c0\u0530\ue000\U0010ffff\U000e0fff")
)


def wordnet_texts():
    yield from itertools.islice(corpora.CORPORA["wordnet"](), 0, None, WORDNET_EVERY)


def xlmr_vocabulary():
    """[(piece, score)] in the order of the ids of XLM-R."""
    with gzip.open(DATA / "tokenizers" / "xlm-roberta-base" / "xlmr_vocab.tsv.gz", "rt", encoding="utf-8", newline="\n") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [(piece, float(score)) for _, piece, score in rows]


def piece_texts():
    """Neighbours in the vocabulary of XLM-R are seldom of one language, so a text mixes up to eight of a hundred."""
    chance = random.Random(7)
    pieces = [piece.replace("\u2581", " ") for piece, _ in xlmr_vocabulary()[4:-1]]
    for _ in range(PIECE_TEXTS):
        yield one_line("".join(chance.choices(pieces, k=chance.randint(1, 8))))


def random_text(chance, most=24):
    return "".join(chance.choices(ALPHABET, k=chance.randint(0, most)))


def random_texts():
    chance = random.Random(11)
    for _ in range(10000):
        yield random_text(chance)


CORPORA = {**corpora.CORPORA, "random": random_texts}
if corpora.has_tokenizers():
    CORPORA.update(wordnet=wordnet_texts, pieces=piece_texts)
