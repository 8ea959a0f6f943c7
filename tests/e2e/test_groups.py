"""Asking in a group, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio

import pytest
from support import answers as samples
from support.group_chats import OTHER, Town, other_sample
from support.private_bot import CLAIM, Searching
from support.telegram import content, faults, gatherings, origins
from support.telegram.chats import ChatType
from support.telegram.server import Telegram

from index.errors import SearchBusyError

with_bot = pytest.mark.usefixtures("bot")
ME = "@factcontext_bot"


@with_bot
@pytest.mark.parametrize("summons", ["/context", "/context@factcontext_bot", ME, f"{ME} true?"])
async def test_a_summons_under_a_message_is_answered_there_in_short(
    telegram: Telegram, service: Searching, summons: str
) -> None:
    town = await Town.founded(telegram)
    claim = town.bea.send(CLAIM, to=town.chat)
    town.cem.send(summons, to=town.chat, reply_to=claim)
    answer = await town.chat.receives()
    assert service.asked == [CLAIM]
    assert answer.reply_to is not None
    assert answer.reply_to.id == claim.id
    assert "Close match" in answer.text
    assert "Sel dam holds, engineers say" in answer.text
    assert answer.text.count("💬") == 1
    assert [b.text for b in answer.buttons] == ["Full context", "Not useful"]
    await town.chat.receives_nothing()


@with_bot
@pytest.mark.parametrize("asking", [f"/context {CLAIM}", f"{ME} {CLAIM}", f"{CLAIM} {ME}"])
async def test_a_summons_with_words_asks_about_them(
    telegram: Telegram, service: Searching, asking: str
) -> None:
    town = await Town.founded(telegram)
    asked = town.bea.send(asking, to=town.chat)
    answer = await town.chat.receives()
    assert service.asked == [CLAIM]
    assert answer.reply_to is not None
    assert answer.reply_to.id == asked.id


@with_bot
async def test_the_quoted_part_is_what_is_asked_about(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    long = town.bea.send(f"Good morning all. {CLAIM}. See you at noon.", to=town.chat)
    town.cem.send("/context", to=town.chat, reply_to=long, quote=CLAIM)
    await town.chat.receives()
    assert service.asked == [CLAIM]


@with_bot
async def test_what_is_not_for_the_bot_is_left_alone(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot["can_read_all_group_messages"] = True
    town = await Town.founded(telegram)
    claim = town.bea.send(CLAIM, to=town.chat)
    town.cem.send("/context@another_bot", to=town.chat, reply_to=claim)
    town.cem.send("/start", to=town.chat)
    town.cem.send("@another_bot what is this", to=town.chat, reply_to=claim)
    town.cem.forward(CLAIM, origins.from_hidden_user("Zoe"), to=town.chat)
    town.cem.forward(f"{ME} {CLAIM}", origins.from_hidden_user("Zoe"), to=town.chat)
    town.cem.send(content.sticker(), to=town.chat)
    await town.chat.receives_nothing()
    town.cem.send(f"/context {CLAIM}", to=town.chat)
    answer = await town.chat.receives()
    town.bea.send("The bot is wrong, I live below it and nothing happened", to=town.chat,
                  reply_to=answer)  # fmt: skip
    await town.chat.receives_nothing()
    assert service.asked == [CLAIM]


@with_bot
async def test_a_summons_without_a_claim_says_how_to_ask(telegram: Telegram) -> None:
    town = await Town.founded(telegram)
    town.bea.send("/context", to=town.chat)
    line = await town.chat.receives()
    assert "Reply to a message with /context" in line.text
    sticker = town.bea.send(content.sticker(), to=town.chat)
    town.cem.send("/context", to=town.chat, reply_to=sticker)
    assert "no claim" in (await town.chat.receives()).text
    recording = town.bea.send(content.voice(), to=town.chat)
    town.cem.send("/context", to=town.chat, reply_to=recording)
    assert "cannot listen" in (await town.chat.receives()).text


@with_bot
async def test_an_abstention_is_said_to_whoever_asked(
    telegram: Telegram, service: Searching
) -> None:
    service.sample = samples.abstained()
    town = await Town.founded(telegram)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    answer = await town.chat.receives()
    assert "Nothing in the collection is close to this." in answer.text
    assert answer.buttons == ()


@with_bot
async def test_a_fault_is_told_to_whoever_asked(telegram: Telegram, service: Searching) -> None:
    service.error = SearchBusyError("full")
    town = await Town.founded(telegram)
    asked = town.bea.send(f"/context {CLAIM}", to=town.chat)
    line = await town.chat.receives()
    assert "Too many questions" in line.text
    assert line.reply_to is not None
    assert line.reply_to.id == asked.id


@with_bot
async def test_the_whole_answer_opens_in_private_and_its_pages_turn(telegram: Telegram) -> None:
    town = await Town.founded(telegram)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    answer = await town.chat.receives()
    url = answer.button("Full context").url or ""
    assert url.startswith("https://t.me/factcontext_bot?start=")
    town.cem.send(f"/start {url.partition('start=')[2]}")
    whole = await town.cem.receives()
    assert "Reporting" in whole.text
    town.cem.press(whole, "What readers said")
    assert "You sleep deeply." in (await town.cem.receives()).text


@with_bot
async def test_one_message_gets_one_answer_and_then_a_link_to_it(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    claim = town.bea.send(CLAIM, to=town.chat)
    town.cem.send("/context", to=town.chat, reply_to=claim)
    answer = await town.chat.receives()
    again = town.ada.send("/context", to=town.chat, reply_to=claim)
    line = await town.chat.receives()
    assert line.text == "I answered this earlier."
    here = f"https://t.me/c/{-town.chat.id - 10**12}/{answer.id}"
    assert line.links == {"I answered this earlier.": here}
    assert line.reply_to is not None
    assert line.reply_to.id == again.id
    assert service.asked == [CLAIM]


@with_bot
async def test_who_asks_again_for_a_reply_that_never_came_gets_one(telegram: Telegram) -> None:
    town = await Town.founded(telegram)
    claim = town.bea.send(CLAIM, to=town.chat)
    telegram.faults.plan(faults.dropped(carried_out=False), "sendMessage")
    town.cem.send("/context", to=town.chat, reply_to=claim)
    await telegram.world.called("sendMessage", times=2, timeout_s=30)
    town.cem.send("/context", to=town.chat, reply_to=claim)
    assert "Close match" in (await town.chat.receives()).text


@with_bot
async def test_the_same_words_or_the_same_findings_are_the_same_story(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    for words in (CLAIM, f"{CLAIM.upper()}!", "Sel is dry, half of the water is gone"):
        town.bea.send(f"/context {words}", to=town.chat)
    await town.chat.receives(lambda m: "Close match" in m.text)
    for _ in range(2):
        assert (await town.chat.receives()).text == "I answered this earlier."
    service.sample = other_sample()
    town.bea.send(f"/context {OTHER}", to=town.chat)
    assert "What bats carry" in (await town.chat.receives()).text
    assert len(service.asked) == 3


@with_bot
async def test_in_a_basic_group_the_line_replies_to_the_earlier_answer(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram, ChatType.GROUP)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    answer = await town.chat.receives()
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    line = await town.chat.receives()
    assert line.links == {}
    assert line.reply_to is not None
    assert line.reply_to.id == answer.id


@with_bot
async def test_replies_go_to_their_topic_and_general_has_no_number(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram, is_forum=True)
    rumours = gatherings.topic(town.chat, "Rumours", by=town.ada)
    claim = town.bea.send(CLAIM, to=town.chat, thread=rumours)
    town.cem.send("/context", to=town.chat, thread=rumours, reply_to=claim)
    there = await town.chat.receives()
    assert there.extra == {"message_thread_id": rumours, "is_topic_message": True}
    # What is written into a topic replies to the message that opened it: that is no claim.
    service.sample = other_sample()
    town.bea.send(f"/context {OTHER}", to=town.chat, thread=rumours)
    await town.chat.receives()
    assert service.asked == [CLAIM, OTHER]
    service.sample = other_sample(passage_id=78)
    town.bea.send("/context Cats land on their feet whatever happens", to=town.chat)
    general = await town.chat.receives()
    assert not general.extra.get("is_topic_message")
    sent = telegram.world.calls("sendMessage", chat_id=town.chat.id)[-1]
    assert "message_thread_id" not in sent.parameters


@with_bot
async def test_a_reply_follows_the_edit_of_its_question(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    asked = town.bea.send(f"/context {CLAIM}", to=town.chat)
    first = await town.chat.receives()
    service.sample = other_sample()
    town.bea.edit(asked, f"/context {OTHER}")
    second = await town.chat.receives()
    assert (second.id, second.edited) == (first.id, True)
    assert "What bats carry" in second.text
    late = town.bea.send("/context", to=town.chat)
    await town.chat.receives()
    town.bea.edit(late, "/context Cats land on their feet whatever happens")
    await town.chat.receives_nothing()


@with_bot
async def test_a_question_that_was_deleted_meanwhile_is_not_answered_into_the_blue(
    telegram: Telegram, service: Searching
) -> None:
    service.gate = asyncio.Event()
    town = await Town.founded(telegram)
    asked = town.bea.send(f"/context {CLAIM}", to=town.chat)
    await service.reached.wait()
    del town.chat._messages[asked.id]
    service.gate.set()
    await telegram.world.called("sendMessage", chat_id=town.chat.id, times=2)
    await town.chat.receives_nothing()


@with_bot
async def test_three_members_or_one_admin_collapse_a_reply(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    answer = await town.chat.receives()
    dan = gatherings.joins(town.chat, telegram.world.user(8, first_name="Dan"))
    for voter in (town.bea, town.bea, town.cem):
        thanks = await voter.press(answer, "Not useful").answered()
        assert "without your name" in thanks["text"]
    await town.chat.receives_nothing()
    dan.press(answer, "Not useful")
    collapsed = await town.chat.receives()
    assert collapsed.text == "People here found my reply not useful."
    assert [b.text for b in collapsed.buttons] == ["Full context"]
    service.sample = other_sample()
    town.bea.send(f"/context {OTHER}", to=town.chat)
    second = await town.chat.receives()
    town.ada.press(second, "Not useful")
    assert "not useful" in (await town.chat.receives()).text


@with_bot
async def test_a_collapsed_reply_is_not_brought_back_by_an_edit(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    asked = town.bea.send(f"/context {CLAIM}", to=town.chat)
    town.ada.press(await town.chat.receives(), "Not useful")
    await town.chat.receives()
    service.sample = other_sample()
    town.bea.edit(asked, f"/context {OTHER}")
    await town.chat.receives_nothing()


@with_bot
async def test_an_objection_is_honoured_only_under_its_answer(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    first = await town.chat.receives()
    service.sample = other_sample()
    town.bea.send(f"/context {OTHER}", to=town.chat)
    second = await town.chat.receives()
    forged = town.ada.press_data(second, first.button("Not useful").data or "")
    assert "no longer kept" in (await forged.answered())["text"]
    await town.chat.receives_nothing()
