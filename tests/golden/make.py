#!/usr/bin/env python3
"""Makes all committed goldens anew: `./run goldens` runs it in a throw-away environment
(requirements.txt).

    make.py --model DIR --models DIR --data DIR [--out DIR] [--only minilm|models|pipelines|prompts|architectures|heads]

--model is the directory of all-MiniLM-L6-v2, --models that of the directories of the other real models, --data that of the public
data sets (SBERT_TEST_DATA).
"""

import argparse
import logging
import os
from pathlib import Path

HERE = Path(__file__).resolve().parent

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def main():
    parser = argparse.ArgumentParser(description="Make the committed goldens.")
    parser.add_argument("--model", type=Path, help="directory of all-MiniLM-L6-v2")
    parser.add_argument("--models", type=Path, help="directory of the other real models")
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("SBERT_TEST_DATA"), help="the public data sets"
    )
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--only", choices=("minilm", "models", "pipelines", "prompts", "architectures", "heads"))
    arguments = parser.parse_args()

    # Here, not above: they take seconds to import, and --help should not.
    import make_architectures
    import make_heads
    import make_minilm
    import make_models
    import make_pipelines
    import make_prompts
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    if arguments.only in (None, "minilm"):
        if not arguments.model or not arguments.data:
            parser.error("--model and --data are needed for the goldens of the real model")
        make_minilm.make(arguments.model, arguments.data, arguments.out / "minilm")
    if arguments.only in (None, "models"):
        if not arguments.models or not arguments.data:
            parser.error("--models and --data are needed for the goldens of the other real models")
        make_models.make(arguments.models, arguments.data, arguments.out / "models")
    if arguments.only in (None, "pipelines"):
        make_pipelines.make(arguments.out / "pipelines")
    if arguments.only in (None, "prompts"):
        make_prompts.make(arguments.out / "prompts")
    if arguments.only in (None, "architectures"):
        make_architectures.make(arguments.out / "architectures")
    if arguments.only in (None, "heads"):
        make_heads.make(arguments.out / "heads")


if __name__ == "__main__":
    main()
