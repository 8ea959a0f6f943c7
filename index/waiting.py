"""The line before the search: how many claims wait, and how long the next one would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_CLAIM_S = 0.03
"""What a claim is believed to take before any was answered."""
_BELIEVED = 10
"""So many answered claims count as much as that belief."""
_KEPT = 0.98
"""What is known counts this much less with each answered claim: about fifty are remembered."""


class WaitingLine:
    """Counts claims, and learns how fast they are answered while any wait.

    A claim that is given up tells nothing of that; what it cost counts for the next answered one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody waits.

        Args:
            clock: seconds, from anywhere.
        """
        self._clock = clock
        self._length = 0
        self._answered: float = _BELIEVED
        self._busy_s = _BELIEVED * _CLAIM_S
        self._since = 0.0
        """When the last claim was answered, or the first one came after nobody waited."""

    def __len__(self) -> int:
        """Claims that wait or are under way."""
        return self._length

    @property
    def wait_s(self) -> float:
        """How long a claim that comes now would wait for those before it."""
        return self._length * self._busy_s / self._answered

    @contextmanager
    def place(self, claims: int) -> Iterator[None]:
        """Stand in line while the block runs, which answers so many claims."""
        if not self._length:
            self._since = self._clock()
        self._length += claims
        try:
            yield
            self._learn(claims)
        finally:
            self._length -= claims

    def _learn(self, claims: int) -> None:
        now = self._clock()
        kept = _KEPT**claims
        self._busy_s = kept * self._busy_s + now - self._since
        self._answered = kept * self._answered + claims
        self._since = now
