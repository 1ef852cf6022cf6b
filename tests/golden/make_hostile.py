#!/usr/bin/env python3
"""Writes hostile.txt: one text per line that tokenizers are known, or likely, to disagree on.

Usage:  make_hostile.py            rewrite hostile.txt beside this script
        make_hostile.py --check    compare instead; exit 1 when the committed file differs

Deterministic: a seeded generator of our own, no data but code points. Every line is valid UTF-8 without NUL, carriage
return or line feed, so that a line-by-line reader sees exactly these texts.
"""

import pathlib
import sys

OUTPUT = pathlib.Path(__file__).with_name("hostile.txt")
MARKS = [0x0301, 0x0323, 0x0308, 0x0327, 0x0334, 0x0345, 0x0315, 0x05B0, 0x064B, 0x0E38, 0x302A, 0x302E, 0x1D165, 0x1DF9,
         0x1ACF, 0x0898, 0x10EFD, 0x1E4EC, 0x11F02, 0x20D0, 0x0F71, 0x0F73, 0x0344, 0x094D, 0x3099]
SPACES = [0x09, 0x0B, 0x0C, 0x20, 0x85, 0xA0, 0x1680, 0x180E, *range(0x2000, 0x200C), 0x2028, 0x2029, 0x202F, 0x205F,
          0x2060, 0x3000, 0xFEFF]
CONTROLS = [*range(0x01, 0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0x0600, 0x06DD, 0x061C, 0x200C, 0x200D,
            0x200E, 0x202E, 0x2066, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFE, 0x110BD, 0x13430, 0x1BCA0, 0xE0001, 0xE0041]
CJK = [0x3400, 0x4DBF, 0x4DC0, 0x4E00, 0x9FFF, 0xA000, 0xF900, 0xFAFF, 0xFB00, 0x20000, 0x2A6DF, 0x2A6E0, 0x2A700, 0x2B73F,
       0x2B740, 0x2B81F, 0x2B820, 0x2B91F, 0x2B920, 0x2CEAF, 0x2CEB0, 0x2EBE0, 0x2F800, 0x2FA1F, 0x2FA20, 0x30000, 0x31350,
       0x3007, 0x3042, 0x30AB, 0xFF76, 0xAC00]
CASES = [0x0130, 0x0131, 0x00DF, 0x1E9E, 0x03A3, 0x03C2, 0x01C5, 0x1F88, 0xFB01, 0xFB03, 0x0149, 0x1F50, 0x212A, 0x2126,
         0x10400, 0x1E900, 0x13A0, 0xAB70, 0x10D0, 0x1C90, 0xA7C5, 0x2C2F, 0xFF21, 0x1D400, 0x2160, 0x24B6, 0x00C5]
UNASSIGNED = [0x0378, 0x0530, 0x2FE0, 0x2E5E, 0xFDD0, 0x1FFFE, 0x1FBFF, 0x40000, 0x7FFFF, 0xDFFFF, 0xEFFFF]
PRIVATE = [0xE000, 0xF8FF, 0xF0000, 0xFFFFD, 0x100000, 0x10FFFD, 0x10FFFF]
PUNCTUATION = [*range(0x21, 0x30), 0x3A, 0x40, 0x5B, 0x5E, 0x60, 0x7B, 0x7E, 0xA1, 0xA7, 0xB4, 0xB6, 0xBF, 0x037E, 0x0589, 0x05BE,
               0x060C, 0x0964, 0x0E4F, 0x166D, 0x2010, 0x2019, 0x2E2E, 0x2E52, 0x3001, 0x30FB, 0xFE10, 0xFF01, 0x10100, 0x1E95E,
               0x20AC, 0x00D7, 0x2200, 0x2580, 0x1F600]
SPECIALS = ["[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]"]


class Random:
    """A linear congruential generator (Knuth's MMIX constants): the same on every version of Python."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (self.state >> 33) % n

    def pick(self, pool):
        return pool[self.below(len(pool))]


def text(codes):
    return "".join(map(chr, codes))


def every_order(base, marks):
    if not marks:
        yield base
    for i, mark in enumerate(marks):
        yield from every_order(base + chr(mark), marks[:i] + marks[i + 1 :])


def handmade():
    yield from ["", " ", "   ", "a", ".", "...", "a.b,c", "don't", "e-mail@example.org", "C++20", "$9.99", "100%", "snake_case_word"]
    for size in (99, 100, 101, 102):
        yield from ["a" * size, "\u00e9" * size, "e\u0301" * size, "\u4e2d" * size, "\u0130" * size, "\uac01" * size]
        yield from ["a" + "\u0301" * size + "b", "\u1acf" * size, "x " + "\U0001d165\u302e" * size + " y", "un" + "##a" * size]
    yield from every_order("a", [0x0301, 0x0323, 0x302E, 0x1D165])
    yield from every_order("", [0x1ACF, 0x0334, 0x302E, 0x0F73])
    yield from every_order("\u00e9", [0x0345, 0x302A, 0x302E])
    for special in SPECIALS:
        yield from [special, special + "word", "word" + special, special * 3, special.lower(), special[:-1], special[1:]]
        yield from ["a " + special + " b", "[" + special + "]", special[:3] + "\u0301" + special[3:], special[:2] + "\u200b" + special[2:]]
        yield from ["\u0301" + special + "\u0301", "\u4e2d" + special + "\u6587", "  " + special + "\u3000"]
    yield "\u1100\u1161\u11a8 \uac01 \uac00\u11a8 \u1100\uac00 \u11a8\u1161\u1100 \ua960\ud7b0\ud7cb \u3131\u314f \uffa1"
    yield "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\uae00 \ud55c\u0301\uae00"
    yield "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f3\ufe0f\u200d\U0001f308 \U0001f44d\U0001f3fd 1\ufe0f\u20e3 \u2764\ufe0f"
    yield "\U0001f1fa\U0001f1f3 \U0001f3f4\U000e0067\U000e0062\U000e007f \ufe0f \ufe0e a\ufe0fb \u4e2d\U000e0100\u6587 \u180b\u180c"
    yield "\u039f\u0394\u03a5\u03a3\u03a3\u0395\u03a5\u03a3 \u03a3 \u0391\u03a3. \u03a3\u0391 \u1f88\u0345 \u0130stanbul I\u0307 \u0049\u0131"
    yield "Stra\u00dfe STRASSE STRA\u1e9eE \ufb01\ufb02\ufb03\ufb06 \u01c4\u01c5\u01c6 \u0149 \u212b\u00c5A\u030a \u2126\u03a9 \u212aK"
    yield "p\u0430y\u03c1al.c\u043em \u041f\u0440\u0438\u0432\u0435\u0442 \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \u0627\u0644\u0633\u0651\u064e\u0644\u064e\u0627\u0645\u064f \u0939\u093f\u0928\u094d\u0926\u0940 \u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22"
    yield "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8\u3067\u3059\u3002\uff8a\uff9d\uff76\uff78 \u304c\u304b\u3099 \u4e2d\u6587abc\u4e2d\u6587 123\u5143"
    yield "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dA\u036b\u0357\u0334\u0362\u0335\u031c\u0330\u0354L\u0368\u0367\u0369\u0358\u0320G\u0311\u0357\u030e\u0305\u035b\u0341\u0334\u033b\u0348\u034d\u0354\u0339O"
    yield "##ing ## # ##a a## \\u0041 &amp; <s> </s> <mask> \ufffd\ufffd \ufeffBOM \u2028line\u2029"


def singles():
    for pool in (MARKS, SPACES, CONTROLS, CJK, CASES, UNASSIGNED, PRIVATE, PUNCTUATION):
        for code in pool:
            char = chr(code)
            yield from [char, "a" + char + "b", "A " + char + " B", char * 3 + "z", "\u4e2d" + char, char + "\u0301"]


def random_mixes(random):
    letters = [*range(0x41, 0x5B), *range(0x61, 0x7B)]
    pools = [letters, letters, [0x20], MARKS, SPACES, CONTROLS, CJK, CASES, UNASSIGNED, PRIVATE, PUNCTUATION]
    for _ in range(600):
        yield text(random.pick(random.pick(pools)) for _ in range(1 + random.below(40)))
    for _ in range(200):
        yield "e" + text(random.pick(MARKS) for _ in range(2 + random.below(12))) + "x"
    for _ in range(200):  # binary junk: random bytes, of which only the valid UTF-8 stays
        junk = bytes(random.below(256) for _ in range(20 + random.below(200)))
        yield junk.decode("utf-8", "ignore")
    for _ in range(200):
        yield text(random.pick([random.below(0xD7FF) + 1, 0xE000 + random.below(0x2000), 0x10000 + random.below(0x100000)])
                   for _ in range(1 + random.below(12)))


def main():
    lines = []
    for line in [*handmade(), *singles(), *random_mixes(Random(20190827))]:
        lines.append(line.translate({0: None, 0x0A: None, 0x0D: None}))
    data = "".join(line + "\n" for line in lines).encode()
    if "--check" not in sys.argv[1:]:
        OUTPUT.write_bytes(data)
    elif OUTPUT.read_bytes() != data:
        sys.exit("hostile.txt differs from what this script makes")
    print("hostile.txt: %d texts, %d bytes" % (len(lines), len(data)))


main()
