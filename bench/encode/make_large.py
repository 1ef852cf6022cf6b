"""A model of 24 layers of 1,024 with random weights, as sentence-transformers saves one: a BERT that takes 8,192 tokens.

    make_large.py TOKENIZER_DIR OUT_DIR      the tokenizer is that of another BERT

Speed does not depend on what the weights are, as long as they are ordinary numbers.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertModel

MAX_TOKENS = 8192


def write(path, value):
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def main():
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    torch.manual_seed(1)
    config = BertConfig(vocab_size=30522, hidden_size=1024, num_hidden_layers=24, num_attention_heads=16,
                        intermediate_size=4096, max_position_embeddings=MAX_TOKENS)
    BertModel(config, add_pooling_layer=False).save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        if (source / name).exists():
            shutil.copy(source / name, out / name)
    library = "sentence_transformers.models."
    write(out / "modules.json", [{"idx": 0, "name": "0", "path": "", "type": library + "Transformer"},
                                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": library + "Pooling"},
                                 {"idx": 2, "name": "2", "path": "2_Normalize", "type": library + "Normalize"}])
    write(out / "1_Pooling" / "config.json", {"word_embedding_dimension": 1024, "pooling_mode_mean_tokens": True})
    write(out / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False})


if __name__ == "__main__":
    main()
