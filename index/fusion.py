"""Two scores of a passage become one.

The fused score of a passage is `cosine + weight * BM25 / sqrt(terms)`, a convex combination up to
a constant factor. A BM25 score grows with the number of words in the claim; dividing by its square
root makes claims of different length comparable, the way a vector is brought to unit length.
Unlike a normalisation by the best and worst candidates it does not depend on which other passages
were found, so it works alike among six passages and a million, and a score means the same in each.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def fuse(cosine: Scores, bm25: Scores, *, terms: int, weight: float) -> Scores:
    """Fuse the scores of n passages for one claim.

    Args:
        cosine: (n,) inner products of unit vectors.
        bm25: (n,) scores, 0 where no word is shared.
        terms: How many distinct terms of the claim were searched.
        weight: Cosine that one unit of length-normalised BM25 is worth; see `lexical_weight`.

    Returns:
        (n,) fused scores on the scale of the cosines; higher is better.
    """
    return (cosine + weight * per_claim(bm25, terms)).astype(np.float32)


def per_claim(bm25: Scores, terms: int) -> Scores:
    """BM25 scores made comparable between claims of different length, (n,) to (n,)."""
    return (bm25 / math.sqrt(max(terms, 1))).astype(np.float32)


def spread(cosine: Scores) -> float:
    """How far the cosines of a claim's candidates lie apart, for encoders nobody has measured."""
    return float(cosine.std()) if len(cosine) else 0.0


def group_best(groups: NDArray[np.int64], scores: Scores) -> tuple[NDArray[np.int64], Scores]:
    """The best score of each group, best first, ties by ascending group.

    Args:
        groups: (n,) for instance the document of each passage.
        scores: (n,)

    Returns:
        (m,) distinct groups and (m,) scores.
    """
    order = np.lexsort((groups, -scores))
    _, first = np.unique(groups[order], return_index=True)
    kept = order[np.sort(first)]
    return groups[kept], scores[kept]
