from __future__ import annotations

import asyncio

import pytest
from support.commands import Commands

from bot.store import TABLES
from bot.store.database import Database
from bot.store.unanswered import UnansweredStore


@pytest.fixture
def asked(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Two matters, the second of which more chats asked about."""
    monkeypatch.setenv("FACTCONTEXT_UNANSWERED_KEPT_DAYS", "30")
    commands.data.mkdir(exist_ok=True)

    async def add() -> None:
        database = Database.open(commands.data / "bot.sqlite3", TABLES)
        store = UnansweredStore(database, keep_days=30)
        await store.add("… [b]water[/b] is poisoned", chats=5)
        await store.add("wolves behind the school", chats=7)
        await database.aclose()

    asyncio.run(add())
    return commands


def test_what_most_chats_asked_in_vain_is_listed_first(asked: Commands) -> None:
    found = asked.json("feedback", "unanswered")["unanswered"]
    assert [(row["number"], row["chats"], row["text"]) for row in found] == [
        (2, 7, "wolves behind the school"),
        (1, 5, "… [b]water[/b] is poisoned"),
    ]
    assert len(found[0]["last"]) == len("2026-01-02")
    table = asked.run("feedback", "unanswered").out.splitlines()
    assert table[1].split()[:2] == ["2", "7"]
    assert table[2].endswith("… [b]water[/b] is poisoned")


def test_one_or_all_are_deleted(asked: Commands) -> None:
    assert "1 row deleted" in asked.run("feedback", "unanswered", "--delete", 1).out
    assert [r["number"] for r in asked.json("feedback", "unanswered")["unanswered"]] == [2]
    assert "no number 1" in asked.run("feedback", "unanswered", "--delete", 1, expect=1).err
    assert "1 row deleted" in asked.run("feedback", "unanswered", "--delete-all").out
    assert asked.json("feedback", "unanswered") == {"unanswered": []}
    assert "fewer than five" in asked.run("feedback", "unanswered").err
    asked.run("feedback", "unanswered", "--delete", 1, "--delete-all", expect=2)


def test_where_it_is_off_it_says_how_to_switch_it_on(
    asked: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FACTCONTEXT_UNANSWERED_KEPT_DAYS")
    assert "FACTCONTEXT_UNANSWERED_KEPT_DAYS=30" in asked.run("feedback", "unanswered").err
    (asked.data / "bot.sqlite3").unlink()
    assert asked.json("feedback", "unanswered") == {"unanswered": []}
    assert "0 rows deleted" in asked.run("feedback", "unanswered", "--delete-all").out
