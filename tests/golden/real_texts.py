"""What the goldens of the real models are about: the 329 texts of own.txt, in many languages, and the pairs of STS-B dev, which
SBERT_TEST_DATA has. Standard library only.
"""

import corpora

ANCHOR_EVERY = 6  # of these texts the vectors are kept, of the others the cosines with these

STSB = {"en": "stsb/stsb-en-dev.csv", "zh": "stsb/stsb-zh-dev.csv"}

# The languages in which STS-B says something of a model.
LANGUAGES = {
    "bge-small-zh-v1.5": ("zh",),
    "bge-small-en-v1.5": ("en",),
    "e5-small-v2": ("en",),
    "all-mpnet-base-v2": ("en",),
    "multilingual-e5-small-q4": ("en", "zh"),
    "paraphrase-MiniLM-L3-v2": ("en",),
    "wordllama-l2-supercat-256": ("en",),
}

SPARSE = "splade-tiny"


def own():
    return list(corpora.own_texts())
