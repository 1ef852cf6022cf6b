#!/usr/bin/env python3
"""Writes component_tables.cpp: what the components of the `tokenizers` library know of every code point.

Usage:  make_component_tables.py            rewrite component_tables.cpp beside this script
        make_component_tables.py --check    regenerate and compare; exit 1 when the committed file differs

As ../make_tables.py, whose tables these extend, it asks the library itself (pip install tokenizers==0.23.3), code point by
code point, and stops when an answer is none that the tables can express. Takes about two minutes. Only which characters are
newer than an old Oniguruma is asked of Python 3.11.
"""

import pathlib
import struct
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from table_file import BLOCK, LIBRARY_VERSION, LIMIT, array, require, scalars, stages, write_or_check  # noqa: E402
from tokenizers import Regex, normalizers, pre_tokenizers

OUTPUT = pathlib.Path(__file__).with_name("component_tables.cpp")

# The bits of ComponentProperties::flags, in the order of component_tables.h.
FLAGS = ["letter", "number", "regex_space", "numeric", "combining_mark", "incb_extend", "incb_linker"]
# GraphemeClass, in the order of component_tables.h.
CLASSES = ["other", "control", "extend", "joiner", "spacing", "prepend", "lead", "vowel", "tail", "lead_vowel",
           "syllable", "regional", "pictograph", "consonant"]
# The general categories that tell the stand-ins apart.
CATEGORIES = ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po",
              "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co"]
OLDEST_REGEX = "14.0.0"  # the Unicode version of the oldest Oniguruma that is linked with (6.9.8), and of Python 3.11
HANGUL = range(0xAC00, 0xAC00 + 11172)

NFC, NFD = normalizers.NFC().normalize_str, normalizers.NFD().normalize_str
NFKC, NFKD = normalizers.NFKC().normalize_str, normalizers.NFKD().normalize_str


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
        letter, number, space, numeric = split_sets()
        script = scripts()
        self.records, self.pool, pool_at, kinds = {}, [0], {}, [0] * LIMIT
        self.records[(0, 0, 0, 0)] = 0
        strip = normalizers.StripAccents().normalize_str
        for char in scalars():
            grapheme = grapheme_class(char)
            flags = {name for name, members in (("letter", letter), ("number", number), ("regex_space", space),
                                                ("numeric", numeric)) if char in members}
            if strip(char) == "":
                flags.add("combining_mark")
            if grapheme in ("extend", "joiner"):
                if parts(KA, char, KA, GRAVE) == 4:
                    flags.add("incb_linker")
                elif parts(KA, char, VIRAMA, KA, GRAVE) == 5:
                    flags.add("incb_extend")
            full = NFKD(char)
            at = 0
            if full != NFD(char):
                if full not in pool_at:
                    pool_at[full] = len(self.pool)
                    self.pool += [len(full)] + [ord(c) for c in full]
                at = pool_at[full]
            bits = sum(1 << FLAGS.index(name) for name in flags)
            record = (bits, CLASSES.index(grapheme), script[char], at)
            kinds[ord(char)] = self.records.setdefault(record, len(self.records))
        require(len(self.pool) < 1 << 16 and len(self.records) < 1 << 16, "too many kinds of characters")
        self.stage1, self.stage2 = stages(kinds)
        self.pairs = sorted(compositions())
        self.stand_ins = stand_ins()


def render(t):
    def tuples(rows):
        return ["{%s}" % ",".join("%d" % value for value in row) for row in rows]

    return "\n".join(
        [
            "// Generated by make_component_tables.py from the `tokenizers` library, version %s. Do not edit."
            % LIBRARY_VERSION,
            "// What the numbers mean is told in component_tables.h; it holds no code.",
            "// clang-format off",
            '#include "encoder/tokenizer/component_tables.h"\n',
            "namespace sbert::encoder {\n",
            "static_assert(kComponentBlock == %d);\n" % BLOCK,
            array("const uint16_t kComponentStage1[kComponentStage1Size]", t.stage1),
            array("const uint16_t kComponentStage2[]", t.stage2),
            array("const ComponentProperties kComponentProperties[]",
                  ["{%d,GraphemeClass{%d},%d,%d}" % record for record in t.records], "%s"),
            array("const uint32_t kCompatibilityParts[]", t.pool),
            array("const Composition kCompositions[]", tuples(t.pairs), "%s"),
            "const size_t kCompositionCount = %d;\n" % len(t.pairs),
            array("const StandIn kStandIns[]", tuples(t.stand_ins), "%s"),
            "const size_t kStandInCount = %d;\n" % len(t.stand_ins),
            "} // namespace sbert::encoder\n",
        ]
    )


def main():
    if unicodedata.unidata_version != OLDEST_REGEX:
        sys.exit("needs a Python whose unicodedata is of Unicode %s: 3.11" % OLDEST_REGEX)
    write_or_check(OUTPUT, lambda: render(Tables()))


main()
