"""BM25 alone, by bm25s: English stop words dropped, Snowball stems."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.peers.engine import (
    DEPTH,
    PASSAGES,
    Passage,
    Stopwatch,
    once_each,
    read_passages,
)


def engine(store: Path, _model: str, _watch: Stopwatch) -> Bm25:
    """Nothing to load yet."""
    return Bm25(store)


class Bm25:
    """Cannot be added to: more passages are a new index of all of them."""

    def __init__(self, store: Path) -> None:
        import Stemmer

        self._store = store
        self._stemmer = Stemmer.Stemmer("english")
        self._index: Any = None
        self._passages: list[Passage] = []

    def add(self, corpus: Path) -> int:
        """Index what was kept and what is new, and keep the texts for the next time."""
        import bm25s

        before = list(read_passages(self._store)) if self._store.exists() else []
        new = list(read_passages(corpus))
        texts = [passage.text for passage in chain(before, new)]
        index = bm25s.BM25()
        index.index(self._words(texts), show_progress=False)
        index.save(str(self._store))
        with (self._store / PASSAGES).open("a", encoding="utf-8") as file:
            file.writelines(
                json.dumps({"number": p.number, "article": p.article, "text": p.text}) + "\n"
                for p in new
            )
        return len(new)

    def open(self) -> None:
        """Map the index, and read the texts."""
        import bm25s

        self._index = bm25s.BM25.load(str(self._store), mmap=True)
        self._passages = list(read_passages(self._store))

    def search(self, claim: str) -> list[str]:
        """Passages that share no word with the claim are not found."""
        depth = min(DEPTH, len(self._passages))
        found, scores = self._index.retrieve(self._words([claim]), k=depth, show_progress=False)
        return once_each(
            [
                self._passages[number].article
                for number, score in zip(found[0], scores[0], strict=True)
                if score > 0
            ]
        )

    def _words(self, texts: list[str]) -> Any:  # noqa: ANN401 - the library's own
        import bm25s

        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
