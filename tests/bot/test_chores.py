from __future__ import annotations

import asyncio

import pytest

from bot.chores import Chore, Chores


async def test_chores_are_done_over_and_over_until_stopped() -> None:
    done = asyncio.Semaphore(0)

    async def work() -> None:
        done.release()

    chores = Chores()
    chores.add(Chore(name="work", every_s=0.001, do=work))
    await chores.start()
    for _ in range(3):
        await done.acquire()
    await chores.stop()
    await chores.stop()
    left = done._value
    await asyncio.sleep(0.01)
    assert done._value == left


async def test_a_chore_that_fails_is_tried_again_and_says_no_more_than_its_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries = asyncio.Semaphore(0)
    others = asyncio.Semaphore(0)

    async def fail() -> None:
        tries.release()
        raise ValueError("what Ada wrote")

    async def work() -> None:
        others.release()

    chores = Chores()
    chores.add(Chore(name="failing", every_s=0.001, do=fail))
    chores.add(Chore(name="work", every_s=0.001, do=work))
    await chores.start()
    for _ in range(3):
        await tries.acquire()
        await others.acquire()
    await chores.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "chore failing failed: ValueError; it goes on"
    ]
