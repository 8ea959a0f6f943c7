"""langchain's FAISS vector store with its Hugging Face embeddings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.peers.engine import DEPTH, Stopwatch, once_each, read_passages
from benchmarks.peers.known import KnownVectors
from benchmarks.peers.plain import watched


def engine(store: Path, model: str, watch: Stopwatch) -> Langchain:
    """Load the model, and the store where one was saved."""
    return Langchain(store, model, watched(watch))


class Langchain:
    """Its defaults: exact rows, all texts in memory, one pickle on disk."""

    def __init__(self, store: Path, model: str, known: KnownVectors) -> None:
        from langchain_community.vectorstores import FAISS
        from langchain_huggingface import HuggingFaceEmbeddings

        self._kind, self._store, self._known = FAISS, store, known
        self._embeddings = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
        self._index: Any = None
        if store.exists():
            # The file is this benchmark's own.
            self._index = FAISS.load_local(
                str(store), self._embeddings, allow_dangerous_deserialization=True
            )

    def add(self, corpus: Path) -> int:
        """All at once, then save: it is in memory until then."""
        self._known.learn(corpus)
        passages = list(read_passages(corpus))
        texts = [passage.text for passage in passages]
        metadatas = [{"article": passage.article} for passage in passages]
        if self._index is None:
            self._index = self._kind.from_texts(texts, self._embeddings, metadatas)
        else:
            self._index.add_texts(texts, metadatas)
        self._index.save_local(str(self._store))
        return len(passages)

    def open(self) -> None:
        """It is loaded."""

    def search(self, claim: str) -> list[str]:
        """With the texts."""
        found = self._index.similarity_search_with_score(claim, k=DEPTH)
        return once_each([document.metadata["article"] for document, _ in found])
