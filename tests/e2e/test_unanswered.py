"""What many chats ask in vain, from Telegram to the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from support import answers as samples
from support.group_chats import Town, until
from support.private_bot import Searching, running
from support.telegram.server import Telegram

RUMOUR = "the water of the reservoir is poisoned by Marlene since 4 March"
KEPT = "the water of the reservoir is poisoned by … since …"


def kept(folder: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as database:
        return database.execute("SELECT text, asked FROM unanswered ORDER BY id").fetchall()


async def until_asked(folder: Path, times: int) -> None:
    """A message is answered before it is noted."""
    await until(folder, "SELECT asked FROM unanswered", times)
    assert kept(folder) == [(KEPT, times)]


async def ask(telegram: Telegram, *people: int, claim: str = RUMOUR) -> None:
    for number in people:
        person = telegram.world.user(number)
        person.send(claim)
        await person.receives(timeout_s=30)


@pytest.fixture
def nothing() -> Searching:
    return Searching(samples.abstained())


async def test_the_fifth_person_brings_it_to_disk_and_privacy_says_so(
    telegram: Telegram, nothing: Searching, tmp_path: Path
) -> None:
    async with running(telegram, nothing, tmp_path, unanswered_kept_days=30):
        await ask(telegram, 1, 2, 3, 4, 4)
        ada = telegram.world.user(5)
        ada.send("/privacy")
        said = (await ada.receives()).text
        assert kept(tmp_path) == []
        await ask(telegram, 5)
        await until_asked(tmp_path, 5)
    assert "Where 5 different chats ask about the same" in said
    assert "deleted 30 days after" in said


async def test_where_it_is_off_nothing_is_noted_and_privacy_is_silent(
    telegram: Telegram, nothing: Searching, tmp_path: Path
) -> None:
    async with running(telegram, nothing, tmp_path):
        await ask(telegram, 1, 2, 3, 4, 5, 6)
        ada = telegram.world.user(5)
        ada.send("/privacy")
        assert "different chats" not in (await ada.receives()).text
    assert kept(tmp_path) == []


async def test_who_is_forgotten_does_not_count(
    telegram: Telegram, nothing: Searching, tmp_path: Path
) -> None:
    async with running(telegram, nothing, tmp_path, unanswered_kept_days=30):
        await ask(telegram, 1, 2, 3, 4)
        ada = telegram.world.user(1)
        ada.send("/forget")
        await ada.receives()
        await ask(telegram, 5, 6, 7, 8)
        assert kept(tmp_path) == []
        await ask(telegram, 9)
        await until_asked(tmp_path, 5)


async def test_a_group_counts_once_where_it_asked_the_whole_collection(
    telegram: Telegram, nothing: Searching, tmp_path: Path
) -> None:
    async with running(telegram, nothing, tmp_path, unanswered_kept_days=30):
        town = await Town.founded(telegram)
        await town.set("Sources: all", "Herald", "Back")
        await ask(telegram, 1, 2, 3, 4)
        town.bea.send(f"/context {RUMOUR}", to=town.chat)
        await town.chat.receives()
        await ask(telegram, 8)
        await until_asked(tmp_path, 5)
        await town.set("Sources: 1", "all", "Back")
        for words in ("they say", "really"):
            town.bea.send(f"/context {words} {RUMOUR}", to=town.chat)
            await town.chat.receives()
            await until_asked(tmp_path, 6)
        await ask(telegram, 9)
        await until_asked(tmp_path, 7)
