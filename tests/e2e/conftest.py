"""A running stand-in for Telegram, and the bot against it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.private_bot import Searching, running
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram


@pytest.fixture
def service() -> Searching:
    return Searching()


@pytest.fixture
async def bot(
    telegram: Telegram,  # noqa: F811
    service: Searching,
    tmp_path: Path,
) -> AsyncIterator[None]:
    async with running(telegram, service, tmp_path):
        yield
