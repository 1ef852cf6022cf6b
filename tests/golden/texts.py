"""Which texts the MiniLM goldens are about.

Texts of public data sets are never copied into the repository: they are named by file and position
and read from the data directory (SBERT_TEST_DATA). Only texts of our own are written out, in
minilm/odd.json.

No text holds a line feed, because `sbert embed` reads one text a line. Standard library only.
"""

import csv
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
STSB_FILE = "stsb/stsb-en-dev.csv"
XQUAD_FILE = "xquad/xquad.en.json"


def stsb_pairs(data, name=STSB_FILE):
    """All pairs of the STS benchmark's dev part, English unless named: [(sentence, sentence, gold score)]."""
    with open(pathlib.Path(data) / name, encoding="utf-8", newline="") as file:
        return [(a, b, float(score)) for a, b, score in csv.reader(file)]


def stsb_sentences(data, every):
    """Every `every`-th of the sentences, the two of each pair one after the other."""
    sentences = [text for a, b, _ in stsb_pairs(data) for text in (a, b)]
    return sentences[::every]


def xquad_paragraphs(data):
    """All paragraphs in file order; a position in this list is what minilm/texts.json stores."""
    with open(pathlib.Path(data) / XQUAD_FILE, encoding="utf-8") as file:
        articles = json.load(file)["data"]
    return [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]


def choose_paragraphs(paragraphs, token_count, limit, total=100, long=10):
    """Positions of `total` distinct paragraphs without line feeds, at least `long` of them above
    `limit` tokens.

    The first in file order, but the first `long` that are too long for the model always take part:
    what happens at the limit must be seen. Returns sorted positions.
    """
    first = {}
    for position, text in enumerate(paragraphs):
        if "\n" not in text:
            first.setdefault(text, position)
    positions = list(first.values())
    chosen = [p for p in positions if token_count(paragraphs[p]) > limit][:long]
    chosen += [p for p in positions if p not in chosen][: total - len(chosen)]
    return sorted(chosen)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_named(description, data):
    """The texts of one entry of minilm/texts.json. Raises ValueError when the data file is another
    one."""
    found = sha256(pathlib.Path(data) / description["file"])
    if found != description["sha256"]:
        raise ValueError(
            f"{description['file']} has sha256 {found}, expected {description['sha256']}"
        )
    if description["file"] == STSB_FILE:
        return stsb_sentences(data, description["every"])
    paragraphs = xquad_paragraphs(data)
    return [paragraphs[position] for position in description["positions"]]


# Each is there for a reason: empty and blank texts, what the normaliser drops or splits, what the
# vocabulary lacks, what looks like a special token, what is far beyond the limit.
ODD = [
    "",
    " ",
    "   \t  ",
    "a",
    "Z",
    "?",
    "!?.,;:-()[]{}<>\"'`~@#$%^&*_+=|\\/",
    "....................................................................",
    "😀",
    "👩‍👩‍👧‍👦 family emoji with joiners 👍🏽",
    "我们在数据库里做句子嵌入。",
    "日本語のテキストと English words を混ぜる",
    "한국어 문장입니다",
    "Добрый день, как дела?",
    "كيف حالك اليوم",
    "नमस्ते दुनिया",
    "Ça coûte très cher à l'hôtel Łódź, naïve Zoë said.",
    "Ca cou\u0302te tre\u0300s cher",
    "ＦＵＬＬ ｗｉｄｔｈ １２３",
    "ﬁne ligatures and ½ ² ™",
    "[CLS] not a marker [SEP] but a text [MASK] with [PAD] and [UNK]",
    "[cls] small letters [sep]",
    "##ing ##ed ## #",
    "\ttabs\tbetween\t\tthe words\t",
    "zero\u200bwidth\u200dand\u00adsoft\u2060hyphen\ufeff",
    "next\x85line and line\u2028separator and no\u00a0break",
    "controls \x01\x02\x07\x1b[0m between",
    "supercalifragilisticexpialidocious" * 5,
    "x" * 100,
    "x" * 101,
    "word " * 254,
    "word " * 255,
    "the quick brown fox jumps over the lazy dog " * 400,
    "SELECT embedding <=> '[1,2,3]'::vector FROM docs WHERE id = 42; -- comment",
    "3.14159 1,000,000 1e-12 0xDEADBEEF 2026-11-21T09:26:22Z",
]
