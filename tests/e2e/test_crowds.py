"""Many people at once: who is told to try again, and who waits for nobody."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from support.group_chats import OTHER, Town
from support.private_bot import CLAIM, Searching, running
from support.telegram import gatherings
from support.telegram.server import Telegram
from support.telegram.world import World

with_bot = pytest.mark.usefixtures("bot")


async def all_asked(service: Searching, number: int) -> None:
    while len(service.asked) < number:
        service.reached.clear()
        await asyncio.wait_for(service.reached.wait(), 60)


@with_bot
async def test_every_claim_of_a_crowd_reaches_the_search_which_alone_decides_who_waits(
    telegram: Telegram, service: Searching
) -> None:
    service.gate = asyncio.Event()
    people = [telegram.world.user(number) for number in range(10, 110)]
    for person in people:
        person.send(CLAIM)
    await all_asked(service, len(people))
    assert not any(service.patient)
    service.gate.set()
    said = await asyncio.gather(*(person.receives(timeout_s=60) for person in people))
    assert all("Close match" in answer.text for answer in said)


@with_bot
async def test_whoever_wants_no_search_waits_for_no_claim(
    telegram: Telegram, service: Searching
) -> None:
    early = telegram.world.user(5)
    early.send(CLAIM)
    answer = await early.receives()
    service.gate = asyncio.Event()
    for number in range(10, 110):
        telegram.world.user(number).send(CLAIM)
    await all_asked(service, 101)
    early.press(answer, "Off topic")
    telegram.world.user(6).send("/help")
    assert "forward" in (await telegram.world.user(6).receives(timeout_s=60)).text.lower()
    await telegram.world.called("answerCallbackQuery", timeout_s=60)
    service.gate.set()


async def test_what_was_sent_while_the_bot_was_away_waits_patiently_and_holds_nobody_up(
    tmp_path: Path, service: Searching
) -> None:
    ago_s = 600
    service.gate = asyncio.Event()
    world = World(now=lambda: time.time() - ago_s)
    async with Telegram(world) as telegram, running(telegram, service, tmp_path):
        people = [telegram.world.user(number) for number in range(10, 110)]
        for person in people:
            person.send(CLAIM)
        await all_asked(service, 64)
        ago_s = 0
        telegram.world.user(5).send(CLAIM)
        await all_asked(service, 65)
        assert service.patient == [True] * 64 + [False]
        service.gate.set()
        await asyncio.gather(*(person.receives(timeout_s=60) for person in people))
        assert service.patient.count(True) == len(people)
        assert not world.violations


async def test_in_a_group_those_who_asked_just_now_are_not_patient(
    tmp_path: Path, service: Searching
) -> None:
    ago_s = 0
    world = World(now=lambda: time.time() - ago_s)
    async with Telegram(world) as telegram, running(telegram, service, tmp_path):
        town = await Town.founded(telegram)
        gatherings.add_bot(town.chat, by=town.ada, status="administrator")
        await town.set("Reaction that asks")
        for patient, claim in ((False, CLAIM), (True, OTHER)):
            town.bea.send(f"/context {claim}", to=town.chat)
            await town.chat.receives(lambda m: m.reply_to is not None)
            gatherings.react(town.cem, town.bea.send(f"{claim} still", to=town.chat), "🤔")
            await town.chat.receives(lambda m: m.text == "I answered this earlier.")
            assert service.patient == [False, False, True, True][: 2 + 2 * patient]
            ago_s = 600
        assert not world.violations
