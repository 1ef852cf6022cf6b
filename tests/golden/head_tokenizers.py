"""Tokenizers with a hundred and fifty tokens, of the classes that the families with heads use."""

import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

import corpora

SIZE = 150


def texts():
    """Enough of one alphabet: a vocabulary this small has room for no more."""
    return [text for text in corpora.own_texts() if text.isascii() and "[" not in text and "<" not in text][:80]


def wordpiece(special):
    trained = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    trained.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=SIZE, special_tokens=special, show_progress=False, limit_alphabet=50)
    trained.train_from_iterator([text.lower() for text in texts()], trainer)
    return trained.get_vocab()


def bert():
    return transformers.BertTokenizer(vocab=wordpiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))


def mpnet():
    return transformers.MPNetTokenizer(vocab=wordpiece(["<s>", "<pad>", "</s>", "[UNK]", "<mask>"]))


def byte_level(special):
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=SIZE + 190, special_tokens=special, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    trained.train_from_iterator(texts(), trainer)
    return trained


def roberta():
    import json
    model = json.loads(byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"]).to_str())["model"]
    return transformers.RobertaTokenizer(vocab=model["vocab"], merges=[tuple(merge) for merge in model["merges"]])


def plain_bytes():
    """As ModernBERT has it: tokenizer.json as it is."""
    trained = byte_level(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    trained.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    trained.decoder = decoders.ByteLevel()
    names = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=trained, model_input_names=["input_ids", "attention_mask"],
        **{f"{name}_token": token for name, token in names.items()})


def pieces(special):
    trained = Tokenizer(models.Unigram())
    trained.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=SIZE, special_tokens=special, unk_token="<unk>", show_progress=False)
    trained.train_from_iterator(texts(), trainer)
    import json
    return [tuple(piece) for piece in json.loads(trained.to_str())["model"]["vocab"]]


def unigram():
    return transformers.XLMRobertaTokenizer(vocab=pieces(["<s>", "<pad>", "</s>", "<unk>"]))


def albert():
    return transformers.AlbertTokenizer(vocab=pieces(["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]))


TOKENIZERS = {"albert": albert, "bert": bert, "bytes": plain_bytes, "mpnet": mpnet, "roberta": roberta, "unigram": unigram}
