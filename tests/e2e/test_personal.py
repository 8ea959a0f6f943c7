"""/mydata and /forget, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support import answers as samples
from support.private_bot import CLAIM, STORAGE_KEY, Searching, running
from support.telegram import faults
from support.telegram.server import Telegram

from bot.sealing import Seal
from bot.store import TABLES
from bot.store.database import Database
from bot.store.pending import Pending, PendingStore

with_bot = pytest.mark.usefixtures("bot")


@with_bot
async def test_who_never_wrote_has_nothing(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    for command in ("/mydata", "/forget"):
        ada.send(command)
        assert (await ada.receives()).text == "Nothing is kept about you."


@with_bot
async def test_all_that_is_kept_is_shown_then_deleted_at_once(
    telegram: Telegram, service: Searching
) -> None:
    ada, bea = telegram.world.user(5), telegram.world.user(6)
    bea.send(CLAIM)
    hers = await bea.receives()
    ada.send(CLAIM)
    answer = await ada.receives()
    service.sample = samples.abstained()
    ada.send("Bats are blind and all have rabies")
    nothing = await ada.receives()
    await ada.press(nothing, "Tell me when there is context").answered()
    await ada.receives()

    ada.send("/mydata")
    shown = await ada.receives()
    assert shown.text.splitlines() == [
        "What is kept about you",
        "• 2 answers, as numbers of messages and passages",
        "• 1 message that you want context for later, encrypted",
        "Bats are blind and all have rabies",
    ]
    ada.send("/forget")
    deleted = await ada.receives()
    assert deleted.text.splitlines() == [
        "Deleted",
        "• 2 answers, as numbers of messages and passages",
        "• 1 message that you want context for later, encrypted",
        "Buttons below my earlier answers do not work any more.",
    ]
    ada.send("/mydata")
    assert (await ada.receives()).text == "Nothing is kept about you."
    said = await ada.press(answer, "What readers said").answered()
    assert "no longer kept" in said["text"]
    service.sample = samples.strong()
    bea.press(hers, "What readers said")
    assert "You sleep deeply." in (await bea.receives()).text


@with_bot
async def test_what_was_forgotten_is_not_told_later(
    telegram: Telegram, service: Searching
) -> None:
    service.sample = samples.abstained()
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    nothing = await ada.receives()
    await ada.press(nothing, "Tell me when there is context").answered()
    await ada.receives()
    ada.send("/forget")
    await ada.receives()
    said = await ada.press(nothing, "Stop waiting").answered()
    assert said["text"] == "I have forgotten the claim."


@with_bot
async def test_privacy_says_what_is_kept_and_how_to_delete_it(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    ada.send("/privacy")
    text = (await ada.receives()).text
    assert "encrypted, until I have told you, you stop it, or 90 days have passed" in text
    assert "Votes are counted without your name." in text
    assert "they are kept, encrypted, only until I get to them." in text
    assert "/forget deletes it at once." in text


async def test_a_message_that_waits_is_shown_in_words_of_people(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada, bea = telegram.world.user(5), telegram.world.user(6)
    message = bea.send(CLAIM).json()
    telegram.world.updates.drop()
    service.gate = asyncio.Event()
    # Of her chat, so that it is hers, and yet it does not stand before what she asks now.
    waits = Pending(update_id=7, chat_id=5, update={"update_id": 7, "message": message})
    database = Database.open(tmp_path / "bot.sqlite3", TABLES)
    await PendingStore(database, Seal(STORAGE_KEY)).keep([waits])
    await database.aclose()
    async with running(telegram, service, tmp_path, finish_s=0.2):
        await service.reached.wait()
        for command, heading in (("/mydata", "What is kept about you"), ("/forget", "Deleted")):
            ada.send(command)
            lines = (await ada.receives(timeout_s=60)).text.splitlines()
            assert lines[:2] == [heading, "• 1 message that waits for me, encrypted"]
        ada.send("/mydata")
        assert (await ada.receives(timeout_s=60)).text == "Nothing is kept about you."


async def test_an_answer_on_its_way_is_shown_in_words_of_people(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(3_600), "sendMessage")
    async with running(telegram, service, tmp_path, patience_s=1, outbox_every_s=1_000):
        ada.send(CLAIM)
        await telegram.world.called("sendMessage", timeout_s=60)
        ada.send("/mydata")
        shown = await ada.receives(timeout_s=60)
    assert shown.text.splitlines() == [
        "What is kept about you",
        "• 1 answer, as numbers of messages and passages",
        "• 1 answer on its way to you",
    ]
