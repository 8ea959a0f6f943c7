"""Votes under answers, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from support.commands import Commands
from support.place import GLACIER, Place
from support.private_bot import CLAIM, Searching, running
from support.telegram.server import Telegram

from bot.store import TABLES
from bot.store.database import Database
from bot.store.feedback import Counted, FeedbackStore

with_bot = pytest.mark.usefixtures("bot")


async def counts(folder: Path) -> list[Counted]:
    database = Database.open(folder / "bot.sqlite3", TABLES)
    try:
        return await FeedbackStore(database).counts()
    finally:
        await database.aclose()


def counted(passage_id: int, h: int, u: int, o: int) -> Counted:
    return Counted(passage_id=passage_id, generation="0001", helpful=h, unhelpful=u, off_topic=o)


@with_bot
async def test_a_vote_is_counted_for_the_passage_that_stands_first(
    telegram: Telegram, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    said = await ada.press(answer, "👎").answered()
    thanks = "Thank you. Your vote is counted, without your name."
    assert said == {"text": thanks, "show_alert": False}
    ada.press(answer, "What readers said")
    comments = await ada.receives()
    await ada.press(comments, "Off topic").answered()
    assert await counts(tmp_path) == [counted(1, 0, 1, 0), counted(9, 0, 0, 1)]


@with_bot
async def test_a_second_press_changes_the_vote_and_another_person_adds_one(
    telegram: Telegram, tmp_path: Path
) -> None:
    ada, bea = telegram.world.user(5), telegram.world.user(6)
    for person in (ada, bea):
        person.send(CLAIM)
    mine, hers = await ada.receives(), await bea.receives()
    for label in ("👎", "👎", "👍", "👍"):
        await ada.press(mine, label).answered()
    await bea.press(hers, "👍").answered()
    assert await counts(tmp_path) == [counted(1, 2, 0, 0)]


@with_bot
async def test_forged_votes_count_nothing(telegram: Telegram, tmp_path: Path) -> None:
    ada, eve = telegram.world.user(5), telegram.world.user(6)
    ada.send(CLAIM)
    answer = await ada.receives()
    eve.send(CLAIM)
    own = await eve.receives()
    stolen = answer.button("👍").data or ""
    for data in (stolen, "v1.xxxxxxxxxxxx.r.h.0", stolen[:-1] + "7", "v1.a.r.x.0"):
        assert "no longer kept" in (await eve.press_data(own, data).answered())["text"]
    assert await counts(tmp_path) == []
    assert (await eve.receives()).buttons == ()


async def test_the_buttons_of_before_a_restart_still_count(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path):
        ada.send(CLAIM)
        answer = await ada.receives()
    async with running(telegram, service, tmp_path):
        await ada.press(answer, "👍").answered()
    assert await counts(tmp_path) == [counted(1, 1, 0, 0)]


async def test_where_answers_fail_the_operator_sees_and_makes_it_a_golden_query(
    place: Place, commands: Commands, telegram: Telegram, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with place.service() as service, running(telegram, service, tmp_path):
        ada.send(GLACIER.text)
        await ada.press(await ada.receives(), "👎").answered()
    (row,) = (await asyncio.to_thread(commands.json, "feedback"))["feedback"]
    assert (row["title"], row["not_helpful"]) == ("Report 2 on the glacier", 1)
    golden = tmp_path / "golden.jsonl"
    typed = "The glacier fell\nnothing\n"
    export = ("feedback", "export", golden)
    await asyncio.to_thread(commands.run, *export, stdin=typed, typed=True)
    case = json.loads(golden.read_text("utf-8"))
    assert (case["claim"], case["nothing"]) == ("The glacier fell", True)
