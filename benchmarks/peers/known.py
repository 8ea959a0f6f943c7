"""Vectors that are ready, looked up where an engine asks its encoder for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.engine import ENCODER, VECTORS, Stopwatch, read_passages


class KnownVectors:
    """Of the passages of corpus folders in which vectors lie."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self._rows: Any = None
        self._places: dict[str, int] = {}

    def learn(self, corpus: Path) -> None:
        """Take those that lie in a corpus folder, if any do; that is no engine's own time."""
        if not (corpus / VECTORS).exists():
            return
        with self._watch.part(ENCODER):
            self._rows = np.load(corpus / VECTORS, mmap_mode="r")
            texts = (passage.text for passage in read_passages(corpus))
            self._places = {_spaced(text): place for place, text in enumerate(texts)}

    def of(self, texts: Any) -> Any:  # noqa: ANN401 - whatever the library was given
        """(n, d) rows of n texts; None unless all of them are known."""
        if isinstance(texts, str):
            return None
        places = [self._places.get(_spaced(text)) for text in texts]
        return None if None in places or not places else np.asarray(self._rows[places])


def _spaced(text: str) -> str:
    """As langchain hands texts on: with spaces for line breaks, all one to the tokenizer."""
    return " ".join(text.split())
