"""Which comments are about the claim itself, not only below an article that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from index.columns import Columns
from index.features import Floats
from index.fusion import spread
from index.generation import LaneIndex
from index.model import Lane
from index.search import RankedLane
from index.strength import Calibration

MOST_WEIGHED = 60
"""Candidates with the best fused scores; what stands behind them is never shown."""

# Chosen on one half of the starter corpus's golden claims, reported on both: docs/evaluation.md.
_OWN_WEIGHT = 1.4
"""Log-odds for each spread of the cosine by which a comment is nearer than its discussion."""
_TYPICAL_LEAD = 1.3
_TYPICAL_COUNT = 3
"""A discussion of few comments says little of itself; it counts as one with these more, which
lie 1.3 spreads below the comment."""
_ABOVE_CLOSE = 1.15
"""Log-odds above the threshold of closeness that worth has to reach; the lead of a lone comment
is a little more."""
_BELOW_BEST = 5.0
"""Least log-odds below the best comment at which another is not worth showing beside it."""
_NEIGHBOURS = 32


def worth_showing(
    lane: RankedLane, index: LaneIndex, vector: Vectors, calibration: Calibration
) -> list[int]:
    """Comment passages that are worth reading for a claim, the best first.

    All comments below an article carry its title, so all of them come near a claim about it.
    What tells those that speak of the claim is how much nearer they are than the rest of their
    discussion. Worth is the log-odds of being close plus that lead.

    Args:
        lane: the ranked discussion.
        index: where it was searched.
        vector: (d,) the claim's vector.
        calibration: of the encoder.

    Returns:
        Passage ids.
    """
    ids = lane.ids[:MOST_WEIGHED]
    if not len(ids):
        return []
    pool = lane.judged.pool
    unit = calibration.cosine_spread or max(spread(pool.cosine), 1e-6)
    lead, known = _lead(index, vector, ids, pool.cosine[:MOST_WEIGHED])
    own = known * lead / unit + (1 - known) * _TYPICAL_LEAD
    worth = _log_odds(lane.judged.close[:MOST_WEIGHED]) + _OWN_WEIGHT * own
    least = float(_log_odds(np.array(calibration.close_at[Lane.DISCUSSION]))) + _ABOVE_CLOSE
    order = np.argsort(-worth, kind="stable")
    least = max(least, float(worth[order[0]]) - _BELOW_BEST)
    return [int(ids[i]) for i in order if worth[i] >= least]


def _lead(
    index: LaneIndex, vector: Vectors, ids: NDArray[np.int64], cosine: NDArray[np.float32]
) -> tuple[Floats, Floats]:
    """How much nearer each passage is than its neighbours below the same article.

    Returns:
        (n,) in the scale of the cosine, and (n,) how far that can be relied on, from 0 to 1.
    """
    columns = index.columns
    rows = columns.positions(ids)
    documents = np.asarray(columns.document_id[rows])
    _, first, group = np.unique(documents, return_index=True, return_inverse=True)
    around, inside = _neighbours(columns, rows[first])
    counts = inside.sum(axis=1)
    near = np.zeros(around.shape)
    near[inside] = index.dense.scores(vector, columns.passage_id[around[inside]])
    means = near.sum(axis=1) / counts
    return cosine - means[group], (counts / (counts + _TYPICAL_COUNT))[group]


def _neighbours(
    columns: Columns, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Rows next to each of m rows, itself included, and which of them are of its article.

    Ids of one load follow each other. That of a discussion of thousands these are a sample does
    not matter to their mean.
    """
    around = rows[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    known = (around >= 0) & (around < len(columns))
    around = np.where(known, around, rows[:, None])
    own = columns.document_id[around] == columns.document_id[rows][:, None]
    return around, known & own


def _log_odds(probability: Floats) -> Floats:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)))
