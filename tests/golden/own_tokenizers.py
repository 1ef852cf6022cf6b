"""Tokenizers of every kind whose vocabularies the `tokenizers` library learns, here and now, from texts of our own: what a
clone without the published vocabularies is checked with. What it learns may differ from run to run, not between the sides."""

from tokenizers import (AddedToken, BertWordPieceTokenizer, Regex, Tokenizer, models, normalizers, pre_tokenizers,
                        processors, trainers)

import corpora

SIZE = 3000
BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def bert(lower):
    tokenizer = BertWordPieceTokenizer(lowercase=lower)
    tokenizer.train_from_iterator(corpora.own_texts(), vocab_size=SIZE, min_frequency=1, special_tokens=BERT_SPECIAL,
                                  show_progress=False)
    # As the library reads a vocab.txt: with the tokens around a text, which a trained one lacks.
    ids = [(token, tokenizer.token_to_id(token)) for token in ("[SEP]", "[CLS]")]
    tokenizer._tokenizer.post_processor = processors.BertProcessing(*ids)
    return tokenizer._tokenizer


def with_marks(tokenizer):
    special = [AddedToken(name, special=True, normalized=False) for name in ROBERTA_SPECIAL]
    tokenizer.add_special_tokens(special + [AddedToken("<mask>", special=True, lstrip=True, normalized=False)])
    return tokenizer


def byte_bpe():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=SIZE, special_tokens=ROBERTA_SPECIAL, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(corpora.own_texts(), trainer)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return with_marks(tokenizer)


def unigram(normalizer, split):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizer, normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=split)
    trainer = trainers.UnigramTrainer(vocab_size=SIZE, special_tokens=ROBERTA_SPECIAL, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(corpora.own_texts(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return with_marks(tokenizer)


OWN = {
    "own byte-level BPE": byte_bpe,
    "own unigram NFKC": lambda: unigram(normalizers.NFKC(), True),
    "own unigram whole": lambda: unigram(normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents()]), False),
    "own wordpiece cased": lambda: bert(False),
    "own wordpiece uncased": lambda: bert(True),
}
