#!/usr/bin/env python3
"""Writes unicode_data_tables.inl: what the `tokenizers` library does with every code point.

Usage:  make_tables.py            rewrite unicode_data_tables.inl beside this script
        make_tables.py --check    regenerate and compare; exit 1 when the committed file differs

Every fact is found by asking the library through its Python bindings (pip install tokenizers==0.23.3), code point by code
point, and the script stops when an answer is none that the tables can express. Nothing comes from Python's unicodedata or
from ICU, but for which characters are newer than an old Oniguruma, which is asked of Python 3.11: the library's own tables
are of several Unicode versions, and an upgrade of the system must not change a token. Takes about three minutes. The output
does not depend on anything but the library's version.
"""

import functools
import pathlib
import struct
import sys
import unicodedata

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).with_name("unicode_data_tables.inl")
LIBRARY_VERSION = "0.23.3"
LIMIT = 0x110000
BLOCK = 128
WIDTH = 120

# The bits of CharProperties::flags, in the order of unicode_tables.h.
FLAGS = ["removed", "space", "chinese", "mark", "whitespace", "punctuation", "word", "letter", "number", "regex_space",
         "numeric", "combining_mark", "incb_extend", "incb_linker", "decomposes", "compatible"]
# GraphemeClass, in the order of unicode_tables.h.
CLASSES = ["other", "control", "extend", "joiner", "spacing", "prepend", "lead", "vowel", "tail", "lead_vowel",
           "syllable", "regional", "pictograph", "consonant"]
# The general categories that tell the stand-ins apart.
CATEGORIES = ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
              "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co"]
OLDEST_REGEX = "14.0.0"  # the Unicode version of the oldest Oniguruma that is linked with (6.9.8), and of Python 3.11
HANGUL = range(0xAC00, 0xAC00 + 11172)


def scalars():
    """Every Unicode scalar value, as a string of one character."""
    for code in range(LIMIT):
        if not 0xD800 <= code <= 0xDFFF:
            yield chr(code)


def require(condition, text):
    if not condition:
        sys.exit("the library does something that the tables cannot express: " + text)


def bert(**on):
    steps = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**steps, **on}).normalize_str


CLEAN = bert(clean_text=True)
CHINESE = bert(handle_chinese_chars=True)
STRIP = bert(strip_accents=True)
LOWER = bert(lowercase=True)
NFC, NFD, NFKD = (form().normalize_str for form in (normalizers.NFC, normalizers.NFD, normalizers.NFKD))
STRIP_MARKS = normalizers.StripAccents().normalize_str
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


def counting_charsmap():
    """A charsmap that turns whatever it is asked for into one X: every first byte is a key. A grapheme cluster of less
    than six bytes is asked for whole, any other character by character, so the number of X tells how a text divides."""
    units = [0] * 1024
    units[0] = 256 << 10
    for byte in range(1, 256):
        units[256 ^ byte] = (256 ^ byte ^ 512) << 10 | 1 << 8 | byte
    units[512] = 1 << 31
    return struct.pack("<I", 4 * len(units)) + struct.pack("<%dI" % len(units), *units) + b"X\0"


COUNT = normalizers.Precompiled(counting_charsmap()).normalize_str


def parts(*text):
    return len(COUNT("".join(text)))


LEAD, VOWEL, TAIL, GRAVE, JOINER = "\u1100", "\u1160", "\u11a8", "\u0300", "\u200d"
PREPEND, COPYRIGHT, KA, VIRAMA = "\u0600", "\u00a9", "\u0915", "\u094d"


def joined_first(char, *rest):
    """Whether there is no boundary between `char` and the character of at most three bytes that begins `rest`."""
    text = char + "".join(rest) + GRAVE
    return len(text.encode()) > 5 and parts(text) == len(text)


def joined_second(first, char):
    """Whether there is no boundary between `first`, of three bytes, and `char`."""
    return parts(PREPEND, first, char) == 3


def hangul_class(char):
    by_vowel, by_tail = joined_first(char, VOWEL), joined_first(char, TAIL)
    if by_vowel and not by_tail:
        return "lead"
    if by_vowel:
        return "vowel" if joined_second(VOWEL, char) else "lead_vowel"
    if by_tail:
        return "tail" if joined_second(VOWEL, char) else "syllable"
    return None


def grapheme_class(char):
    """The part of the Grapheme_Cluster_Break property that the library's rules look at."""
    if char in "\r\n" or parts(char, GRAVE, GRAVE) == 2:
        return "control"
    if char == JOINER:
        return "joiner"
    if 0x1F1E6 <= ord(char) <= 0x1F1FF:
        return "regional"
    if parts("a", char) == 1:
        return "extend" if parts(COPYRIGHT, char, JOINER, COPYRIGHT, GRAVE) == 5 else "spacing"
    if parts(char, "a") == 1:
        return "prepend"
    hangul = hangul_class(char)
    if hangul:
        return hangul
    if parts(char, JOINER, COPYRIGHT, GRAVE) == 4:
        return "pictograph"
    if parts(char, VIRAMA, KA, GRAVE) == 4:
        return "consonant"
    return "other"


def ranges(members):
    """The characters that a pattern of the library matches."""

    def find(pattern):
        left = pre_tokenizers.Split(Regex(pattern), "removed").pre_tokenize_str(members)
        return set(members).difference(*(piece for piece, _ in left))

    return find


def split_sets():
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True).pre_tokenize_str
    digits = pre_tokenizers.Digits().pre_tokenize_str
    letter, number, space, numeric = set(), set(), set(), set()
    for char in scalars():
        if len(byte_level("a" + char + "a")) == 1:
            letter.add(char)
        elif len(byte_level("1" + char + "1")) == 1:
            number.add(char)
        elif len(byte_level("!" + char + "!")) != 1:
            space.add(char)
        if char in "0" or len(digits("0" + char)) == 1:
            numeric.add(char)
    return letter, number, space, numeric


def scripts():
    """A number for the script of every character; 0 for those that belong to any."""
    split = pre_tokenizers.UnicodeScripts().pre_tokenize_str
    examples, found, last = [], {}, None
    for char in scalars():
        if char != "a" and len(split("a" + char)) == 1 and len(split("\u3042" + char)) == 1:
            found[char] = 0
            continue
        if last is None or len(split(examples[last - 1] + char)) != 1:
            last = next((i for i, one in enumerate(examples, 1) if len(split(one + char)) == 1), None)
            if last is None:
                examples.append(char)
                last = len(examples)
        found[char] = last
    require(len(examples) < 256, "more than 255 scripts")
    return found


def compositions():
    """The pairs that NFC puts together, with the result; Hangul is arithmetic."""
    for char in scalars():
        full = NFD(char)
        if full == char or NFC(full) != char or ord(char) in HANGUL:
            continue
        first = NFC(full[:-1])
        require(len(first) == 1 and NFC(first + full[-1]) == char, "composition of %04X" % ord(char))
        yield ord(first), ord(full[-1]), ord(char)


def stand_ins():
    """Characters newer than OLDEST_REGEX, or of another category since, each with an older one of the same category and the
    same answer to \\p{Han}, as (first, last, stand-in)."""
    find = ranges("".join(scalars()))
    han = find(r"\p{Han}")
    category = {char: name for name in CATEGORIES for char in find(r"\p{%s}" % name)}
    examples, runs = {}, []
    for char in reversed(list(scalars())):  # of equals the first wins, but for those of fewer bytes
        if char > "\uffff" or (category.get(char), char in han) not in examples:
            if category.get(char) == unicodedata.category(char):
                examples[category[char], char in han] = char
    for char in scalars():
        if char not in category or category[char] == unicodedata.category(char):
            continue
        other = ord(examples[category[char], char in han])
        if runs and runs[-1][1] == ord(char) - 1 and runs[-1][2] == other:
            runs[-1][1] += 1
        else:
            runs.append([ord(char), ord(char), other])
    return runs


class Tables:
    def __init__(self):
        sets = dict(zip(("letter", "number", "regex_space", "numeric"), split_sets()), word=word_characters())
        script = scripts()
        self.canonical = {char: NFD(char) for char in scalars() if NFD(char) != char}
        self.compatible = {char: NFKD(char) for char in scalars() if NFKD(char) != NFD(char)}
        ranks = combining_ranks([char for char in scalars() if char not in self.canonical])
        marks = {char for char in scalars() if char not in self.canonical and STRIP(char) == ""}
        self.records, self.special_lower, kinds = {(0, 0, 0, 0, 0): 0}, [], [0] * LIMIT
        for char in scalars():
            flags = self.bert_flags(char, self.canonical, marks)
            self.check_shape(char, self.canonical.get(char, char), flags, ranks, marks)
            flags |= {name for name, members in sets.items() if char in members}
            grapheme = grapheme_class(char)
            flags |= self.component_flags(char, grapheme)
            bits = sum(1 << FLAGS.index(name) for name in flags)
            record = (bits, ranks.get(char, 0), CLASSES.index(grapheme), script[char], self.lower(char))
            kinds[ord(char)] = self.records.setdefault(record, len(self.records))
        self.stage1, self.stage2 = stages(kinds)
        self.pairs = sorted(compositions())
        self.stand_ins = stand_ins()

    @staticmethod
    def bert_flags(char, decompositions, marks):
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
        if ord(char) in HANGUL:
            index = ord(char) - 0xAC00
            tail = index % 28
            parts = chr(0x1100 + index // 588) + chr(0x1161 + index % 588 // 28)
            require(decompositions[char] == parts + (chr(0x11A7 + tail) if tail else ""), "Hangul")
        return flags

    @staticmethod
    def check_shape(char, parts, flags, ranks, marks):
        """What the normalizers rely on."""
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

    def component_flags(self, char, grapheme):
        flags = set()
        if STRIP_MARKS(char) == "":
            flags.add("combining_mark")
        if grapheme in ("extend", "joiner"):
            if parts(KA, char, KA, GRAVE) == 4:
                flags.add("incb_linker")
            elif parts(KA, char, VIRAMA, KA, GRAVE) == 5:
                flags.add("incb_extend")
        if char in self.canonical and ord(char) not in HANGUL:
            flags.add("decomposes")
        if char in self.compatible:
            flags.add("compatible")
        return flags

    def lower(self, char):
        """The distance to the lower-case character, or 0x7FFFFFFF when there are several."""
        lowered = LOWER(char)
        if len(lowered) == 1:
            return ord(lowered) - ord(char)
        require(len(lowered) == 2, "lower case of %04X" % ord(char))
        self.special_lower.append([ord(char)] + [ord(c) for c in lowered])
        return 0x7FFFFFFF


def stages(kinds):
    """kinds[code] as a block number for each BLOCK code points, and the different blocks one after another."""
    blocks, stage1, stage2 = {}, [], []
    for start in range(0, LIMIT, BLOCK):
        block = tuple(kinds[start : start + BLOCK])
        if block not in blocks:
            blocks[block] = len(blocks)
            stage2 += block
        stage1.append(blocks[block])
    return stage1, stage2


def repeated(values):
    """The values, with -n for n more of the one before."""
    last, more = None, 0
    for value in values:
        if value == last:
            more += 1
            continue
        if more:
            yield -more
        yield value
        last, more = value, 0
    if more:
        yield -more


def decompositions(found):
    """Of each character minus its distance from the one before, then its parts. Hangul is arithmetic."""
    last = 0
    for char, full in sorted(found.items()):
        if ord(char) not in HANGUL:
            yield last - ord(char)
            yield from (ord(part) for part in full)
            last = ord(char)


def array(declaration, values, form="%d"):
    lines, line = [], ""
    for value in values:
        text = (form % value) + ","
        if len(line) + len(text) > WIDTH:
            lines.append(line)
            line = ""
        line += text
    return "%s = {\n%s\n};\n" % (declaration, "\n".join(lines + [line]))


def tuples(rows):
    return ["{%s}" % ",".join("%d" % value for value in row) for row in rows]


def render(t):
    return "\n".join(
        [
            "// Generated by make_tables.py from the `tokenizers` library, version %s. Do not edit." % LIBRARY_VERSION,
            "// What the numbers mean is told in unicode_tables.h and unicode_tables.cpp; it holds no code.",
            "// clang-format off\n",
            "static_assert(kUnicodeBlock == %d && kUnicodeBlocks == %d);\n" % (BLOCK, len(t.stage2) // BLOCK),
            array("constexpr int16_t kBlockRuns[]", repeated(t.stage1)),
            array("constexpr int16_t kRecordRuns[]", repeated(t.stage2)),
            array("const CharProperties kCharProperties[]", ["{%d,%d,GraphemeClass{%d},%d,%d}" % r for r in t.records], "%s"),
            array("constexpr SpecialLower kSpecialLower[]", ["{%d,{%d,%d}}" % tuple(row) for row in t.special_lower], "%s"),
            array("constexpr int32_t kCanonicalParts[]", decompositions(t.canonical)),
            array("constexpr int32_t kCompatibleParts[]", decompositions(t.compatible)),
            array("constexpr Composition kCompositions[]", tuples(t.pairs), "%s"),
            array("constexpr StandIn kStandIns[]", tuples(t.stand_ins), "%s"),
        ]
    )


def main():
    if tokenizers.__version__ != LIBRARY_VERSION:
        sys.exit("needs tokenizers %s, found %s" % (LIBRARY_VERSION, tokenizers.__version__))
    if unicodedata.unidata_version != OLDEST_REGEX:
        sys.exit("needs a Python whose unicodedata is of Unicode %s: 3.11" % OLDEST_REGEX)
    text = render(Tables())
    if "--check" not in sys.argv[1:]:
        OUTPUT.write_text(text)
    elif OUTPUT.read_text() != text:
        sys.exit("%s differs from what the library does" % OUTPUT.name)
    print("%s: %d bytes" % (OUTPUT.name, len(text)))


main()
