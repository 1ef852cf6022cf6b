"""What the generators of Unicode tables share: all code points, the two stages of a table, arrays in C++, and writing the
file or comparing it."""

import sys

import tokenizers

LIBRARY_VERSION = "0.23.3"
LIMIT = 0x110000
BLOCK = 128


def scalars():
    """Every Unicode scalar value, as a string of one character."""
    for code in range(LIMIT):
        if not 0xD800 <= code <= 0xDFFF:
            yield chr(code)


def require(condition, text):
    if not condition:
        sys.exit("the library does something that the tables cannot express: " + text)


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


def array(declaration, values, form="%d"):
    lines, line = [], ""
    for value in values:
        text = (form % value) + ","
        if len(line) + len(text) > 118:
            lines.append(line)
            line = ""
        line += text
    return "%s = {\n%s\n};\n" % (declaration, "\n".join(lines + [line]))


def write_or_check(output, render):
    """Writes what render() gives into `output`; with --check exits 1 where the file differs."""
    if tokenizers.__version__ != LIBRARY_VERSION:
        sys.exit("needs tokenizers %s, found %s" % (LIBRARY_VERSION, tokenizers.__version__))
    text = render()
    if "--check" not in sys.argv[1:]:
        output.write_text(text)
    elif output.read_text() != text:
        sys.exit("%s differs from what the library does" % output.name)
    print("%s: %d bytes" % (output.name, len(text)))
