"""How long answers took on each of the last days: counts, without words or people."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from bot.latency import Cell, quantile_s
from bot.store.database import Database, Tables

TABLES = Tables(
    name="latency",
    steps=(
        """
        CREATE TABLE latency (
            day TEXT NOT NULL,
            step TEXT NOT NULL,
            bucket INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (day, step, bucket)
        ) WITHOUT ROWID;
        """,
    ),
)
_KEPT_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLatency:
    """How long a step took on one day."""

    day: str
    """UTC, ISO 8601."""
    step: str
    count: int
    p50_s: float
    """Half of them took at most so long."""
    p95_s: float


class LatencyStore:
    """Adds counts up, and keeps ninety days of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, drain: Callable[[], Mapping[Cell, int]]) -> None:
        """Add what was counted; what is older than ninety days goes.

        Args:
            drain: gives it, on the thread that stores it: a caller who gives up loses nothing.
        """

        def upsert(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT INTO latency VALUES (?, ?, ?, ?) ON CONFLICT (day, step, bucket)"
                " DO UPDATE SET count = count + excluded.count",
                [(*cell, count) for cell, count in drain().items()],
            )
            connection.execute("DELETE FROM latency WHERE day <= ?", (self._last_forgotten(),))

        await self._database.run(upsert)

    async def by_day(self) -> list[DayLatency]:
        """Every day and step of which something is kept, in their order."""

        def select(connection: sqlite3.Connection) -> list[tuple[str, str, int, int]]:
            return connection.execute(
                "SELECT * FROM latency WHERE day > ? ORDER BY day, step, bucket",
                (self._last_forgotten(),),
            ).fetchall()

        rows = await self._database.run(select)
        return [
            _summed(day, step, {bucket: count for _, _, bucket, count in cells})
            for (day, step), cells in groupby(rows, key=lambda row: row[:2])
        ]

    def _last_forgotten(self) -> str:
        today = datetime.fromtimestamp(self._database.now(), UTC).date()
        return (today - timedelta(days=_KEPT_DAYS)).isoformat()


def _summed(day: str, step: str, buckets: Mapping[int, int]) -> DayLatency:
    return DayLatency(
        day=day,
        step=step,
        count=sum(buckets.values()),
        p50_s=quantile_s(buckets, 0.5),
        p95_s=quantile_s(buckets, 0.95),
    )
