#!/usr/bin/env python3
"""Writes unicode_tables.cpp: what the `tokenizers` library does with every code point.

Usage:  make_tables.py            rewrite unicode_tables.cpp beside this script
        make_tables.py --check    regenerate and compare; exit 1 when the committed file differs

Every fact is found by asking the library through its Python bindings (pip install tokenizers==0.23.3). Nothing comes
from Python's unicodedata or from ICU: the library's own tables are of several Unicode versions, and an upgrade of the
system must not change a token. Takes about a minute. The output does not depend on anything but the library's version.
"""

import functools
import pathlib

from table_file import BLOCK, LIBRARY_VERSION, LIMIT, array, require, scalars, stages, write_or_check
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).with_name("unicode_tables.cpp")

# The bits of CharProperties::flags, in the order of unicode_tables.h.
FLAGS = ["removed", "space", "chinese", "mark", "whitespace", "punctuation", "word", "hangul"]
HANGUL = range(0xAC00, 0xAC00 + 11172)


def bert(**on):
    steps = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**steps, **on}).normalize_str


CLEAN = bert(clean_text=True)
CHINESE = bert(handle_chinese_chars=True)
STRIP = bert(strip_accents=True)
LOWER = bert(lowercase=True)
NFD = normalizers.NFD().normalize_str
SPLIT = pre_tokenizers.BertPreTokenizer().pre_tokenize_str


def split_class(char):
    """How the pre-tokenizer treats a character between two letters."""
    pieces = [piece for piece, _ in SPLIT("a" + char + "b")]
    kinds = {("a" + char + "b",): None, ("a", "b"): "whitespace", ("a", char, "b"): "punctuation"}
    require(tuple(pieces) in kinds, "pre-tokenizer on %04X gives %r" % (ord(char), pieces))
    return kinds[tuple(pieces)]


def word_characters():
    r"""The characters that the library's \w knows: those that keep a single_word token from matching."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.add_tokens([AddedToken("\ue000", single_word=True, normalized=False)])
    found = set()
    for char in scalars():
        if char != "\ue000":
            if "\ue000" not in tokenizer.encode(char + "\ue000", add_special_tokens=False).tokens:
                found.add(char)
    return found


def combining_ranks(candidates):
    """Canonical combining classes as ranks 1..n (0: a starter), from how the library reorders pairs."""

    def after(x, y):  # class(x) > class(y) > 0
        return x != y and NFD(x + y) == y + x

    low, high = "\u0334", "\u0345"  # an overlay and the iota below: the lowest class and the highest
    nonstarters = [c for c in candidates if after(c, low) or after(high, c)] + [low, high]
    nonstarters = sorted(set(nonstarters))
    order = sorted(nonstarters, key=functools.cmp_to_key(lambda x, y: after(x, y) - after(y, x)))
    ranks, rank = {}, 0
    for index, char in enumerate(order):
        if index == 0 or after(char, order[index - 1]):
            rank += 1
        ranks[char] = rank
    for x, y in zip(order, order[1:]):
        require(not after(x, y), "combining classes without an order at %04X %04X" % (ord(x), ord(y)))
    return ranks


class Tables:
    def __init__(self):
        words = word_characters()
        decompositions = {}
        for char in scalars():
            parts = NFD(char)
            if parts != char:
                decompositions[char] = parts
        ranks = combining_ranks([c for c in scalars() if c not in decompositions])
        self.ranks = max(ranks.values())
        self.records = {(0, 0, 0, 0): 0}
        self.pool = [0]
        self.special_lower = []
        pool_at = {}
        kinds = [0] * LIMIT
        marks = {c for c in scalars() if c not in decompositions and STRIP(c) == ""}
        for char in scalars():
            flags = self.flags(char, words, decompositions, marks)
            self.check_shape(char, decompositions.get(char, char), flags, ranks, marks)
            parts = decompositions.get(char) if "hangul" not in flags else None
            if parts is not None and parts not in pool_at:
                pool_at[parts] = len(self.pool)
                self.pool += [len(parts)] + [ord(c) for c in parts]
            bits = sum(1 << FLAGS.index(name) for name in flags)
            record = (bits, ranks.get(char, 0), pool_at.get(parts, 0), self.lower(char))
            kinds[ord(char)] = self.records.setdefault(record, len(self.records))
        require(len(self.pool) < 1 << 16 and len(self.records) < 1 << 16, "too many kinds of characters")
        self.stage1, self.stage2 = stages(kinds)

    @staticmethod
    def flags(char, words, decompositions, marks):
        flags = set()
        cleaned, spaced = CLEAN(char), CHINESE(char)
        require(cleaned in ("", " ", char), "clean_text on %04X" % ord(char))
        require(spaced in (char, " " + char + " "), "handle_chinese_chars on %04X" % ord(char))
        if cleaned == "":
            flags.add("removed")
        if cleaned == " " and char != " ":
            flags.add("space")
        if spaced != char:
            flags.add("chinese")
        if char in marks:
            flags.add("mark")
        if split_class(char):
            flags.add(split_class(char))
        if char in words:
            flags.add("word")
        if ord(char) in HANGUL:
            flags.add("hangul")
            index = ord(char) - 0xAC00
            tail = index % 28
            parts = chr(0x1100 + index // 588) + chr(0x1161 + index % 588 // 28)
            require(decompositions[char] == parts + (chr(0x11A7 + tail) if tail else ""), "Hangul")
        return flags

    @staticmethod
    def check_shape(char, parts, flags, ranks, marks):
        """What normalizer.cpp relies on."""
        where = " at %04X" % ord(char)
        stripped = "".join(c for c in parts if c not in marks)
        require(STRIP(char) == stripped, "strip_accents is not NFD without marks" + where)
        classes = [ranks.get(c, 0) for c in parts]
        require(classes == sorted(classes), "a decomposition that is not starters, then marks" + where)
        if any(classes):
            require(not flags & {"chinese", "whitespace", "space"}, "a combining separator" + where)
        if classes[0] != 0:
            require("punctuation" not in flags, "combining punctuation" + where)
            require(all(LOWER(c) == c for c in parts), "a combining capital" + where)

    def lower(self, char):
        """The distance to the lower-case character, or 0x7FFFFFFF when there are several."""
        lowered = LOWER(char)
        if len(lowered) == 1:
            return ord(lowered) - ord(char)
        require(len(lowered) == 2, "lower case of %04X" % ord(char))
        self.special_lower.append([ord(char)] + [ord(c) for c in lowered])
        return 0x7FFFFFFF


def render(t):
    records = ["{%d,%d,%d,%d}" % record for record in t.records]
    special = ["{%d,{%d,%d}}" % tuple(entry) for entry in t.special_lower]
    return "\n".join(
        [
            "// Generated by make_tables.py from the `tokenizers` library, version %s. Do not edit." % LIBRARY_VERSION,
            "// What the numbers mean is told in unicode_tables.h; it holds no code.",
            "// clang-format off",
            '#include "encoder/tokenizer/unicode_tables.h"\n',
            "namespace sbert::encoder {\n",
            "static_assert(kUnicodeBlock == %d && kCombiningRanks == %d);\n" % (BLOCK, t.ranks),
            array("const uint16_t kUnicodeStage1[kUnicodeStage1Size]", t.stage1),
            array("const uint16_t kUnicodeStage2[]", t.stage2),
            array("const CharProperties kCharProperties[]", records, "%s"),
            array("const uint32_t kDecompositions[]", t.pool),
            array("const SpecialLower kSpecialLower[]", special, "%s"),
            "const size_t kSpecialLowerCount = %d;\n" % len(special),
            "} // namespace sbert::encoder\n",
        ]
    )


write_or_check(OUTPUT, lambda: render(Tables()))
