"""An event loop whose clock leaps over every wait: minutes of waiting take no time.

Everything in it, servers on loopback included, must run on this one loop without threads.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Leaping(selectors.DefaultSelector):
    """Looks for what is ready; where the loop would sleep, moves its clock on instead."""

    leapt_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # What was just sent on loopback may need an instant to be there.
        ready = super().select(0) or super().select(0.002)
        if not ready and timeout is not None:
            self.leapt_s += timeout
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """`time()` goes on by itself wherever everybody waits."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return super().time() + self._leaping.leapt_s


def run(main: Coroutine[Any, Any, T]) -> T:
    """`asyncio.run` with simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(main)
