"""Haystack: `pip install pg-sbert[haystack]`.

Like PgvectorDocumentStore, the components take the connection string as a Secret, by default from the variable
PG_CONN_STR, so that a pipeline can be saved.
"""

from dataclasses import replace
from typing import Any, TypeVar

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.utils import Secret, deserialize_secrets_inplace

from pg_sbert.embedder import BATCH_SIZE, Embedder

T = TypeVar("T")
PG_CONN_STR = Secret.from_env_var("PG_CONN_STR")


@component
class SbertTextEmbedder:
    """Embeds a query. `prompt` is the Embedder's query_prompt, the other arguments are as there."""

    def __init__(
        self,
        connection_string: Secret = PG_CONN_STR,
        model: str | None = None,
        *,
        schema: str | None = None,
        prompt: str | None = None,
    ) -> None:
        self.connection_string = connection_string
        self.arguments = {"model": model, "schema": schema, "prompt": prompt}
        self.embedder = Embedder(
            connection_string.resolve_value() or "", model, schema=schema, query_prompt=prompt
        )

    def to_dict(self) -> dict[str, Any]:
        return default_to_dict(
            self, connection_string=self.connection_string.to_dict(), **self.arguments
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "SbertTextEmbedder":
        return restore(cls, data)

    def close(self) -> None:
        self.embedder.close()

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, Any]:
        return {"embedding": self.embedder.embed_query(text)}


@component
class SbertDocumentEmbedder:
    """Embeds the contents of documents. `prompt` is the Embedder's document_prompt, the other
    arguments are as there."""

    def __init__(
        self,
        connection_string: Secret = PG_CONN_STR,
        model: str | None = None,
        *,
        schema: str | None = None,
        prompt: str | None = None,
        batch_size: int = BATCH_SIZE,
    ) -> None:
        self.connection_string = connection_string
        self.arguments = {
            "model": model,
            "schema": schema,
            "prompt": prompt,
            "batch_size": batch_size,
        }
        self.embedder = Embedder(
            connection_string.resolve_value() or "",
            model,
            schema=schema,
            document_prompt=prompt,
            batch_size=batch_size,
        )

    def to_dict(self) -> dict[str, Any]:
        return default_to_dict(
            self, connection_string=self.connection_string.to_dict(), **self.arguments
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "SbertDocumentEmbedder":
        return restore(cls, data)

    def close(self) -> None:
        self.embedder.close()

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        vectors = self.embedder.embed_documents([document.content or "" for document in documents])
        embedded = zip(documents, vectors, strict=True)
        return {"documents": [replace(document, embedding=vector) for document, vector in embedded]}


def restore(cls: type[T], data: dict[str, Any]) -> T:
    deserialize_secrets_inplace(data["init_parameters"], keys=["connection_string"])
    return default_from_dict(cls, data)
