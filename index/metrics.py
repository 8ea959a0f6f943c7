"""How good a ranking is, and how well a score tells answerable claims from others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DEPTH = 100
"""How many documents of a ranking are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Of one ranking, or the mean over several; each from 0 to 1, higher is better."""

    ndcg_at_10: float
    mrr_at_10: float
    recall_at_10: float
    recall_at_100: float
    map_at_5: float


def quality(ranking: Sequence[str], judged: Mapping[str, int]) -> Quality:
    """Judge one ranking the way trec_eval and BEIR do.

    Args:
        ranking: documents, best first, each once.
        judged: relevance by document; at least one is above 0.

    Raises:
        ValueError: nothing is judged relevant.
    """
    relevant = {document: gain for document, gain in judged.items() if gain > 0}
    if not relevant:
        raise ValueError("A ranking cannot be judged without a relevant document.")
    gains = [relevant.get(document, 0) for document in ranking[:DEPTH]]
    found = [rank for rank, gain in enumerate(gains, start=1) if gain]
    ideal = _discounted(sorted(relevant.values(), reverse=True)[:10])
    precisions = [hits / rank for hits, rank in enumerate(found, start=1) if rank <= 5]
    return Quality(
        ndcg_at_10=_discounted(gains[:10]) / ideal,
        mrr_at_10=1 / found[0] if found and found[0] <= 10 else 0.0,
        recall_at_10=sum(rank <= 10 for rank in found) / len(relevant),
        recall_at_100=len(found) / len(relevant),
        map_at_5=sum(precisions) / len(relevant),
    )


def mean(qualities: Sequence[Quality]) -> Quality:
    """The mean over rankings; all zero for none."""
    if not qualities:
        return Quality(ndcg_at_10=0, mrr_at_10=0, recall_at_10=0, recall_at_100=0, map_at_5=0)

    def of(name: str) -> float:
        return math.fsum(getattr(quality, name) for quality in qualities) / len(qualities)

    return Quality(
        ndcg_at_10=of("ndcg_at_10"),
        mrr_at_10=of("mrr_at_10"),
        recall_at_10=of("recall_at_10"),
        recall_at_100=of("recall_at_100"),
        map_at_5=of("map_at_5"),
    )


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


# ---------------------------------------------------------------- abstention


def auroc(answerable: Floats, unanswerable: Floats) -> float:
    """How often an answerable claim scores above an unanswerable one; a tie counts half.

    Args:
        answerable: (n,) scores, n > 0.
        unanswerable: (m,) scores, m > 0.
    """
    ordered = np.sort(unanswerable)
    below = np.searchsorted(ordered, answerable, side="left")
    not_above = np.searchsorted(ordered, answerable, side="right")
    return float((below + not_above).mean() / (2 * len(ordered)))


def false_answer_rate(answerable: Floats, unanswerable: Floats, *, answered: float = 0.9) -> float:
    """Share of unanswerable claims that pass the threshold which `answered` of the others pass.

    Args:
        answerable: (n,) scores, n > 0.
        unanswerable: (m,) scores, m > 0.
        answered: Share of the answerable claims that must be answered.
    """
    index = math.ceil(round(answered * len(answerable), 9)) - 1
    threshold = np.sort(answerable)[::-1][max(index, 0)]
    return float((unanswerable >= threshold).mean())
