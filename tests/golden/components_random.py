"""Tiny tokenizers of random components, trained by the `tokenizers` library on a few random texts."""

import collections
import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from components_texts import ALPHABET, random_text

BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
PATTERNS = [r"\s+", r"\p{L}+", r"\d", r"[aeiou]", r"\w+|[^\w\s]+", r"(?i:ab|the)", r"\p{P}", r"a*", r"\b", r"(?<=a)b", r"\p{Han}",
            r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"]
STRINGS = [" ", "a", "ab", ".", "\u2581", "  ", "\u4e2d", "'"]


def pattern(chance):
    return chance.choice(STRINGS) if chance.random() < 0.5 else Regex(chance.choice(PATTERNS))


def nonempty_pattern(chance):
    """One that never matches nothing: what Replace makes of that has no place in the text."""
    empty = (r"a*", r"\b")
    return chance.choice(STRINGS) if chance.random() < 0.5 else Regex(chance.choice([p for p in PATTERNS if p not in empty]))


def one_normalizer(chance, charsmaps):
    def flag():
        return chance.random() < 0.5

    makers = [
        lambda: normalizers.BertNormalizer(flag(), flag(), chance.choice([None, True, False]), flag()),
        normalizers.NFC, normalizers.NFD, normalizers.NFKC, normalizers.NFKD, normalizers.Lowercase,
        lambda: normalizers.Strip(flag(), flag()), normalizers.StripAccents, normalizers.Nmt,
        lambda: normalizers.Precompiled(chance.choice(charsmaps)) if charsmaps else normalizers.NFKC(),
        lambda: normalizers.Replace(nonempty_pattern(chance), chance.choice(["", " ", "x", "\u2581", "\u00e9z"])),
        lambda: normalizers.Prepend(chance.choice(["\u2581", "ab", " "])), normalizers.ByteLevel]
    return chance.choice(makers)()


def one_pre_tokenizer(chance):
    def flag():
        return chance.random() < 0.5

    makers = [
        pre_tokenizers.BertPreTokenizer, lambda: pre_tokenizers.ByteLevel(flag(), use_regex=flag()),
        lambda: pre_tokenizers.Metaspace(chance.choice("\u2581_"), chance.choice(["first", "never", "always"]), flag()),
        pre_tokenizers.Whitespace, pre_tokenizers.WhitespaceSplit,
        lambda: pre_tokenizers.Split(pattern(chance), chance.choice(BEHAVIORS), flag()),
        lambda: pre_tokenizers.Punctuation(chance.choice(BEHAVIORS)), lambda: pre_tokenizers.Digits(flag()),
        lambda: pre_tokenizers.CharDelimiterSplit(chance.choice(" a.")), pre_tokenizers.UnicodeScripts,
        lambda: pre_tokenizers.FixedLength(chance.randint(1, 6))]
    return chance.choice(makers)()


def some(chance, make, sequence, most):
    count = chance.choice(range(most + 1))
    if count == 0:
        return None
    parts = [make() for _ in range(count)]
    return parts[0] if count == 1 and chance.random() < 0.7 else sequence(parts)


def model_and_trainer(chance, size):
    def flag():
        return chance.random() < 0.5

    special = ["<unk>", "<s>", "</s>"]
    kind = chance.choice(["BPE", "BPE", "Unigram", "Unigram", "WordPiece", "WordLevel"])
    if kind == "WordLevel":
        return models.WordLevel(unk_token="<unk>"), trainers.WordLevelTrainer(vocab_size=size, special_tokens=special, show_progress=False)
    if kind == "WordPiece":
        prefix = chance.choice(["##", "", "@"])
        return (models.WordPiece(unk_token="<unk>", max_input_chars_per_word=chance.choice([3, 100]), continuing_subword_prefix=prefix),
                trainers.WordPieceTrainer(vocab_size=size, special_tokens=special, continuing_subword_prefix=prefix, show_progress=False))
    if kind == "Unigram":
        return models.Unigram(), trainers.UnigramTrainer(vocab_size=400 + size, special_tokens=special, unk_token="<unk>", show_progress=False)
    ends = {}
    if chance.random() < 0.3:
        ends["continuing_subword_prefix"] = "##"
    if chance.random() < 0.3:
        ends["end_of_word_suffix"] = "</w>"
    model = models.BPE(unk_token=chance.choice(["<unk>", "<unk>", None]), fuse_unk=flag(), byte_fallback=flag(), ignore_merges=flag(),
                       **ends)
    return model, trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False,
                                      limit_alphabet=chance.choice([20, 60, 200]), **ends)


def one_processor(chance, wraps):
    def flag():
        return chance.random() < 0.5

    makers = [lambda: processors.ByteLevel(trim_offsets=flag(), add_prefix_space=flag())]
    if wraps:
        makers += [
            lambda: processors.TemplateProcessing(single=chance.choice(["<s> $A </s>", "$A </s>", "<s> <s> $A:1 </s>:1", "$A"]),
                                                  pair="$A $B", special_tokens=[("<s>", 1), ("</s>", 2)]),
            lambda: processors.BertProcessing(("</s>", 2), ("<s>", 1)),
            lambda: processors.RobertaProcessing(("</s>", 2), ("<s>", 1), trim_offsets=flag(), add_prefix_space=flag())]
    return chance.choice(makers)()


def post_processor(chance):
    kind = chance.random()
    if kind < 0.2:
        return None
    if kind < 0.7:
        return one_processor(chance, True)
    return processors.Sequence([one_processor(chance, False), one_processor(chance, True), one_processor(chance, False)])


def added_tokens(chance):
    def flag():
        return chance.random() < 0.5

    contents = ["<mask>", "ab", "The", "\u00c9", "\u4e2d\u6587", " x", "a b", "99", "<unk>", "\uff21", "'s"]
    for content in chance.sample(contents, chance.randint(0, 4)):
        yield AddedToken(content, single_word=flag(), lstrip=flag(), rstrip=flag(), normalized=flag(), special=flag())


def with_byte_tokens(chance, text):
    """byte_fallback wants the tokens of all bytes, or of some."""
    value = json.loads(text)
    model = value["model"]
    if model["type"] not in ("BPE", "Unigram") or chance.random() < 0.5:
        return text
    some_bytes = [byte for byte in range(256) if chance.random() < 0.9]
    model["byte_fallback"] = True
    # Behind the added tokens, whose ids are taken.
    if model["type"] == "BPE" and not any(token["id"] >= len(model["vocab"]) for token in value["added_tokens"]):
        for byte in some_bytes:
            model["vocab"]["<0x%02X>" % byte] = len(model["vocab"])
    if model["type"] == "Unigram" and not any(token["id"] >= len(model["vocab"]) for token in value["added_tokens"]):
        model["vocab"] += [["<0x%02X>" % byte, 0.0] for byte in some_bytes]
    return json.dumps(value, ensure_ascii=False)


def make(chance, charsmaps):
    """The text of a tokenizer.json."""
    model, trainer = model_and_trainer(chance, chance.choice([60, 150, 400]))
    tokenizer = Tokenizer(model)
    normalizer = some(chance, lambda: one_normalizer(chance, charsmaps), normalizers.Sequence, 3)
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    splitter = some(chance, lambda: one_pre_tokenizer(chance), pre_tokenizers.Sequence, 3)
    if splitter is not None:
        tokenizer.pre_tokenizer = splitter
    tokenizer.train_from_iterator(["".join(ALPHABET)] + [random_text(chance, 40) for _ in range(150)], trainer)
    tokenizer.add_tokens(list(added_tokens(chance)))
    processor = post_processor(chance)
    if processor is not None:
        tokenizer.post_processor = processor
    tokenizer.decoder = decoders.ByteLevel()  # ignored
    return with_byte_tokens(chance, tokenizer.to_str())


# All that a tokenizer.json may name (the library's own list, 0.23).
COMPONENTS = {
    "normalizer": ["BertNormalizer", "ByteLevel", "Lowercase", "NFC", "NFD", "NFKC", "NFKD", "Nmt", "Precompiled", "Prepend", "Replace",
                   "Sequence", "Strip", "StripAccents"],
    "pre_tokenizer": ["BertPreTokenizer", "ByteLevel", "CharDelimiterSplit", "Digits", "FixedLength", "Metaspace", "Punctuation",
                      "Sequence", "Split", "UnicodeScripts", "Whitespace", "WhitespaceSplit"],
    "model": ["BPE", "Unigram", "WordLevel", "WordPiece"],
    "post_processor": ["BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing"],
}


def types_in(component):
    """The types of a component and of those within it."""
    if component:
        yield component["type"]
        for key in ("normalizers", "pretokenizers", "processors"):
            for part in component.get(key, []):
                yield from types_in(part)


class Coverage:
    """How often each component has occurred."""

    def __init__(self, charsmaps):
        self.charsmaps = charsmaps
        self.counts = {kind: collections.Counter() for kind in COMPONENTS}

    def add(self, text):
        value = json.loads(text)
        for kind, counter in self.counts.items():
            counter.update(types_in(value[kind]))

    def report(self):
        """Prints the counts; returns how many components have not occurred."""
        missing = 0
        for kind, names in COMPONENTS.items():
            print("%-15s %s" % (kind, ", ".join("%s %d" % (name, self.counts[kind][name]) for name in names)))
            missing += sum(self.counts[kind][name] == 0 for name in names if name != "Precompiled" or self.charsmaps)
        return missing
