"""How near a claim lies to what a collection is about, whether or not it holds an answer.

A close passage says more in a collection of the claim's own field. How near that field is shows in
the claim's cosine with the mean of all passages. Passages themselves have the length of that mean
on average, as mean(p . c / |c|) = |c|: it is long where all speak of one thing, short where they
speak of many, and is taken off, so that what is left means the same in either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embeddings.api import Vectors

if TYPE_CHECKING:
    from index.columns import Columns
    from index.dense import DenseIndex

_SAMPLE_ROWS = 10_000
"""Of more passages, evenly spread ones: the mean of so many is right to a thousandth."""


def centre_of(dense: DenseIndex, columns: Columns) -> Vectors:
    """The mean of the passages' vectors, (d,); (0,) without passages."""
    if not len(columns):
        return np.empty(0, dtype=np.float32)
    step = -(-len(columns) // _SAMPLE_ROWS)
    sample = dense.vectors(np.asarray(columns.passage_id[::step]))
    return np.asarray(sample.mean(axis=0, dtype=np.float64), dtype=np.float32)


def kinship(vector: Vectors, centre: Vectors) -> float:
    """Cosine of a claim with the centre, less that of a passage on average; 0 without a centre.

    Args:
        vector: (d,) the claim's unit vector.
        centre: as `centre_of` gives it.
    """
    length = float(np.linalg.norm(centre))
    return float(vector @ centre) / length - length if length else 0.0
