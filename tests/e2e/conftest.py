"""A running stand-in for Telegram, and the bot against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support.commands import Commands
from support.place import Place, two_generations
from support.private_bot import Searching, running
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram

from index.library import Library


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


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A real library with a generation that answers."""
    two_generations(tmp_path)
    with Library.open(tmp_path / "library.sqlite3") as library:
        yield Place(tmp_path, library)


@pytest.fixture
def commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """The command line on the same folder."""
    monkeypatch.setenv("FACTCONTEXT_DATA_DIR", str(tmp_path))
    return Commands(data=tmp_path, folder=tmp_path, capsys=capsys, monkeypatch=monkeypatch)
