"""Goldens of heads: small models of heads/, and what transformers and sentence-transformers make of texts with them.

expected.json of a case:
  texts      what follows is of each of them, in this order
  pairs      [first, second]
  scores     of a text's labels (sequence), or of each token's labels (tokens)
  of_pairs   scores of a pair's labels
  entities   {strategy: [[label, first character, character behind the last, score], ...]} of the pipeline
  words, tags   words that are split already, and the label of each word's first token
  sparse     {id: weight}

Under the strategies that put tokens together to words the pipeline is told the tokenizer's own words. It knows
them for WordPiece but for characters that the normaliser drops or adds, and guesses by spaces otherwise.
"""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy
import torch
from head_cases import LIMIT, cases, randomised
from make_pipelines import TEXTS, save
from sentence_transformers import CrossEncoder, SparseEncoder
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from sentence_transformers.sparse_encoder.modules import SpladePooling
from transformers import BertModel, TokenClassificationPipeline

MORE = [
    "Angela Merkel visited São Paulo, New-York and the U.S.A. in 2015!",
    "l'été à Zürich: €5 (ca. 5.50$) e\u0301te\u0301 ﬁnal ½ Ω",
    "👩‍👩‍👧 in Tōkyō東京 and Москва, שלום",
    "the word playfulnessunreadable stands for nothing\u200b\u00ad here",
    "a\r\nb\n\nc   d",
]
PAIRS = [
    ["where is the cat?", "The cat is in the house."],
    ["", "nothing stands in front"],
    ["nothing stands behind", ""],
    ["short", "a very long text about the sea and the good old day " * 6],
    ["a very long text about the sea and the good old day " * 6, "short"],
    ["the sea and the small child " * 9, "the old man and the good day at the sea " * 9],
    ["a good day at the sea " * 9, "the old man and the small child of the house " * 11],
    ["我们", "Café [SEP] naïve"],
]
WORDS = [["Angela", "Merkel", "visited", "São", "Paulo", "."], ["U.S.A.", "'s", "unreadableness"], ["東京", "and", "the", "sea"]]
STRATEGIES = ["none", "simple", "first", "average", "max"]


class WordPipeline(TokenClassificationPipeline):
    """Takes for a word what the tokenizer does."""

    def preprocess(self, sentence, *args, **kwargs):
        self.words = self.tokenizer(sentence, truncation=True).word_ids()
        yield from super().preprocess(sentence, *args, **kwargs)

    def gather_pre_entities(self, *args, **kwargs):
        found = super().gather_pre_entities(*args, **kwargs)
        before = None
        for entity in found:
            word = self.words[entity["index"]]
            entity["is_subword"] = word == before
            before = word
        return found


def rounded(values):
    return [float(f"{value:.7g}") for value in numpy.asarray(values, dtype=numpy.float32).reshape(-1)]


def score_function(model):
    """Of transformers' pipeline for text classification."""
    problem, labels = model.config.problem_type, model.config.num_labels
    if problem == "regression":
        return lambda logits: logits
    if problem == "multi_label_classification" or labels == 1:
        return torch.sigmoid
    return lambda logits: torch.softmax(logits, -1)


def run(model, tokenizer, *texts):
    texts = [[text] for text in texts]  # by itself an empty second text counts as none
    with torch.no_grad():
        return model(**tokenizer(*texts, return_tensors="pt", truncation=True, max_length=LIMIT)).logits


def sequence(model, tokenizer, expected):
    scored = score_function(model)
    expected["scores"] = [rounded(scored(run(model, tokenizer, text))) for text in expected["texts"]]
    expected["pairs"] = PAIRS
    expected["of_pairs"] = [rounded(scored(run(model, tokenizer, *pair))) for pair in PAIRS]


def tokens(model, tokenizer, expected):
    room = LIMIT - tokenizer.num_special_tokens_to_add()
    expected["texts"] = [text for text in expected["texts"] if 0 < len(tokenizer(text, add_special_tokens=False).input_ids) <= room]
    pipeline = WordPipeline(model=model, tokenizer=tokenizer)
    expected["entities"] = {strategy: [entities(pipeline, text, strategy) for text in expected["texts"]] for strategy in STRATEGIES}
    expected["scores"] = []
    for text in expected["texts"]:
        special = numpy.array(tokenizer(text, return_special_tokens_mask=True).special_tokens_mask)
        rows = torch.softmax(run(model, tokenizer, text)[0], -1).numpy()[special == 0]
        expected["scores"].append(rounded(rows))
    expected["words"] = WORDS
    expected["tags"] = [tags(model, tokenizer, words) for words in WORDS]


def entities(pipeline, text, strategy):
    found = pipeline(text, aggregation_strategy=strategy)
    return [[one.get("entity_group", one.get("entity")), one["start"], one["end"], rounded([one["score"]])[0]] for one in found]


def tags(model, tokenizer, words):
    given = words
    if tokenizer.backend_tokenizer.pre_tokenizer.__class__.__name__ == "ByteLevel" and not tokenizer.add_prefix_space:
        given = [" " + word for word in words]  # as under add_prefix_space
    encoded = tokenizer(given, is_split_into_words=True, return_tensors="pt", truncation=True, max_length=LIMIT)
    with torch.no_grad():
        best = model(**encoded).logits[0].argmax(-1)
    places = encoded.word_ids()
    return [model.config.id2label[int(best[places.index(i)])] for i in range(len(words))]


def cross(model, expected):
    expected["texts"] = []
    expected["pairs"] = PAIRS
    expected["of_pairs"] = [rounded(model.predict([pair])) for pair in PAIRS]


def sparse(model, expected):
    expected["sparse"] = []
    for text in expected["texts"]:
        row = model.encode([text], convert_to_tensor=True).coalesce()
        ids, weights = row.indices()[1].tolist(), rounded(row.values())
        expected["sparse"].append({str(i): weight for i, weight in zip(ids, weights) if weight != 0})


def save_plain(case, model, tokenizer, folder):
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    if case.edit:
        config = json.loads((folder / "config.json").read_text())
        case.edit(config)
        (folder / "config.json").write_text(json.dumps(config, indent=2))


def make_case(case, folder):
    tokenizer = case.tokenizer()
    tokenizer.model_max_length = LIMIT
    expected = {"texts": TEXTS + MORE}
    if case.saved_as == "dense":
        plain = folder / "plain"
        randomised(BertModel(dataclasses.replace(case, head="SequenceClassification").model(tokenizer).config)).save_pretrained(plain)
        tokenizer.save_pretrained(plain)
        parts = [Transformer(str(plain)), Pooling(16, "mean"),
                 randomised(Dense(16, 1, activation_function=torch.nn.Identity(), module_output_name="scores"), 2)]
        model = CrossEncoder(modules=parts, device="cpu")
        shutil.rmtree(plain)
        save(model, folder)
        cross(CrossEncoder(str(folder), device="cpu"), expected)
        return expected
    model = case.model(tokenizer)
    save_plain(case, model, tokenizer, folder)
    if case.saved_as == "sparse":
        parts = [Transformer(str(folder), transformer_task="fill-mask"), SpladePooling(**case.pooling)]
        model = SparseEncoder(modules=parts, device="cpu", max_active_dims=case.max_active)
        shutil.rmtree(folder)
        save(model, folder)
        sparse(SparseEncoder(str(folder), device="cpu"), expected)
    elif case.saved_as == "cross":
        model = CrossEncoder(str(folder), device="cpu")
        shutil.rmtree(folder)
        save(model, folder)
        cross(CrossEncoder(str(folder), device="cpu"), expected)
    elif case.edit:
        cross(CrossEncoder(str(folder), device="cpu"), expected)
    elif case.head == "TokenClassification":
        tokens(model, tokenizer, expected)
    else:
        sequence(model, tokenizer, expected)
    return expected


def make(out: Path):
    shutil.rmtree(out, ignore_errors=True)
    for case in cases():
        folder = out / case.name
        folder.mkdir(parents=True)
        expected = make_case(case, folder)
        (folder / "expected.json").write_text(json.dumps(expected, ensure_ascii=True, separators=(",", ":")) + "\n")
        for name in ("README.md", "special_tokens_map.json"):
            (folder / name).unlink(missing_ok=True)
        for file in folder.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
        print(case.name, flush=True)
