from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.latency import Cell, bucket_of, middle_s
from bot.store.database import Database
from bot.store.latency import TABLES, DayLatency, LatencyStore

NOON = 1_774_785_600.0  # 2026-03-29 12:00 UTC
DAY_S = 86_400


@pytest.fixture
def clock() -> list[float]:
    return [NOON]


@pytest.fixture
async def database(tmp_path: Path, clock: list[float]) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "bot.sqlite3", [TABLES], now=lambda: clock[0])
    yield opened
    await opened.aclose()


async def test_counts_of_one_day_and_step_add_up(database: Database) -> None:
    store = LatencyStore(database)
    fast, slow = bucket_of(0.05), bucket_of(2.0)
    await store.add(
        lambda: {Cell("2026-03-29", "whole", fast): 10, Cell("2026-03-28", "rank", fast): 1}
    )
    await store.add(
        lambda: {Cell("2026-03-29", "whole", fast): 8, Cell("2026-03-29", "whole", slow): 2}
    )
    quick, long = middle_s(fast), middle_s(slow)
    assert await store.by_day() == [
        DayLatency(day="2026-03-28", step="rank", count=1, p50_s=quick, p95_s=quick),
        DayLatency(day="2026-03-29", step="whole", count=20, p50_s=quick, p95_s=long),
    ]


async def test_ninety_days_are_kept_and_no_row_longer(
    database: Database, clock: list[float]
) -> None:
    store = LatencyStore(database)
    await store.add(lambda: {Cell("2026-03-29", "whole", 5): 1})
    clock[0] += 89 * DAY_S
    assert len(await store.by_day()) == 1
    clock[0] += DAY_S
    assert await store.by_day() == []
    await store.add(lambda: {Cell("2026-06-27", "whole", 5): 1})
    days = await database.run(lambda c: c.execute("SELECT day FROM latency").fetchall())
    assert days == [("2026-06-27",)]
