"""Claims in a private chat, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio

import pytest
from support import answers as samples
from support.private_bot import CLAIM, Searching
from support.telegram import content, origins
from support.telegram.chats import ChatType
from support.telegram.server import Telegram

with_bot = pytest.mark.usefixtures("bot")


@with_bot
async def test_a_claim_is_answered_with_reporting_as_a_reply(
    telegram: Telegram,
    service: Searching,
) -> None:
    service.gate = asyncio.Event()
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    await telegram.world.called("sendChatAction")
    service.gate.set()
    answer = await ada.receives()
    assert answer.reply_to is not None
    assert answer.reply_to.id == question.id
    assert answer.marked("blockquote")[0] == CLAIM
    assert "Close match" in answer.text
    assert "No more than a tenth of the water was lost." in answer.marked("bold")
    assert "https://harbourpost.example/sel?page=1&all=yes" in answer.links.values()
    assert "You sleep deeply." not in answer.text
    assert service.asked == [CLAIM]
    assert ada.private.actions == ["typing"]


@with_bot
@pytest.mark.parametrize("origin", ["user", "hidden", "chat", "channel"])
async def test_forwarded_messages_of_every_origin_are_answered(
    telegram: Telegram,
    service: Searching,
    origin: str,
) -> None:
    world = telegram.world
    made = {
        "user": origins.from_user(world.user(6)),
        "hidden": origins.from_hidden_user("Somebody"),
        "chat": origins.from_chat(world.add_chat(ChatType.SUPERGROUP, "Neighbours")),
        "channel": origins.from_channel(world.add_chat(ChatType.CHANNEL, "News")),
    }
    ada = world.user(5)
    ada.forward(CLAIM, made[origin])
    await ada.receives()
    assert service.asked == [CLAIM]


@with_bot
async def test_captions_and_quoted_parts_are_answered(
    telegram: Telegram,
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(content.photo(caption=CLAIM))
    answer = await ada.receives()
    ada.send("And this?", reply_to=answer, quote="No more than a tenth of the water was lost.")
    await ada.receives()
    assert service.asked == [CLAIM, "No more than a tenth of the water was lost."]


@with_bot
async def test_an_album_is_one_question(
    telegram: Telegram,
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send_album([content.photo(caption=CLAIM), content.photo(), content.photo()])
    await ada.receives()
    await ada.receives_nothing()
    assert service.asked == [CLAIM]
    ada.send_album([content.photo(), content.photo()])
    assert "only read text" in (await ada.receives()).text
    await ada.receives_nothing()


@with_bot
async def test_an_abstention_is_a_friendly_answer_that_offers_to_look_again(
    telegram: Telegram,
    service: Searching,
) -> None:
    service.sample = samples.abstained()
    ada = telegram.world.user(5)
    ada.send(CLAIM)
    answer = await ada.receives()
    assert "Nothing in the collection is close to this." in answer.text
    assert [button.text for button in answer.buttons] == ["Tell me when there is context"]


@with_bot
@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("🔥🔥🔥", "no claim"),
        ("ok", "no claim"),
        (content.sticker(), "no claim"),
        (content.dice(), "no claim"),
        (content.poll("No?", "a", "b"), "no claim"),
        (content.voice(), "cannot listen"),
        (content.video(), "cannot listen"),
        (content.video_note(), "cannot listen"),
        (content.audio(), "cannot listen"),
        (content.location(), "I do not keep them"),
        (content.venue(), "I do not keep them"),
        (content.contact(), "I do not keep them"),
        (content.document(), "do not open files"),
        (content.document(name="a.svg", mime="image/svg+xml"), "do not open files"),
        (content.photo(), "only read text"),
    ],
)
async def test_a_message_without_a_claim_gets_one_friendly_line(
    telegram: Telegram,
    service: Searching,
    what: str | content.Content,
    line: str,
) -> None:
    ada = telegram.world.user(5)
    ada.send(what)
    assert line in (await ada.receives()).text
    await ada.receives_nothing(within_s=0.1)
    assert service.asked == []


@with_bot
async def test_people_are_answered_in_their_language(telegram: Telegram) -> None:
    ada = telegram.world.user(5, language_code="uk")
    ada.send(CLAIM)
    answer = await ada.receives()
    assert "Близький збіг" in answer.text
    assert answer.buttons[0].text == "💬 Думки читачів (2)"
    lu = telegram.world.user(6, language_code=None)
    lu.send(CLAIM)
    assert "Close match" in (await lu.receives()).text


@with_bot
async def test_an_edited_question_changes_its_answer_in_place(
    telegram: Telegram,
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    first = await ada.receives()
    service.sample = samples.related()
    ada.edit(question, "The reservoir at Sel is empty")
    second = await ada.receives()
    assert (second.id, second.edited) == (first.id, True)
    assert second.marked("blockquote")[0] == "The reservoir at Sel is empty"
    assert "Related" in second.text
    assert len(telegram.world.calls("sendMessage")) == 1


@with_bot
async def test_a_question_edited_while_it_is_answered_gets_one_answer(
    telegram: Telegram,
    service: Searching,
) -> None:
    service.gate = asyncio.Event()
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    await telegram.world.called("sendChatAction")
    ada.edit(question, "The reservoir at Sel is empty")
    service.gate.set()
    answer = await ada.receives(lambda m: "reservoir at Sel is empty" in m.text)
    assert answer.edited
    assert len(telegram.world.calls("sendMessage")) == 1


@with_bot
async def test_a_question_edited_to_nothing_takes_its_answer_back(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    first = await ada.receives()
    ada.edit(question, "ok")
    second = await ada.receives()
    assert second.id == first.id
    assert "no claim" in second.text
    assert second.buttons == ()
    ada.edit(question, CLAIM)
    assert "Close match" in (await ada.receives()).text


@with_bot
async def test_a_line_that_gains_a_claim_by_editing_is_answered(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send("ok")
    await ada.receives()
    ada.edit(question, CLAIM)
    assert "Close match" in (await ada.receives()).text


SEVERAL = "1. The dam at Sel lost half of its water\n2. Bats are blind and all have rabies"


@with_bot
async def test_several_claims_are_answered_in_one_message_with_a_button_each(
    telegram: Telegram,
    service: Searching,
) -> None:
    ada = telegram.world.user(5)
    ada.send(SEVERAL)
    first = await ada.receives()
    assert service.asked == [CLAIM, "Bats are blind and all have rabies"]
    assert first.marked("blockquote")[0] == f"1. {CLAIM}\n2. Bats are blind and all have rabies"
    assert f"1. {CLAIM}" in first.marked("bold")
    ada.press(first, "2")
    second = await ada.receives()
    assert second.id == first.id
    assert "2. Bats are blind and all have rabies" in second.marked("bold")
    ada.press(second, "What readers said")
    third = await ada.receives()
    assert "You sleep deeply." in third.text
    assert "2. Bats are blind and all have rabies" in third.marked("bold")
    assert len(telegram.world.calls("sendMessage")) == 1
    assert len(service.kept) == 4


@with_bot
async def test_a_question_edited_into_several_claims_keeps_its_message(
    telegram: Telegram,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send(CLAIM)
    first = await ada.receives()
    ada.edit(question, SEVERAL)
    second = await ada.receives()
    assert second.id == first.id
    assert second.marked("blockquote")[0].startswith(f"1. {CLAIM}\n2. Bats")


@with_bot
async def test_a_link_that_leads_nowhere_says_what_to_send_instead(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    question = ada.send("https://news.example/unknown")
    line = await ada.receives()
    assert "does not hold the page behind this link" in line.text
    assert line.buttons == ()
    ada.edit(question, CLAIM)
    assert "Close match" in (await ada.receives()).text


@with_bot
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Thanks!", "I found no claim in this."),
        ("Hahaha 😂", "I found no claim in this."),
        ("Interesting: https://news.example/unknown", "The collection does not hold the page"),
    ],
)
async def test_a_word_for_which_nothing_is_found_is_no_claim_that_somebody_waits_for(
    telegram: Telegram, service: Searching, said: str, told: str
) -> None:
    service.sample = samples.abstained()
    ada = telegram.world.user(5)
    ada.send(said)
    line = await ada.receives()
    assert line.text.startswith(told)
    assert line.buttons == ()


@with_bot
async def test_a_word_for_which_something_is_found_is_answered(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    ada.send("Vaccines")
    assert "Close match" in (await ada.receives()).text
