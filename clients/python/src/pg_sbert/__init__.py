"""Sentence embeddings that a PostgreSQL server computes with the extension sbert (pg_sbert).

`Embedder` needs psycopg alone. The modules `langchain`, `llama_index` and `haystack` hold the classes of these
frameworks, and each of them imports its own framework only.
"""

from pg_sbert.connections import Pool
from pg_sbert.embedder import BATCH_SIZE, Embedder

__all__ = ["BATCH_SIZE", "Embedder", "Pool"]
