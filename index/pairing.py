"""Whether two rankings of the same queries differ by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ROUNDS = 10_000
_ROUNDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTest:
    """One measure of two rankings, over the same queries."""

    first: float
    second: float
    better: int
    """Queries on which the first is better than the second."""
    worse: int
    p: float
    """How often chance alone makes at least this difference of the means, two-sided."""

    @property
    def difference(self) -> float:
        """Of the means: above 0 the first is better."""
        return self.first - self.second


def paired_randomisation(
    first: Sequence[float], second: Sequence[float], *, rounds: int = ROUNDS
) -> PairedTest:
    """Fisher's randomisation test: which ranking gets which name is tossed for each query.

    The tosses are the same each time. It assumes nothing of how the values are distributed.

    Args:
        first: n values, n > 0.
        second: n values, in the order of the same queries.
        rounds: how often all queries are tossed.
    """
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    least = abs(differences.sum()) - 1e-12
    tosses = np.random.default_rng(0)
    as_large = 0
    for start in range(0, rounds, _ROUNDS_AT_ONCE):
        size = min(_ROUNDS_AT_ONCE, rounds - start), len(differences)
        signs = tosses.integers(0, 2, size, dtype=np.int8) * 2 - 1
        as_large += int((np.abs(signs @ differences) >= least).sum())
    return PairedTest(
        first=float(np.mean(first)),
        second=float(np.mean(second)),
        better=int((differences > 0).sum()),
        worse=int((differences < 0).sum()),
        p=(as_large + 1) / (rounds + 1),
    )
