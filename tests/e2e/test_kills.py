"""Killed again and again while many wait: nobody is lost, nobody is answered twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from support import killable_bot
from support.group_chats import until
from support.private_bot import CLAIM
from support.telegram.people import User
from support.telegram.server import Telegram

PEOPLE = 1_500
KILLS = 5
WAIT_S = 600.0


def answered(people: list[User]) -> int:
    return sum(bool(person.private.from_bot) for person in people)


@pytest.mark.soak
async def test_killed_five_times_with_a_long_queue_none_is_lost_and_none_answered_twice(
    telegram: Telegram, tmp_path: Path
) -> None:
    people = [telegram.world.user(number) for number in range(1, PEOPLE + 1)]
    for person in people:
        person.send(f"{CLAIM} {person.id}")
    for kill in range(1, KILLS + 1):
        bot = await killable_bot.start(telegram, tmp_path)
        while answered(people) < kill * PEOPLE // (KILLS + 2):
            assert bot.returncode is None
            await asyncio.sleep(0.01)
        bot.kill()
        await bot.wait()
    bot = await killable_bot.start(telegram, tmp_path)
    try:
        async with asyncio.timeout(WAIT_S):
            while answered(people) < PEOPLE:  # noqa: ASYNC110 - the last of many rings no bell
                await asyncio.sleep(0.1)
            await until(tmp_path, "SELECT COUNT(*) FROM pending", 0)
    finally:
        bot.kill()
        await bot.wait()
    assert [len(person.private.from_bot) for person in people] == [1] * PEOPLE
