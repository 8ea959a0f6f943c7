"""An empty database of the bot, and the clock by which it forgets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.clock import Clock

from bot.store import TABLES
from bot.store.database import Database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(tmp_path: Path, clock: Clock) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "bot.sqlite3", TABLES, now=clock)
    yield opened
    await opened.aclose()
