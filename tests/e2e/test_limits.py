"""Asking too much, over HTTP against the stand-in; people write by a clock of the test's own."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.group_chats import Town
from support.private_bot import CLAIM, Searching, running
from support.telegram import content
from support.telegram.asking import ask_inline, mention_guest
from support.telegram.server import Telegram

from bot.inbox import Inbox
from bot.limits import Allowance

MINUTE = 60
OPERATOR = 9
TOO_MUCH = "That is a lot at once"
BUSY = "Too many questions at once"
WAIT_S = 30.0


@pytest.fixture(autouse=True)
async def bot(telegram: Telegram, service: Searching, tmp_path: Path) -> AsyncIterator[None]:
    allowance = Allowance(
        person_per_min=2, group_per_min=3, inline_per_min=2, exempt=frozenset({OPERATOR})
    )
    async with running(telegram, service, tmp_path, allowance=allowance):
        yield


class Clock:
    """When what people write was sent, in seconds since 1970."""

    def __init__(self, telegram: Telegram) -> None:
        self.now = 1_700_000_000.0
        telegram.world._now = lambda: self.now


async def test_too_many_claims_get_one_friendly_line_and_then_growing_silence(
    telegram: Telegram, service: Searching, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock, ada = Clock(telegram), telegram.world.user(424_242)
    for _ in range(2):
        ada.send(CLAIM)
        assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    ada.send(CLAIM)
    assert TOO_MUCH in (await ada.receives(timeout_s=WAIT_S)).text
    ada.send(CLAIM)
    ada.send("/help")
    assert "How to use this bot" in (await ada.receives(timeout_s=WAIT_S)).text
    clock.now += MINUTE + 1
    for _ in range(4):
        ada.send(CLAIM)
    for _ in range(2):
        assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    clock.now += MINUTE + 1
    ada.send(CLAIM)
    ada.send("/help")
    assert "How to use this bot" in (await ada.receives(timeout_s=WAIT_S)).text
    clock.now += MINUTE
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    assert len(service.asked) == 5
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    assert [r.message for r in ours if "too many claims" in r.message] != []
    assert [r.message for r in ours if "424242" in r.getMessage()] == []


async def test_edits_count_and_claims_that_waited_at_telegram_do_not(telegram: Telegram) -> None:
    clock, ada = Clock(telegram), telegram.world.user(5)
    for _ in range(6):
        asked = ada.send(CLAIM)
        clock.now += MINUTE
    for _ in range(6):
        assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    for n in range(3):
        ada.edit(asked, f"{CLAIM} {n}")
    assert TOO_MUCH in (
        await ada.receives(lambda m: TOO_MUCH in m.text, timeout_s=WAIT_S)
    ).text  # fmt: skip


async def test_operators_may_ask_as_much_as_they_like(telegram: Telegram) -> None:
    operator = telegram.world.user(OPERATOR)
    for _ in range(8):
        operator.send(CLAIM)
    for _ in range(8):
        assert "Close match" in (await operator.receives(timeout_s=WAIT_S)).text


async def test_a_group_is_told_once_where_it_may_be_answered_at_all(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    for n, person in enumerate((town.ada, town.bea, town.cem)):
        person.send(f"/context {CLAIM} {n}", to=town.chat)
        await town.chat.receives(timeout_s=WAIT_S)
    fourth = town.bea.send(f"/context {CLAIM} 4", to=town.chat)
    said = await town.chat.receives(timeout_s=WAIT_S)
    assert TOO_MUCH in said.text
    assert said.reply_to is not None
    assert said.reply_to.id == fourth.id
    town.cem.send(f"/context {CLAIM} 5", to=town.chat)
    await town.panel()
    assert len(service.asked) == 3


async def test_who_asked_too_much_in_a_group_is_not_answered_in_private_either(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    for n in range(3):
        town.bea.send(f"/context {CLAIM} {n}", to=town.chat)
    await town.chat.receives(lambda m: TOO_MUCH in m.text, timeout_s=WAIT_S)
    town.bea.send(CLAIM)
    town.bea.send("/help")
    assert "How to use this bot" in (await town.bea.receives(timeout_s=WAIT_S)).text
    assert len(service.asked) == 2


async def test_too_many_inline_queries_get_one_line_then_nothing_and_cost_no_claims(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot |= {"supports_inline_queries": True, "supports_guest_queries": True}
    ada, operator = telegram.world.user(5), telegram.world.user(OPERATOR)
    for n in range(2):
        assert len(await ask_inline(ada, f"{CLAIM} {n}").answered(timeout_s=WAIT_S)) == 2
    third = ask_inline(ada, CLAIM)
    assert await third.answered(timeout_s=WAIT_S) == []
    assert third.button == "Too many for now; wait a minute"
    unanswered = [ask_inline(ada, CLAIM), mention_guest(ada, f"@factcontext_bot {CLAIM}")]
    for _ in range(4):
        assert len(await ask_inline(operator, CLAIM).answered(timeout_s=WAIT_S)) == 2
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    assert [asked.answer for asked in unanswered] == [None, None]
    assert len(service.asked) == 7


async def test_too_many_mentions_as_a_guest_get_one_line_then_nothing(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot |= {"supports_guest_queries": True}
    ada = telegram.world.user(5)
    asked = [mention_guest(ada, f"@factcontext_bot {CLAIM} {n}") for n in range(4)]
    told = [(await one.answered(timeout_s=WAIT_S))[0]["fields"]["text"] for one in asked[:3]]
    assert ["Close match" in text for text in told] == [True, True, False]
    assert TOO_MUCH in told[2]
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    assert asked[3].answer is None
    assert len(service.asked) == 3


async def test_in_a_crowd_claims_are_turned_away_before_any_search_and_commands_are_not(
    telegram: Telegram, service: Searching, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowded = [True]
    monkeypatch.setattr(Inbox, "crowded", property(lambda _self: crowded[0]))
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    assert BUSY in (await ada.receives(timeout_s=WAIT_S)).text
    ada.send("/help")
    assert "How to use this bot" in (await ada.receives(timeout_s=WAIT_S)).text
    assert service.asked == []
    crowded[0] = False
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text


async def test_in_a_crowd_what_waited_at_telegram_is_answered(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inbox, "crowded", True)
    Clock(telegram)
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text


async def test_in_a_crowd_an_album_gets_one_line_or_answer_as_ever(
    telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inbox, "crowded", True)
    ada = telegram.world.user(5)
    ada.send_album([content.photo(caption=CLAIM), content.photo(), content.photo()])
    ada.send("/help")
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    assert "How to use this bot" in (await ada.receives(timeout_s=WAIT_S)).text
