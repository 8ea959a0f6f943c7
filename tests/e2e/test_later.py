""" "Tell me when there is context", over HTTP against the stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support import answers as samples
from support.private_bot import CLAIM, Searching, running
from support.telegram import faults
from support.telegram.messages import Message
from support.telegram.people import User
from support.telegram.server import Telegram

from index.errors import SearchBusyError

with_bot = pytest.mark.usefixtures("bot")
TELL, STOP = "Tell me when there is context", "Stop waiting"
LOOK_S = 0.02


@pytest.fixture
def service() -> Searching:
    return Searching(samples.abstained())


@pytest.fixture
async def bot(telegram: Telegram, service: Searching, tmp_path: Path) -> AsyncIterator[None]:
    async with running(telegram, service, tmp_path, later_look_s=LOOK_S):
        yield


async def waiting(person: User, text: str = CLAIM) -> Message:
    """Somebody asks, gets nothing, and wants to be told; the message as it stands then."""
    person.send(text)
    nothing = await person.receives()
    said = await person.press(nothing, TELL).answered()
    assert "within 90 days" in said["text"]
    assert "encrypted" in said["text"]
    changed = await person.receives()
    assert [button.text for button in changed.buttons] == [STOP]
    return changed


def grown(service: Searching, generation: str = "0002") -> None:
    """The collection holds something close from now on."""
    service.sample = samples.strong()
    service.generation = generation


@with_bot
async def test_the_person_is_told_once_as_soon_as_there_is_context(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    nothing = await waiting(ada)
    grown(service)
    told = await ada.receives(lambda m: "Close match" in m.text)
    assert told.id != nothing.id
    assert told.reply_to is not None
    assert told.reply_to.id == nothing.id
    assert told.marked("blockquote")[0] == CLAIM
    assert "🔔 You asked to be told when there is context for this." in told.marked("italic")
    bare = await ada.receives()
    assert (bare.id, bare.buttons) == (nothing.id, ())
    ada.press(told, "What readers said")
    assert "You sleep deeply." in (await ada.receives()).text
    service.generation = "0003"
    await ada.receives_nothing()


@with_bot
async def test_who_stops_waiting_is_not_told_and_may_begin_again(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    nothing = await waiting(ada)
    said = await ada.press(nothing, STOP).answered()
    assert said["text"] == "I have forgotten the claim."
    again = await ada.receives()
    assert [button.text for button in again.buttons] == [TELL]
    grown(service)
    await ada.receives_nothing()


@with_bot
async def test_something_merely_related_tells_nobody(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    await waiting(ada)
    service.sample, service.generation = samples.related(), "0002"
    await ada.receives_nothing()
    grown(service, "0003")
    assert "Close match" in (await ada.receives()).text


@with_bot
async def test_a_busy_search_is_asked_again_later(telegram: Telegram, service: Searching) -> None:
    ada = telegram.world.user(5)
    await waiting(ada)
    service.error = SearchBusyError("full")
    grown(service)
    asked = len(service.asked)
    while len(service.asked) < asked + 2:
        await ada.receives_nothing(within_s=LOOK_S)
    service.error = None
    assert "Close match" in (await ada.receives()).text


@with_bot
async def test_each_claim_of_a_message_is_looked_for(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    several = f"1. {CLAIM}\n2. Bats are blind and all have rabies"
    await waiting(ada, several)
    del service.asked[:]
    grown(service)
    told = await ada.receives(lambda m: "Close match" in m.text)
    assert told.marked("blockquote")[0] == several
    assert service.asked == [CLAIM, "Bats are blind and all have rabies"]


async def test_a_wish_outlives_a_restart_and_what_was_promoted_meanwhile(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5, language_code="de")
    async with running(telegram, service, tmp_path):
        ada.send(CLAIM)
        nothing = await ada.receives()
        await ada.press(nothing, "Bei Kontext benachrichtigen").answered()
        await ada.receives()
    grown(service)
    async with running(telegram, service, tmp_path, later_look_s=LOOK_S):
        assert "Sie wollten erfahren" in (await ada.receives()).text
        assert (await ada.receives()).id == nothing.id
        await ada.receives_nothing()
    async with running(telegram, service, tmp_path, later_look_s=LOOK_S):
        service.generation = "0003"
        await ada.receives_nothing()


@with_bot
async def test_a_person_who_blocked_the_bot_is_not_written_to_again(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    await waiting(ada)
    ada.block()
    grown(service)
    await telegram.world.called("editMessageReplyMarkup", times=2)
    assert [call.status for call in telegram.world.calls("sendMessage")] == [200, 403]
    ada.unblock()
    service.generation = "0003"
    await ada.receives_nothing()


async def test_what_was_waited_for_and_held_up_by_a_flood_is_told_after_a_restart(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path, later_look_s=LOOK_S):
        nothing = await waiting(ada)
        telegram.faults.plan(faults.flood(3_600), "sendMessage", times=1)
        grown(service)
        await telegram.world.called("sendMessage", times=2)
    async with running(telegram, service, tmp_path, later_look_s=LOOK_S):
        told = await ada.receives(lambda m: "Close match" in m.text)
        assert told.reply_to is not None
        assert told.reply_to.id == nothing.id
        await ada.receives_nothing()


@with_bot
async def test_forged_wishes_keep_nothing(telegram: Telegram, service: Searching) -> None:
    ada, eve = telegram.world.user(5), telegram.world.user(6)
    nothing = await waiting(ada)
    eve.send(CLAIM)
    own = await eve.receives()
    stop = nothing.buttons[0].data or ""
    for data in (stop.replace(".0", ".1"), "l1.xxxxxxxxxxxx.1", "l1.x.7"):
        assert "no longer kept" in (await eve.press_data(own, data).answered())["text"]
    await eve.press_data(own, stop).answered()
    await eve.receives(lambda m: m.id == own.id and m.buttons != ())
    grown(service)
    assert "Close match" in (await ada.receives()).text
    await eve.receives_nothing()


@with_bot
async def test_a_message_too_old_to_be_read_says_what_to_do(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    nothing = await ada.receives()
    said = await ada.press(nothing, TELL, inaccessible=True).answered()
    assert "Send the claim again" in said["text"]
    assert (await ada.receives()).buttons == ()
    grown(service)
    await ada.receives_nothing()


async def test_an_operator_may_keep_no_claims_at_all(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    ada = telegram.world.user(5)
    async with running(telegram, service, tmp_path, later_max_claims=0):
        ada.send(CLAIM)
        nothing = await ada.receives()
        assert nothing.buttons == ()


@with_bot
async def test_what_no_button_can_stop_any_more_is_not_waited_for(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    await ada.press(await ada.receives(), TELL).answered()
    await ada.receives()
    ada.edit(question, "Bats are blind and all of them have rabies")
    assert [button.text for button in (await ada.receives()).buttons] == [TELL]
    ada.send("/mydata")
    assert "for later" not in (await ada.receives()).text


@with_bot
async def test_an_edit_that_leaves_the_words_leaves_the_wish_and_its_button(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    await ada.press(await ada.receives(), TELL).answered()
    await ada.receives()
    ada.edit(question, f"{CLAIM} 🙏")
    await ada.receives_nothing()
    ada.edit(question, "🙏")
    assert (await ada.receives()).buttons == ()
    ada.send("/mydata")
    assert "for later" not in (await ada.receives()).text


@with_bot
async def test_who_waits_for_one_claim_under_two_messages_stops_once(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    await waiting(ada)
    ada.press(await waiting(ada), STOP)
    await ada.receives()
    ada.send("/mydata")
    assert "for later" not in (await ada.receives()).text
