"""txtai: an embeddings database with content, by vectors alone or with its own BM25 beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers.engine import DEPTH, Stopwatch, once_each, read_passages
from benchmarks.peers.known import KnownVectors
from benchmarks.peers.plain import watched

_QUERY = "select id, text, article, score from txtai where similar(:claim)"


def engine(store: Path, model: str, watch: Stopwatch, *, hybrid: bool = False) -> Txtai:
    """Load the model, and the index where one was saved."""
    return Txtai(store, model, watched(watch), hybrid=hybrid)


class Txtai:
    """Its defaults, with texts kept (`content`), which it needs to give them back."""

    def __init__(self, store: Path, model: str, known: KnownVectors, *, hybrid: bool) -> None:
        from txtai import Embeddings

        self._store, self._known = store, known
        # By default it would pool token vectors itself; this way the model's folder says how.
        self._index = Embeddings(
            path=model, method="sentence-transformers", content=True, gpu=False, hybrid=hybrid
        )
        self._stored = store.exists()
        if self._stored:
            self._index.load(str(store))

    def add(self, corpus: Path) -> int:
        """Index or add, then save: its index is in memory until then."""
        self._known.learn(corpus)
        count = 0

        def rows() -> Iterator[dict[str, Any]]:
            nonlocal count
            for passage in read_passages(corpus):
                count += 1
                yield {
                    "id": str(passage.number),
                    "text": passage.text,
                    "article": passage.article,
                }

        put = self._index.upsert if self._stored else self._index.index
        put(rows())
        self._index.save(str(self._store))
        self._stored = True
        return count

    def open(self) -> None:
        """It is loaded."""

    def search(self, claim: str) -> list[str]:
        """With the texts."""
        found = self._index.search(_QUERY, DEPTH, parameters={"claim": claim})
        return once_each([row["article"] for row in found])
