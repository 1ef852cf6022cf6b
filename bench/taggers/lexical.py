"""The lexical features of extension/tagging/lexical.cpp, by name, for a peer that takes names."""


def kind(char):
    if char.isnumeric():
        return "d"
    if not char.isalpha():
        return char
    return "X" if char.lower() != char else "x"


def shape(word, run):
    out, before, same = [], "", 0
    for char in word:
        sign = kind(char)
        same = same + 1 if sign == before else 1
        before = sign
        if same <= run and len(out) < 24:
            out.append(sign)
    return "".join(out)


class Look:
    def __init__(self, word):
        self.word, self.lower, self.shape, self.brief = word, word.lower(), shape(word, 3), shape(word, 1)
        self.suffix3 = self.lower[-3:]


EDGE = Look("")


def features(words):
    """For each word the names of its features."""
    looks = [Look(word) for word in words]
    shouting = any("X" in look.shape for look in looks) and not any("x" in look.shape for look in looks)
    rows = []
    for at, now in enumerate(looks):
        def near(distance, at=at):
            return looks[at + distance] if 0 <= at + distance < len(looks) else EDGE
        before, behind = near(-1), near(1)
        row = ["lower=" + now.lower, "word=" + now.word, "shape=" + now.shape, "brief=" + now.brief,
               "shape first=%s %d" % (now.shape, at == 0), "shape shouting=%s %d" % (now.shape, shouting)]
        for distance in (-1, 1, -2, 2):
            row += ["lower%+d=%s" % (distance, near(distance).lower), "shape%+d=%s" % (distance, near(distance).shape)]
        row += ["lower-1,0=%s %s" % (before.lower, now.lower), "lower0,+1=%s %s" % (now.lower, behind.lower),
                "brief-1,0=%s %s" % (before.brief, now.brief), "brief0,+1=%s %s" % (now.brief, behind.brief),
                "brief-1,0,+1=%s %s %s" % (before.brief, now.brief, behind.brief),
                "suffix3-1=" + before.suffix3, "suffix3+1=" + behind.suffix3,
                "lower-1,brief=%s %s" % (before.lower, now.brief), "lower+1,brief=%s %s" % (behind.lower, now.brief)]
        for n in range(1, min(4, len(now.lower)) + 1):
            row += ["prefix%d=%s" % (n, now.lower[:n]), "suffix%d=%s" % (n, now.lower[-n:])]
        rows.append(row)
    return rows
