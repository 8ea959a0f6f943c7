"""An encoder with no model: texts that share words are near, the same everywhere and at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

import numpy as np

from embeddings.api import EncoderInfo, Role, Vectors

_WORD = re.compile(r"\w+")


class WordEncoder:
    """The normalised sum of one fixed random vector a word.

    Attributes:
        encoded: every text that was ever asked for, in order.
        before: called before each request; may raise or wait.
    """

    def __init__(self, *, dimension: int = 32, model: str = "words") -> None:
        self.info = EncoderInfo(
            model=model,
            revision="1",
            dimension=dimension,
            pooling="sum",
            precision="fp32",
            max_tokens=1_000,
        )
        self.encoded: list[str] = []
        self.before: Callable[[], None] = lambda: None

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self.before()
        self.encoded += texts
        if not texts:
            return np.empty((0, self.info.dimension), dtype=np.float32)
        return np.stack([self._vector(text) for text in texts])

    def one(self, text: str) -> Vectors:
        return self.encode([text], Role.QUERY)[0]

    def _vector(self, text: str) -> Vectors:
        words = _WORD.findall(text.lower()) or ["nothing"]
        total = np.sum([self._of_word(word) for word in words], axis=0)
        vector: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
        return vector

    def _of_word(self, word: str) -> Vectors:
        seed = list(hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest())
        drawn: Vectors = np.random.default_rng(seed).normal(size=self.info.dimension)
        return drawn
