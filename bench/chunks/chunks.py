"""MB/s of cutting documents of 1 MB into chunks: ours in SQL, semantic-text-splitter and LangChain in this process."""

import argparse
import json
import os
import re
import statistics
import sys

import psycopg
from langchain_text_splitters import RecursiveCharacterTextSplitter
from semantic_text_splitter import TextSplitter
from tokenizers import Tokenizer

import clock
import machine

TOKENS = 256
BYTES = 1_000_000


def paragraphs(folder, language):
    with open(f"{folder}/xquad/xquad.{language}.json", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    return [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]


def repeated(text):
    """About BYTES of the text, whole."""
    return "\n\n".join([text] * max(1, round(BYTES / len(text.encode()))))


def documents(folder):
    english, chinese = paragraphs(folder, "en"), paragraphs(folder, "zh")
    without_ends = re.sub(r"[.!?\n]", "", " ".join(english))
    return {"English": repeated("\n\n".join(english)),
            "Chinese": repeated("\n\n".join(chinese)),
            "English without ends of sentences": without_ends}  # 0.2 MB, because a peer's time grows with its square


class Ours:
    def __init__(self, arguments):
        self.connection = psycopg.connect(autocommit=True)
        self.connection.execute("CREATE EXTENSION sbert")
        self.connection.execute("CREATE TABLE documents (name text, body text)")
        self.connection.execute("ALTER TABLE documents ALTER body SET STORAGE EXTERNAL")
        self.process = self.connection.info.backend_pid
        os.sched_setaffinity(self.process, {arguments.core})
        self.model = arguments.model

    def load(self, texts):
        for document in texts.items():
            self.connection.execute("INSERT INTO documents VALUES (%s, %s)", document)
        self.connection.execute("SELECT count(*) FROM sbert.chunks('a', %s)", (self.model,))  # opens the model

    def counts(self, call, name):
        """(chunks, most tokens) of a call over a document"""
        return self.connection.execute(f"SELECT count(*), max(tokens) FROM documents, {call} WHERE name = %s",
                                       (self.model, name)).fetchone()


class Peers:
    """A splitter takes TOKENS - 2, because neither counts the special tokens."""

    def __init__(self, arguments):
        self.process = os.getpid()
        os.sched_setaffinity(self.process, {arguments.core})
        self.tokenizer = Tokenizer.from_file(arguments.tokenizer)
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def count(self, text):
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def counts(self, splitter, text):
        return len(splitter.chunks(text)) if hasattr(splitter, "chunks") else len(splitter.split_text(text))

    def splitters(self):
        return {"semantic-text-splitter": TextSplitter.from_huggingface_tokenizer(self.tokenizer, TOKENS - 2),
                "LangChain's RecursiveCharacterTextSplitter": RecursiveCharacterTextSplitter(
                    chunk_size=TOKENS - 2, chunk_overlap=0, length_function=self.count)}


def runners(ours, peers, texts):
    """{name: (process, function of a document's name)}"""
    chunks = "sbert.chunks(body, %s, tokens => 256)"
    words = "sbert.chunks(body, %s, tokens => 256, by => 'word', overlap => 30)"
    calls = {"sbert.chunks": chunks, "sbert.chunks by word, overlap 30": words}
    found = {name: (ours.process, lambda document, call=call: ours.counts(call, document)[0])
             for name, call in calls.items()}
    found["sbert.sentences"] = (ours.process, lambda document: ours.counts(
        "(SELECT %s::text) m, LATERAL (SELECT 0 AS tokens FROM sbert.sentences(body)) s", document)[0])
    for name, splitter in peers.splitters().items():
        found[name] = (peers.process, lambda document, splitter=splitter: peers.counts(splitter, texts[document]))
    return found


def measure(found, texts, rounds):
    """{document: {runner: [seconds]}}, {document: {runner: chunks}}"""
    seconds = {document: {name: [] for name in found} for document in texts}
    counts = {document: {} for document in texts}
    for turn in range(rounds):
        order = list(found) if turn % 2 else list(reversed(found))
        for document in texts:
            for name in order:
                process, run = found[name]
                counts[document][name], core, _ = clock.timed(process, lambda: run(document))
                seconds[document][name].append(core)
                print(f"{document}: {name}: {core:.2f} s", file=sys.stderr)
    return seconds, counts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--core", type=int, default=0)
    arguments = parser.parse_args()
    described = machine.describe()
    print(machine.line(described))
    texts = documents(arguments.data)
    ours, peers = Ours(arguments), Peers(arguments)
    ours.load(texts)
    found = runners(ours, peers, texts)
    seconds, counts = measure(found, texts, arguments.rounds)
    megabytes = {document: len(text.encode()) / 1e6 for document, text in texts.items()}
    speed = {document: {name: megabytes[document] / statistics.median(times) for name, times in all_times.items()}
             for document, all_times in seconds.items()}
    print("\nMB/s of a document (chunks), " + arguments.model)
    for name in found:
        print(f"{name:45}" + "".join(f"{document}: {speed[document][name]:7.2f} ({counts[document][name]})  "
                                     for document in texts))
    with open(arguments.out, "w", encoding="utf-8") as file:
        json.dump({"machine": described, "model": arguments.model, "megabytes": megabytes, "seconds": seconds,
                   "chunks": counts, "speed": speed}, file, indent=1)


if __name__ == "__main__":
    main()
