#!/usr/bin/env python3
"""Runs the ```sql blocks of a Markdown page in one session of psql, in order, and compares what they print with the page.

    page.py [--write] PAGE      connects by the PG* variables; PSQL names the program; the working directory is the checkout

A fenced block without a language that follows an ```sql block is the output of that block. A block that shows none may print
what it likes, but no error and no warning. Two comments, which a browser does not show, may stand before an output block:

    <!-- numbers within 0.02 -->        numbers may differ by 0.02, and those above 1 by 2 %; column widths do not count
    <!-- printed by examples/x/run.sh -->   the output of this script, with no ```sql block before it

Links, anchors, and the files and sub-commands of ./run that the page names must exist. --write puts the real output into the page where
the two differ.
"""
import difflib
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field

BOUNDARY = "---- end of block ----"
FAULT = re.compile(r"(ERROR|WARNING|FATAL|PANIC):  |invalid command |.*: No such file or directory$")
FENCE = re.compile(r"( *)```(.*)$")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.])")


@dataclass
class Block:
    language: str
    first: int  # index of the first line of its text
    indent: str
    lines: list = field(default_factory=list)
    gap: str = ""  # what stands between the previous block and this one

    def comment(self, pattern):
        comments = re.search(r"(?:<!--[^>]*-->\s*)*$", self.gap)[0]
        found = re.search(f"<!-- {pattern} -->", comments)
        return found and found[1]

    def follows_directly(self):
        return not re.sub(r"<!--.*?-->", "", self.gap).strip()


def blocks_of(lines):
    blocks, block, gap = [], None, []
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if block is None and fence:
            block = Block(fence[2].strip(), number + 1, fence[1], gap="\n".join(gap))
        elif block is None:
            gap.append(line)
        elif fence and not fence[2]:
            blocks.append(block)
            block, gap = None, []
        else:
            block.lines.append(line.removeprefix(block.indent))
    return blocks


def run_sql(blocks):
    """What each block prints, errors among it, as in psql. Only the lines CONTEXT are left out: they differ between versions."""
    script = "".join("\n".join(block.lines) + f"\n\\echo {BOUNDARY}\n" for block in blocks)
    done = subprocess.run([os.environ.get("PSQL", "psql"), "-X", "-q", "-v", "SHOW_CONTEXT=never"],
                          input=script, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    printed = done.stdout.split(BOUNDARY + "\n")
    assert len(printed) == len(blocks) + 1, "psql ended before the page did:\n" + done.stdout[-2000:]
    return [text.split("\n") for text in printed[:-1]]


def run_script(path):
    return subprocess.run(["bash", path], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False).stdout.split("\n")


def trimmed(lines):
    return "\n".join(line.rstrip() for line in lines).strip("\n").split("\n")


def loose(line):
    """The line without its numbers, and the numbers; the widths of columns left out."""
    line = re.sub(r"\s+", " ", re.sub(r"-{3,}", "---", line)).strip()
    return NUMBER.sub("N", line), [float(number) for number in NUMBER.findall(line)]


def equal(expected, printed, tolerance):
    if tolerance is None or len(expected) != len(printed):
        return expected == printed
    for (text, numbers), (other_text, others) in zip(map(loose, expected), map(loose, printed)):
        if text != other_text or any(abs(a - b) > tolerance * max(1, abs(a)) for a, b in zip(numbers, others)):
            return False
    return True


class Page:
    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().split("\n")
        self.blocks = blocks_of(self.lines)
        self.faults = []
        self.corrections = []

    def fault(self, line, text):
        self.faults.append(f"{self.path}:{line + 1}: {text}")

    def check_blocks(self):
        sql = [block for block in self.blocks if block.language == "sql"]
        printed_by = dict(zip(map(id, sql), run_sql(sql))) if sql else {}
        for block, following in zip(self.blocks, self.blocks[1:] + [None]):
            script = block.comment(r"printed by (\S+)")
            if script:
                self.compare(block, trimmed(run_script(script)))
            if block.language == "sql":
                self.check_ending(block)
                printed = trimmed(printed_by[id(block)])
                if following and following.language == "" and following.follows_directly():
                    self.compare(following, printed)
                elif any(map(FAULT.match, printed)):
                    self.fault(block.first, "this block fails\n" + "\n".join(printed))

    def check_ending(self, block):
        code = [line for line in (re.sub(r"--.*", "", line).rstrip() for line in block.lines) if line]
        if code and not code[-1].endswith(";") and "\\" not in code[-1]:
            self.fault(block.first, "the last statement of the block does not end in a semicolon")

    def compare(self, block, printed):
        tolerance = block.comment(r"numbers within ([\d.]+)")
        expected = trimmed(block.lines)
        if not equal(expected, printed, tolerance and float(tolerance)):
            difference = difflib.unified_diff(expected, printed, "the page", "printed", lineterm="")
            self.fault(block.first, "\n".join(["other output", *difference]))
            self.corrections.append((block, printed))

    def check_links(self):
        text = outside_blocks(self.lines)
        folder = os.path.dirname(self.path)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            name, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(folder, name)) if name else self.path
            if "://" in target:
                continue
            if not os.path.exists(file):
                self.fault(0, f"the link {target} leads nowhere")
            elif anchor and anchor not in anchors_of(file):
                self.fault(0, f"{file} has no heading #{anchor}")

    def check_names(self):
        with open("run", encoding="utf-8") as file:
            commands = re.findall(r"^cmd_(\w+)\(\)", file.read(), re.M)
        for number, line in enumerate(self.lines):
            for command in re.findall(r"\./run ([a-z]+)", line):
                if command not in commands + ["model", "test", "fresh", "package", "uninstall", "help"]:
                    self.fault(number, f"there is no ./run {command}")
            for path in re.findall(r"(?<![\w/.])((?:docs|tests|bench|examples|encoder|extension|sql)/[\w/]+\.\w+)", line):
                if not os.path.exists(path):
                    self.fault(number, f"there is no file {path}")

    def write(self):
        for block, printed in reversed(self.corrections):
            self.lines[block.first:block.first + len(block.lines)] = [block.indent + line for line in printed]
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines))


def outside_blocks(lines):
    """The prose, without fenced blocks and code spans."""
    kept, inside = [], False
    for line in lines:
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return re.sub(r"`[^`]*`", "", "\n".join(kept))


def anchors_of(path):
    """The anchors that GitHub and MkDocs give to the headings."""
    with open(path, encoding="utf-8") as file:
        headings = re.findall(r"^#+ (.*)$", file.read(), re.M)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings]


def main(arguments):
    write = arguments[:1] == ["--write"]
    page = Page(arguments[-1])
    page.check_blocks()
    page.check_links()
    page.check_names()
    if write:
        page.write()
    print("\n".join(page.faults) or f"{page.path}: {sum(block.language == 'sql' for block in page.blocks)} blocks")
    return 1 if page.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
