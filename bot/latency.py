"""How long answers took, counted by day, step and bucket: numbers only, bounded by their kinds."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from index.model import Strength
from index.observing import Refusal, Step

_PER_DOUBLING = 8
_SHORTEST_S = 0.001
_HIGHEST_BUCKET = 18 * _PER_DOUBLING


class Cell(NamedTuple):
    """What is counted together."""

    day: str
    """UTC, ISO 8601."""
    step: str
    bucket: int


class Latencies:
    """Counts in memory what a search takes until somebody drains it; any thread may tell it."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        """Nothing is counted yet.

        Args:
            now: seconds since 1970.
        """
        self._now = now
        self._lock = threading.Lock()
        self._counts: Counter[Cell] = Counter()

    def took(self, step: Step, seconds: float) -> None:
        """Count one more."""
        day = datetime.fromtimestamp(self._now(), UTC).date().isoformat()
        with self._lock:
            self._counts[Cell(day, step, bucket_of(seconds))] += 1

    def answered(self, strength: Strength) -> None:
        """Nothing: how many there are is seen from the steps."""

    def refused(self, why: Refusal) -> None:
        """Nothing: what was not answered took no time that anybody waited for an answer."""

    def drain(self) -> Mapping[Cell, int]:
        """What was counted since the last time."""
        with self._lock:
            drained, self._counts = self._counts, Counter()
        return drained


def bucket_of(seconds: float) -> int:
    """The number of the bucket of a time: eight for each doubling, from a millisecond up."""
    if seconds <= _SHORTEST_S:
        return 0
    return min(_HIGHEST_BUCKET, math.ceil(_PER_DOUBLING * math.log2(seconds / _SHORTEST_S)))


def middle_s(bucket: int) -> float:
    """Seconds that stand for a bucket; what was counted in it is within 5 % of them."""
    return float(_SHORTEST_S * 2 ** ((bucket - 0.5) / _PER_DOUBLING))


def quantile_s(buckets: Mapping[int, int], share: float) -> float:
    """Seconds within which a share of what was counted was done.

    Args:
        buckets: how many are in each; one at least.
        share: above 0, at most 1.
    """
    wanted = math.ceil(share * sum(buckets.values()))
    seen = 0
    for bucket in sorted(buckets):
        seen += buckets[bucket]
        if seen >= wanted:
            break
    return middle_s(bucket)
