"""Published vocabularies, each in the tokenizer.json that goes with it, made by the `tokenizers` library."""

from tokenizers import AddedToken, BertWordPieceTokenizer, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

import components_texts
import sentencepiece_model

TOKENIZERS = components_texts.DATA / "tokenizers"


def bert(folder, lower):
    return BertWordPieceTokenizer(str(TOKENIZERS / folder / "vocab.txt"), lowercase=lower)._tokenizer


def roberta():
    folder = TOKENIZERS / "roberta-base"
    tokenizer = Tokenizer(models.BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt")))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    special = [AddedToken(name, special=True, normalized=False) for name in ("<s>", "<pad>", "</s>", "<unk>")]
    tokenizer.add_special_tokens(special + [AddedToken("<mask>", special=True, lstrip=True, normalized=False)])
    return tokenizer


def xlm_roberta(normalizer):
    tokenizer = Tokenizer(models.Unigram(components_texts.xlmr_vocabulary(), unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizer, normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
                                                             special_tokens=[("<s>", 0), ("</s>", 2)])
    special = [AddedToken(name, special=True, normalized=False) for name in ("<s>", "<pad>", "</s>", "<unk>")]
    tokenizer.add_special_tokens(special + [AddedToken("<mask>", special=True, lstrip=True, normalized=False)])
    return tokenizer


def xlnet(whole):
    """`whole`: without the splitting at spaces that keeps Unigram's words short."""
    path = TOKENIZERS / "xlnet-spm" / "spiece.model"
    vocabulary = [(piece, score) for piece, score, _ in sentencepiece_model.pieces(path)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace("``", '"'), normalizers.Replace("''", '"'), normalizers.NFKD(), normalizers.StripAccents(),
        normalizers.Precompiled(sentencepiece_model.normalizer(path)["charsmap"]),
        normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(split=not whole)
    tokenizer.post_processor = processors.TemplateProcessing(single="$A:0 <sep>:0 <cls>:2", pair="$A:0 <sep>:0 $B:1 <sep>:1 <cls>:2",
                                                             special_tokens=[("<sep>", 4), ("<cls>", 3)])
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in ("<s>", "</s>", "<unk>", "<sep>", "<pad>", "<cls>")])
    return tokenizer


def charsmap():
    return sentencepiece_model.normalizer(TOKENIZERS / "xlnet-spm" / "spiece.model")["charsmap"]


PUBLISHED = {
    "roberta": roberta,
    "xlm-roberta nmt_nfkc": lambda: xlm_roberta(normalizers.Precompiled(charsmap())),
    "xlm-roberta NFKC": lambda: xlm_roberta(normalizers.NFKC()),
    "xlnet": lambda: xlnet(False),
    "xlnet whole": lambda: xlnet(True),
    "bert-base-chinese": lambda: bert("bert-base-chinese", True),
    "bert-base-multilingual-cased": lambda: bert("bert-base-multilingual-cased", False),
}
