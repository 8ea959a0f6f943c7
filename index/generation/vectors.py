"""The vectors of passages: kept ones where there are, encoded ones where not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from embeddings.api import Encoder, Role, Vectors
from index.errors import GenerationError

if TYPE_CHECKING:
    from index.library import PassageRow

_CHUNK_TEXTS = 256
"""So many texts are encoded, then kept: what an interrupted rebuild loses at most."""

_UNIT_TOLERANCE = 0.01


class VectorKeeper(Protocol):
    """Keeps the vectors of one encoder by the hash of their text."""

    def get(self, hashes: Sequence[bytes]) -> Mapping[bytes, Vectors]:
        """The kept rows among the wanted ones, each (d,) float32."""
        ...

    def put(self, hashes: Sequence[bytes], vectors: Vectors) -> None:
        """Keep n rows, (n, d) float32."""
        ...


class PassageVectors:
    """Gives passages their vectors; each text is encoded once, ever."""

    def __init__(self, encoder: Encoder, store: VectorKeeper) -> None:
        self._encoder = encoder
        self._store = store

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.info.dimension

    @property
    def fingerprint(self) -> str:
        """Of the encoder."""
        return self._encoder.info.fingerprint

    def of(self, rows: Sequence[PassageRow], done: Callable[[int], None]) -> Vectors:
        """Unit rows of n passages, (n, d) float32, in order.

        Args:
            rows: the passages.
            done: told, as it grows, how many of them have their vector.

        Raises:
            EncoderError: the encoder failed; what it encoded before is kept.
            VectorStoreError: vectors cannot be kept.
            GenerationError: the encoder gave something else than unit rows.
        """
        texts = {row.text_hash: row.embedding_text for row in rows}
        known = dict(self._store.get(list(texts)))
        missing = [key for key in texts if key not in known]
        for start in range(0, len(missing), _CHUNK_TEXTS):
            done(max(0, len(rows) - len(missing) + start))
            keys = missing[start : start + _CHUNK_TEXTS]
            vectors = self._encoded([texts[key] for key in keys])
            self._store.put(keys, vectors)
            known.update(zip(keys, vectors, strict=True))
        done(len(rows))
        return np.stack([known[row.text_hash] for row in rows])

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        vectors = self._encoder.encode(texts, Role.PASSAGE)
        info = self._encoder.info
        if vectors.shape != (len(texts), info.dimension):
            raise GenerationError(
                f"{info.fingerprint} gave vectors of shape {vectors.shape} for {len(texts)} "
                "texts; nothing was built. Set another model or engine."
            )
        lengths = np.linalg.norm(vectors, axis=1)
        # Written so that NaN fails.
        if not (np.abs(lengths - 1) < _UNIT_TOLERANCE).all():
            raise GenerationError(
                f"{info.fingerprint} gave vectors that are not of unit length; nothing was "
                "built. Set another model or engine."
            )
        return vectors
