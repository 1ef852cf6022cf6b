"""`sbert tokenize --tokenizer FILE.json` against the `tokenizers` library: ids, tokens and offsets."""

import json
import os
import subprocess

from tokenizers import Tokenizer

SHOWN = 3  # differences printed for a tokenizer


class Refused(Exception):
    """The library or the command does not take the tokenizer."""


class quiet_panics:
    """The library tells of its panics on stderr; the caller sees the exception."""

    def __enter__(self):
        self.saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.close(null)

    def __exit__(self, *_):
        os.dup2(self.saved, 2)
        os.close(self.saved)


def load(text):
    """The library's tokenizer for the text of a tokenizer.json; Refused where it does not take it."""
    with quiet_panics():
        try:
            tokenizer = Tokenizer.from_str(text)
        except BaseException as error:  # a panic is none of Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            raise Refused(str(error)) from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer, text):
    """The library's encoding; None where it raises or panics."""
    try:
        return tokenizer.encode(text)
    except BaseException as error:  # a panic is none of Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        return None


def run(command, file, texts, max_tokens=None):
    """What the command says of each text, as dictionaries."""
    words = [command, "tokenize", "--tokenizer", str(file), "--offsets", "--json"]
    if max_tokens is not None:
        words += ["--max-tokens", str(max_tokens)]
    data = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts).encode()
    done = subprocess.run(words, input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise Refused(done.stderr.decode("utf-8", "replace").strip())
    return [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]


def char_offsets(text, offsets):
    """Bytes to characters as the library does it: a byte within a character is that character's, an end that is none of the
    text's is one after the byte before."""
    at = {}
    for index, char in enumerate(text):
        for _ in char.encode():
            at[len(at)] = index
    pairs = []
    for begin, end in offsets:
        if begin == end == len(at):  # the library trims characters, not bytes
            pairs.append([len(text)] * 2)
        elif begin not in at:
            pairs.append([begin, end])
        elif end in at:
            pairs.append([at[begin], at[end]])
        else:
            pairs.append([at[begin], at.get(end - 1, at[begin] + 1) + 1])
    return pairs


def has_own_offsets(tokenizer):
    """Whether all offsets are of the text: bytes of a prefix or suffix count as if they were of the word, so the library gives
    places beyond it, some in bytes, some in characters."""
    model = json.loads(tokenizer.to_str())["model"]
    return not (model.get("byte_fallback") and (model.get("continuing_subword_prefix") or model.get("end_of_word_suffix")))


class Comparison:
    def __init__(self):
        self.texts = self.differences = self.failed_there = 0

    def compare(self, tokenizer, texts, ours, label):
        """Counts and shows the differences. Where the library fails ours may do as it likes."""
        with quiet_panics():
            theirs = [encode(tokenizer, text) for text in texts]
        added = {number: token.content for number, token in tokenizer.get_added_tokens_decoder().items()}
        offsets = has_own_offsets(tokenizer)
        wrong = 0
        for text, encoding, mine in zip(texts, theirs, ours):
            if encoding is None:
                self.failed_there += 1
                continue
            self.texts += 1
            expected = {"ids": encoding.ids, "tokens": [added.get(i) or tokenizer.id_to_token(i) for i in encoding.ids],
                        "offsets": [list(pair) for pair in encoding.offsets]}
            if not offsets:
                del expected["offsets"]
            if "error" in mine:
                found = mine
            else:
                found = {"ids": mine["ids"], "tokens": mine["tokens"],
                         "offsets": char_offsets(text, mine["offsets"])}
            if any(found.get(key) != value for key, value in expected.items()):
                wrong += 1
                if wrong <= SHOWN:
                    print("%s\ntext     %r" % (label, text))
                    for key, value in expected.items():
                        if found.get(key) != value:
                            print("%s: library %s\n%s: sbert   %s" % (key, value, key, found.get(key, found)), flush=True)
        self.differences += wrong
        return wrong
