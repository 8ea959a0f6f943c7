"""Long outages, in simulated time."""

from __future__ import annotations

import asyncio

import pytest
from support import simulated_time
from telegram.error import NetworkError, RetryAfter

from bot.polling import persistently

HOUR_S = 3_600.0


class Outage:
    """Telegram is not there for some time, and then it is."""

    def __init__(self, error: Exception, seconds: float) -> None:
        self._error, self._seconds = error, seconds
        self.tries: list[float] = []

    async def __call__(self) -> str:
        now = asyncio.get_running_loop().time()
        self.tries.append(now)
        if now - self.tries[0] < self._seconds:
            raise self._error
        return "there again"


def lived_through(outage: Outage) -> str:
    return simulated_time.run(persistently(outage, asyncio.Event()))


@pytest.mark.soak
def test_an_hour_without_telegram_is_waited_out_and_its_end_noticed_within_half_a_minute() -> None:
    outage = Outage(NetworkError("away"), HOUR_S)
    assert lived_through(outage) == "there again"
    assert HOUR_S <= outage.tries[-1] - outage.tries[0] <= HOUR_S + 31
    assert len(outage.tries) < HOUR_S / 10


def test_a_short_outage_is_noticed_at_once() -> None:
    outage = Outage(NetworkError("away"), 1.0)
    lived_through(outage)
    assert outage.tries[-1] - outage.tries[0] <= 4


def test_a_pause_that_telegram_asks_for_is_kept() -> None:
    outage = Outage(RetryAfter(120), 1.0)
    lived_through(outage)
    first, second = outage.tries
    assert 120 <= second - first < 125
