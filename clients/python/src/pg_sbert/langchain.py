"""LangChain: `pip install pg-sbert[langchain]`."""

from langchain_core.embeddings import Embeddings

from pg_sbert.embedder import Embedder


class SbertEmbeddings(Embedder, Embeddings):
    """An Embedder where LangChain wants Embeddings. The asynchronous methods run the others in a thread."""
