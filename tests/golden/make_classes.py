#!/usr/bin/env python3
"""Writes classes.json: what the transformers library's own classes make of the directories of class_cases.py.

Usage:  make_classes.py [--out FILE]

Needs: transformers and tokenizers as in requirements.txt, sentencepiece, protobuf; no torch. A part of `./run goldens`.
"""

import argparse
import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
import transformers  # noqa: E402
from class_cases import CASES, without_tables  # noqa: E402


def read(case, folder):
    case.write(folder)
    (folder / "config.json").write_text(json.dumps({"model_type": case.kind}))
    return transformers.AutoTokenizer.from_pretrained(str(folder))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default=pathlib.Path(__file__).resolve().parent / "classes.json", type=pathlib.Path)
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    built = {}
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, case) in enumerate(CASES.items()):
            built[name] = without_tables(read(case, pathlib.Path(scratch) / str(number)).backend_tokenizer.to_str())
    lines = ",\n".join("%s: %s" % (json.dumps(name), json.dumps(value, sort_keys=True)) for name, value in built.items())
    arguments.out.write_text("{\n%s\n}\n" % lines)
    print("%d tokenizers of transformers %s in %s" % (len(built), transformers.__version__, arguments.out))


main()
