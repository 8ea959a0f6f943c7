from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from support.clock import Clock
from support.telegram import faults, gatherings
from support.telegram.chats import Chat
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram
from telegram import Bot, Message, User
from telegram import Chat as TelegramChat

from bot.chats.admins import Admins
from bot.delivery import Delivery


@pytest.fixture
def clock() -> Clock:
    return Clock(0.0)


@pytest.fixture
async def admins(telegram: Telegram, clock: Clock) -> AsyncIterator[Admins]:  # noqa: F811
    async def nap(_seconds: float) -> None:
        await asyncio.sleep(0)

    async with Bot(telegram.token, base_url=telegram.base_url) as bot:
        yield Admins(bot, Delivery(bot, sleep=nap), keep_s=30, clock=clock)


@pytest.fixture
def town(telegram: Telegram) -> Chat:  # noqa: F811
    chat = gatherings.group(telegram.world, "Town")
    telegram.world.set_member(chat, telegram.world.bot_as_user())
    gatherings.joins(chat, telegram.world.user(5), "creator")
    gatherings.joins(chat, telegram.world.user(6), "administrator")
    gatherings.joins(chat, telegram.world.user(7))
    return chat


async def test_owners_and_admins_are_admins(admins: Admins, town: Chat) -> None:
    assert [await admins.is_admin(town.id, user) for user in (5, 6, 7)] == [True, True, False]


async def test_the_answer_is_kept_for_moments(
    admins: Admins, town: Chat, clock: Clock, telegram: Telegram  # noqa: F811
) -> None:  # fmt: skip
    assert await admins.is_admin(town.id, 6)
    telegram.world.set_member(town, telegram.world.user(6).info)
    assert await admins.is_admin(town.id, 6)
    assert len(telegram.world.calls("getChatMember")) == 1
    clock.now += 30
    assert not await admins.is_admin(town.id, 6)


async def test_a_change_that_telegram_told_of_counts_at_once(
    admins: Admins, town: Chat, telegram: Telegram  # noqa: F811
) -> None:  # fmt: skip
    assert await admins.is_admin(town.id, 6)
    telegram.world.set_member(town, telegram.world.user(6).info)
    admins.forget(town.id, 6)
    assert not await admins.is_admin(town.id, 6)


async def test_where_telegram_does_not_say_nobody_is_an_admin(admins: Admins) -> None:
    assert not await admins.is_admin(-404, 5)


async def test_a_lost_reply_of_telegram_is_asked_for_again(
    telegram: Telegram,  # noqa: F811
    admins: Admins,
    town: Chat,
) -> None:
    telegram.faults.plan(faults.dropped(), "getChatMember", times=2)
    assert await admins.is_admin(town.id, 6)


async def test_who_wrote_is_asked_for_longer_than_who_pressed(
    telegram: Telegram,  # noqa: F811
    admins: Admins,
    town: Chat,
) -> None:
    """A press is forgotten soon; a command that is met with silence is as good as lost."""
    telegram.faults.plan(faults.flood(40), "getChatMember", times=2)
    assert not await admins.is_admin(town.id, 6)
    message = Message(
        message_id=1,
        date=datetime.now(UTC),
        chat=TelegramChat(id=town.id, type="group"),
        from_user=User(id=6, first_name="Bea", is_bot=False),
    )
    assert await admins.wrote(message)
