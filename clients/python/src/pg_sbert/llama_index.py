"""LlamaIndex: `pip install pg-sbert[llama-index]`."""

import asyncio
from typing import Any

import psycopg
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr

from pg_sbert.connections import Pool
from pg_sbert.embedder import BATCH_SIZE, Embedder


class SbertEmbedding(BaseEmbedding):
    """An Embedder where LlamaIndex wants an embedding model. The arguments are the Embedder's, and `settings` are
    those of BaseEmbedding. The asynchronous methods run the others in a thread."""

    _embedder: Embedder = PrivateAttr()

    def __init__(
        self,
        source: str | psycopg.Connection[Any] | Pool,
        model: str | None = None,
        *,
        schema: str | None = None,
        document_prompt: str | None = None,
        query_prompt: str | None = None,
        batch_size: int = BATCH_SIZE,
        **settings: Any,
    ) -> None:
        super().__init__(
            model_name=model or "sbert.default_model", embed_batch_size=batch_size, **settings
        )
        self._embedder = Embedder(
            source,
            model,
            schema=schema,
            document_prompt=document_prompt,
            query_prompt=query_prompt,
            batch_size=batch_size,
        )

    @classmethod
    def class_name(cls) -> str:
        return "SbertEmbedding"

    def close(self) -> None:
        self._embedder.close()

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed_query(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._embedder.embed_documents([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embedder.embed_documents(texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)
