"""When something was last heard of."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pulse:
    """Remembers the last sign of life."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._last: float | None = None

    def beat(self) -> None:
        """There was a sign of life."""
        self._last = self._now()

    @property
    def age_s(self) -> float | None:
        """Seconds since the last one; None before the first."""
        return None if self._last is None else self._now() - self._last
