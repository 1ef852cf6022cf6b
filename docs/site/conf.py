"""The pages as HTML: ./run docs. The pages stay plain Markdown; the menu is made from the tables of docs/README.md."""
import re
from pathlib import Path

project = "pg_sbert"
extensions = ["myst_parser"]
root_doc = "README"
myst_heading_anchors = 3
highlight_language = "text"
suppress_warnings = [
    "misc.highlighting_failure", # \copy and other commands of psql
    "myst.header", "toc.not_included", "myst.xref_missing_file",
]
html_theme = "furo"
html_title = "pg_sbert"
html_static_path = ["pages.css"]
html_css_files = ["pages.css"]
html_copy_source = False

AFTER = """
## Examples
| [](../examples/demo/README.md) |
| [](../examples/sentiment/README.md) |
| [](../examples/intents/README.md) |
## Project
| [](../CHANGELOG.md) |
| [](../CONTRIBUTING.md) |
| [](../tests/README.md) |
| [](../bench/README.md) |
"""


def menu(index):
    sections = re.split(r"^## (.*)\n", index, flags=re.M)[1:]
    for title, body in zip(sections[::2], sections[1::2]):
        pages = "\n".join(f"docs/{page}" for page in re.findall(r"^\| \[.*?\]\((\S+\.md)\)", body, re.M))
        yield f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n{pages}\n```\n"


def add_menu(app, name, source):
    if name == root_doc:
        index = Path(app.srcdir, "docs/README.md").read_text(encoding="utf-8")
        source[0] += "\n```{toctree}\n:hidden:\n\ndocs/README.md\n```\n" + "\n".join(menu(index + AFTER))


def setup(app):
    app.connect("source-read", add_menu)
