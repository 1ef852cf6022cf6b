"""`sbert tokenize --words` of an imported model against the tokenizers library's encode(..., is_pretokenized=True)."""

import json
import subprocess

from tokenizers import Tokenizer


def with_spaces(node):
    """The pre-tokenizer of a tokenizer.json under add_prefix_space=True, unless one of its parts already adds a space."""
    parts = node.get("pretokenizers", [node]) if node else []
    levels = [part for part in parts if part["type"] == "ByteLevel"]
    if levels and not any(level["add_prefix_space"] for level in levels):
        for part in parts[:1]:
            if part["type"] != "ByteLevel":
                return None  # the library adds the space behind the first part: not comparable
        levels[0]["add_prefix_space"] = True
    return node


def reference_of(tokenizer):
    data = json.loads(tokenizer.to_str())
    data["pre_tokenizer"], had = with_spaces(data["pre_tokenizer"]), data["pre_tokenizer"]
    if had and not data["pre_tokenizer"]:
        return None
    data["truncation"] = data["padding"] = None
    return Tokenizer.from_str(json.dumps(data))


def expected(tokenizer, words):
    encoding = tokenizer.encode(words, is_pretokenized=True, add_special_tokens=False)
    first = []
    for word in range(len(words)):
        first.append(sum(1 for place in encoding.word_ids if place is not None and place < word))
    return {"ids": encoding.ids, "first": first}


def differences(command, model, tokenizer, texts, name):
    """The number of texts whose words the command tokenises in another way; the first ones are printed."""
    reference = reference_of(tokenizer)
    if reference is None:
        return 0
    rows = [words for words in (text.split() for text in texts) if 0 < len(words) <= 200]
    data = "".join(" ".join(words) + "\n" for words in rows).encode()
    done = subprocess.run([command, "tokenize", "--model", str(model), "--words"], input=data, stdout=subprocess.PIPE, check=True)
    found = 0
    for words, line in zip(rows, done.stdout.decode().split("\n"), strict=False):
        should, got = expected(reference, words), json.loads(line)
        if should != got:
            found += 1
            if found <= 3:
                print("%s: words %r\n  expected %s\n  got      %s" % (name, words, should, got), flush=True)
    return found
