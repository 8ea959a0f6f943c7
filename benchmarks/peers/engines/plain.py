"""`SentenceTransformer.encode` alone: the floor below every peer, and where vectors are made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.peers.engine import VECTORS, Stopwatch, read_passages
from benchmarks.peers.plain import watched


def engine(store: Path, model: str, watch: Stopwatch) -> Plain:
    """Load the model."""
    watched(watch)
    return Plain(store, model)


class Plain:
    """Its store is the rows of what was encoded last."""

    def __init__(self, store: Path, model: str) -> None:
        from sentence_transformers import SentenceTransformer

        self._store = store
        self._model = SentenceTransformer(model, device="cpu")

    def add(self, corpus: Path) -> int:
        """Encode everything in one call, with the library's own batches."""
        texts = [passage.text for passage in read_passages(corpus)]
        self._store.mkdir(parents=True, exist_ok=True)
        np.save(self._store / VECTORS, self._model.encode(texts))
        return len(texts)

    def open(self) -> None:
        """Nothing is kept open."""

    def search(self, claim: str) -> Sequence[str]:
        """Encode the claim; there is nothing to find."""
        self._model.encode([claim])
        return ()
