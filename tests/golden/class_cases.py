"""Directories of tokenizers as the classes of the transformers library read them: the published vocabularies in the files of each
class, and in a tokenizer.json that the class overrules, with the settings that matter to it.

make_classes.py lets the library read them and keeps what it builds in classes.json; classes_check.py compares."""

import base64
import functools
import hashlib
import json

from tokenizers import normalizers

import published
import sentencepiece_model
from components_texts import xlmr_vocabulary
from published import TOKENIZERS
from sentencepiece_model import CONTROL, NORMAL, UNKNOWN, USER_DEFINED

MASK = {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False}


@functools.cache
def xlnet_pieces():
    return list(sentencepiece_model.pieces(TOKENIZERS / "xlnet-spm" / "spiece.model"))


def model_file(head):
    """XLNet's pieces behind other special ones."""
    return sentencepiece_model.model_bytes(head + xlnet_pieces()[9:], published.charsmap(), [kind for _, _, kind in head].index(UNKNOWN))


def xlnet_files():
    return {"spiece.model": (TOKENIZERS / "xlnet-spm" / "spiece.model").read_bytes()}


def albert_files():
    head = [("<pad>", 0, CONTROL), ("<unk>", 0, UNKNOWN), ("[CLS]", 0, CONTROL), ("[SEP]", 0, CONTROL), ("[MASK]", 0, USER_DEFINED)]
    return {"spiece.model": model_file(head)}


def t5_files():
    return {"spiece.model": model_file([("<pad>", 0, CONTROL), ("</s>", 0, CONTROL), ("<unk>", 0, UNKNOWN)])}


def xlmr_files():
    head = [("<unk>", 0, UNKNOWN), ("<s>", 0, CONTROL), ("</s>", 0, CONTROL)]
    pieces = head + [(piece, score, NORMAL) for piece, score in xlmr_vocabulary()[4:-1]]
    return {"sentencepiece.bpe.model": sentencepiece_model.model_bytes(pieces, published.charsmap(), 0)}


def roberta_files():
    return {name: (TOKENIZERS / "roberta-base" / name).read_bytes() for name in ("vocab.json", "merges.txt")}


def vocab_text(folder):
    return {"vocab.txt": (TOKENIZERS / folder / "vocab.txt").read_bytes()}


def json_file(tokenizer, change=lambda value: None):
    value = json.loads(tokenizer.to_str())
    change(value)
    return {"tokenizer.json": json.dumps(value, ensure_ascii=False).encode()}


def prefixed(value):
    """What the class overrules."""
    value["normalizer"] = {"type": "NFC"}
    value["pre_tokenizer"]["add_prefix_space"] = value["post_processor"]["add_prefix_space"] = True


def own_post(value):
    value["post_processor"] = json.loads(published.xlnet(False).to_str())["post_processor"]


def xlmr():
    return published.xlm_roberta(normalizers.Precompiled(published.charsmap()))


def unprefixed(value):
    value["pre_tokenizer"] = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "never", "split": False}


class Case:
    """`files` makes the vocabulary's; `settings` is tokenizer_config.json, `beside` other files that are JSON."""

    def __init__(self, files, settings, kind="distilbert", **beside):
        self.files, self.settings, self.kind = files, settings, kind
        self.beside = {name.replace("__", "."): value for name, value in beside.items()}

    def write(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in self.files().items():
            (folder / name).write_bytes(data)
        for name, value in self.beside.items():
            (folder / name).write_text(json.dumps(value))
        if self.settings is not None:
            (folder / "tokenizer_config.json").write_text(json.dumps(self.settings))


def named(class_name, **settings):
    return {"tokenizer_class": class_name, **settings}


BERT_NAMES = dict(bos_token="[CLS]", eos_token="[SEP]", cls_token="[CLS]", sep_token="[SEP]", pad_token="[PAD]", mask_token="[MASK]")
DECODER = {"50264": dict(MASK, special=True), "0": dict(MASK, content="<s>", lstrip=False, special=True)}
CASES = {
    "roberta files": Case(roberta_files, named("RobertaTokenizer")),
    "roberta files, no settings": Case(roberta_files, None, "roberta"),
    "roberta files, prefix, untrimmed": Case(roberta_files, named("RobertaTokenizerFast", add_prefix_space=True, trim_offsets=False)),
    "roberta files, map": Case(roberta_files, named("RobertaTokenizer"), special_tokens_map__json={"mask_token": MASK}),
    "roberta files, decoder": Case(roberta_files, named("RobertaTokenizer", added_tokens_decoder=DECODER)),
    "roberta files, added": Case(roberta_files, named("RobertaTokenizer"), added_tokens__json={"ab cd": 50265, "<mask>": 50264}),
    "roberta json": Case(lambda: json_file(published.roberta()), named("RobertaTokenizer")),
    "roberta json overruled": Case(lambda: json_file(published.roberta(), prefixed), named("RobertaTokenizer")),
    "roberta json as it is": Case(lambda: json_file(published.roberta(), prefixed), named("PreTrainedTokenizerFast")),
    "gpt2 json": Case(lambda: json_file(published.roberta(), prefixed), named("GPT2Tokenizer")),
    "gpt2 files": Case(roberta_files, named("GPT2Tokenizer", add_prefix_space=True)),
    "xlm-roberta files": Case(xlmr_files, named("XLMRobertaTokenizer")),
    "xlm-roberta files, no prefix": Case(xlmr_files, named("XLMRobertaTokenizer", add_prefix_space=False, mask_token=dict(MASK, __type="AddedToken"))),
    "xlm-roberta json": Case(lambda: json_file(xlmr()), named("XLMRobertaTokenizer")),
    "xlm-roberta json overruled": Case(lambda: json_file(xlmr(), unprefixed), named("XLMRobertaTokenizer")),
    "camembert files": Case(xlmr_files, named("CamembertTokenizer")),
    "albert files": Case(albert_files, named("AlbertTokenizer")),
    "albert files, cased": Case(albert_files, named("AlbertTokenizer", do_lower_case=False, keep_accents=True, add_prefix_space=False)),
    "albert json": Case(lambda: json_file(published.xlnet(False), own_post), named("AlbertTokenizer", cls_token="<cls>", sep_token="<sep>")),
    "xlnet files": Case(xlnet_files, named("XLNetTokenizer")),
    "xlnet files, lower case": Case(xlnet_files, named("XLNetTokenizer", do_lower_case=True, keep_accents=True, remove_space=False)),
    "xlnet json": Case(lambda: json_file(published.xlnet(True)), named("XLNetTokenizer")),
    "t5 files": Case(t5_files, named("T5Tokenizer")),
    "t5 files, ids": Case(t5_files, named("T5Tokenizer", extra_ids=3, additional_special_tokens=["<extra_id_0>"])),
    "mpnet vocab.txt": Case(lambda: vocab_text("bert-base-uncased"), named("MPNetTokenizer", **BERT_NAMES)),
    "mpnet json, cased": Case(lambda: json_file(published.bert("bert-base-cased", False)),
                              named("MPNetTokenizer", do_lower_case=False, **BERT_NAMES)),
    "mpnet json overruled": Case(lambda: json_file(published.bert("bert-base-cased", False)), named("MPNetTokenizer", **BERT_NAMES)),
    "chinese vocab.txt": Case(lambda: vocab_text("bert-base-chinese"), named("BertTokenizer")),
    "multilingual vocab.txt": Case(lambda: vocab_text("bert-base-multilingual-cased"), named("BertTokenizer", do_lower_case=False)),
}


def digest(value):
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def vocabulary(name):
    """(vocabulary, merges) as the library builds them from the case's files."""
    case = CASES[name]
    files = case.files()
    if "tokenizer.json" in files:
        model = json.loads(files["tokenizer.json"])["model"]
        return model["vocab"], model.get("merges")
    if "vocab.json" in files:
        lines = files["merges.txt"].decode().split("\n")
        return json.loads(files["vocab.json"]), [line.split(" ") for line in lines if line and not line.startswith("#version")]
    if "vocab.txt" in files:
        lines = files["vocab.txt"].decode().removesuffix("\n").split("\n")
        return {line.rstrip(): number for number, line in enumerate(lines)}, None  # the library's reader trims them
    pieces = [[piece, score] for piece, score, _ in sentencepiece_model.parse_pieces(next(iter(files.values())))]
    class_name = case.settings["tokenizer_class"]
    if class_name == "XLMRobertaTokenizer":
        pieces = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0]] + pieces[3:] + [["<mask>", 0.0]]
    elif class_name == "CamembertTokenizer":
        head = [["<s>NOTUSED", 0.0], ["<pad>", 0.0], ["</s>NOTUSED", 0.0], ["<unk>", 0.0], ["<unk>NOTUSED", -100.0]]
        pieces = head + pieces[1:] + [["<mask>", 0.0]]
    elif class_name == "T5Tokenizer":
        pieces += [["<extra_id_%d>" % i, 0.0] for i in reversed(range(case.settings.get("extra_ids", 100)))]
    return pieces, None


def charsmap_steps(value):
    steps = value["normalizer"] or {}
    return [step for step in steps.get("normalizers", [steps]) if step.get("type") == "Precompiled"]


def without_tables(text):
    """What a tokenizer.json says but for its big tables, of which the digests are left."""
    value = json.loads(text)
    for key in ("truncation", "padding", "decoder"):
        value[key] = None
    model = value["model"]
    model["vocab"] = digest(model["vocab"])
    if model.get("merges"):
        model["merges"] = digest(model["merges"])
    for step in charsmap_steps(value):
        step["precompiled_charsmap"] = digest(step["precompiled_charsmap"])
    return value


def with_tables(value, name):
    """The inverse, from the case's own files. Exits where a digest is another."""
    vocab, merges = vocabulary(name)
    model = value["model"]
    tables = [(model, "vocab", vocab)] + ([(model, "merges", merges)] if model.get("merges") else [])
    charsmap = base64.b64encode(published.charsmap()).decode()
    tables += [(step, "precompiled_charsmap", charsmap) for step in charsmap_steps(value)]
    for holder, key, table in tables:
        if holder[key] != digest(table):
            raise SystemExit("%s: the library makes another %s of these files" % (name, key))
        holder[key] = table
    return json.dumps(value, ensure_ascii=False)
