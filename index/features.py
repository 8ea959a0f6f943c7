"""What is known of each candidate when its strength is judged: few numbers, for any collection."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.fusion import Scores, fuse, per_claim, spread

Floats = NDArray[np.float64]

RIVAL = 5
"""The margin is counted from the best passage of the fifth-best group."""


class Feature(StrEnum):
    """The names under which a calibration file gives weights."""

    COSINE = "cosine"
    """Inner product of claim and passage."""
    WORDS = "words"
    """Length-normalised BM25 over the highest idf that the collection's size allows."""
    MARGIN = "margin"
    """Fused score over that of the fifth-best article; where there are fewer, over nothing."""
    SIZE = "size"
    """log10 of the number of passages searched: among more, chance resemblance grows."""
    LENGTH = "length"
    """ln of the number of distinct terms of the claim."""
    KINSHIP = "kinship"
    """How near the claim lies to what the collection is about, see `index.kinship`."""
    AGREEMENT = "agreement"
    """1 for passages of the article that both legs put first, else 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """The candidates that either leg found for one claim, with exact scores of both legs."""

    ids: NDArray[np.int64]
    """(n,) passages."""
    groups: NDArray[np.int64]
    """(n,) what rivals each other: the article of a passage, or the comment."""
    cosine: Scores
    """(n,)"""
    bm25: Scores
    """(n,) 0 where no word is shared."""
    terms: int
    """Distinct terms of the claim."""
    searched: int
    """Passages among which the candidates were found."""
    kinship: float
    """Of the claim and all passages of the lane."""
    turned: Scores | None = None
    """(n,) inner products with the turned vector, see `index.query_map`; None if it is not."""

    def __len__(self) -> int:
        return len(self.ids)

    def without(self, groups: NDArray[np.int64]) -> Pool:
        """The pool as it would be if some groups were not in the collection."""
        return self.select(np.flatnonzero(~np.isin(self.groups, groups)))

    def select(self, rows: NDArray[np.int64]) -> Pool:
        """Some of the candidates, in the order of `rows`."""
        return replace(
            self,
            ids=self.ids[rows],
            groups=self.groups[rows],
            cosine=self.cosine[rows],
            bm25=self.bm25[rows],
            turned=None if self.turned is None else self.turned[rows],
        )

    @property
    def nearness(self) -> Scores:
        """(n,) what the dense leg ranks by."""
        return self.cosine if self.turned is None else self.turned

    def fused(self, share: float, typical_spread: float | None, *, turned: bool) -> Scores:
        """Fused scores, (n,).

        Args:
            share: Spreads of the cosine that one unit of length-normalised BM25 is worth.
            typical_spread: The encoder's, or None to take this claim's own.
            turned: By the turned vector, if there is one.
        """
        unit = spread(self.cosine) if typical_spread is None else typical_spread
        cosine = self.nearness if turned else self.cosine
        return fuse(cosine, self.bm25, terms=self.terms, weight=share * unit)


def measure(pool: Pool, fused: Scores) -> dict[Feature, Floats]:
    """All features of each candidate, (n,) each."""
    rarest = math.log(2 * max(pool.searched, 1) + 2)
    words = per_claim(pool.bm25, pool.terms) / np.float32(rarest)
    size = math.log10(max(pool.searched, 1))
    length = math.log(max(pool.terms, 1))
    values = {
        Feature.COSINE: pool.cosine,
        Feature.WORDS: words,
        Feature.MARGIN: fused - _rival(pool.groups, fused),
        Feature.SIZE: np.full(len(pool), size),
        Feature.LENGTH: np.full(len(pool), length),
        Feature.KINSHIP: np.full(len(pool), pool.kinship),
        Feature.AGREEMENT: _agreement(pool),
    }
    return {name: value.astype(np.float64, copy=False) for name, value in values.items()}


def _rival(groups: NDArray[np.int64], scores: Scores) -> float:
    """The best score of the fifth-best group; 0 where there are fewer."""
    order = np.argsort(-scores)
    met: set[int] = set()
    for group, score in zip(groups[order].tolist(), scores[order].tolist(), strict=True):
        met.add(group)
        if len(met) == RIVAL:
            return float(score)
    return 0.0


def _agreement(pool: Pool) -> NDArray[np.bool_]:
    if not len(pool) or not pool.bm25.any():
        return np.zeros(len(pool), dtype=np.bool_)
    by_meaning = pool.groups[int(np.argmax(pool.cosine))]
    by_words = pool.groups[int(np.argmax(pool.bm25))]
    return np.asarray((pool.groups == by_meaning) & (by_meaning == by_words), dtype=np.bool_)
