"""/settings and /language, and what they change, over HTTP against the stand-in."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import answers as samples
from support.group_chats import OTHER, Town, other_sample, until
from support.private_bot import CLAIM, Searching, running
from support.telegram import content, gatherings, origins
from support.telegram.chats import ChatType
from support.telegram.server import Telegram

from index.errors import SearchTimeoutError
from index.model import Scope

with_bot = pytest.mark.usefixtures("bot")
ZOE = origins.from_hidden_user("Zoe")
UNDECIDED = "Cats land on their feet whatever happens"


@with_bot
async def test_admins_get_the_panel_and_others_nothing(telegram: Telegram) -> None:
    town = await Town.founded(telegram)
    town.bea.send("/settings", to=town.chat)
    await town.chat.receives_nothing()
    asked = town.ada.send("/settings", to=town.chat)
    panel = await town.chat.receives()
    assert panel.text.startswith("Settings of this chat")
    assert "privacy mode off" in panel.text
    assert panel.reply_to is not None
    assert panel.reply_to.id == asked.id
    assert panel.buttons[0].text == "I answer: when asked"
    assert not any("topic" in button.text for button in panel.buttons)


@with_bot
async def test_an_anonymous_admin_is_an_admin_and_another_channel_is_not(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram)
    foreign = telegram.world.add_chat(ChatType.CHANNEL, "Foreign")
    town.bea.send("/settings", to=town.chat, sender_chat=foreign.json())
    await town.chat.receives_nothing()
    gatherings.send_anonymously(town.ada, "/settings", town.chat)
    panel = await town.chat.receives()
    await town.ada.press(panel, "Replies a day: 20").answered()
    assert (await town.chat.receives()).button("Replies a day").text == "Replies a day: 50"


@with_bot
async def test_only_admins_may_press_and_an_admin_of_yesterday_may_not(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram)
    panel = await town.panel()
    refused = await town.bea.press(panel, "I answer").answered()
    assert refused["text"] == "Only admins can change this."
    await town.chat.receives_nothing()
    assert len(telegram.world.calls("getChatMember")) >= 1
    town.ada.press(panel, "Done")
    await town.chat.loses(panel)


@with_bot
async def test_a_press_twice_sets_the_same_and_what_is_forged_sets_nothing(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram)
    panel = await town.panel()
    data = panel.button("I answer").data or ""
    for _ in range(2):
        await town.ada.press_data(panel, data).answered()
    forwards = await town.chat.receives()
    assert "forwards" in forwards.button("I answer").text
    for forged in ("s1.m.shouting", "s1.b.7", "s1.e.99", "s1.q.1", "s1.l.xx", "s1.o.99.1"):
        await town.ada.press_data(panel, forged).answered()
    again = await town.panel()
    assert [b.text for b in again.buttons] == [b.text for b in forwards.buttons]


@with_bot
async def test_settings_outlive_a_restart_and_the_change_to_a_supergroup(
    telegram: Telegram, tmp_path: Path
) -> None:
    town = await Town.founded(telegram, ChatType.GROUP)
    await town.set("Replies a day", "Comments of readers")
    new = gatherings.upgrade(town.chat, by=town.ada)
    gatherings.add_bot(new, by=town.ada)
    await new.receives_nothing()
    moved = Town(chat=new, ada=town.ada, bea=town.bea, cem=town.cem)
    panel = await moved.panel()
    assert panel.button("Replies a day").text == "Replies a day: 50"
    assert panel.button("Comments").text == "Comments of readers: off"
    async with running(telegram, Searching(), tmp_path):
        assert (await moved.panel()).button("Replies a day").text == "Replies a day: 50"


@with_bot
async def test_forwards_are_answered_where_admins_wish_it_and_something_is_close(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot["can_read_all_group_messages"] = True
    town = await Town.founded(telegram)
    await town.set("I answer")
    service.sample = samples.related()
    town.bea.forward(CLAIM, ZOE, to=town.chat)
    service_asked = town.bea.send(CLAIM, to=town.chat)
    await town.chat.receives_nothing()
    assert service_asked.id
    assert service.asked == [CLAIM]
    service.sample = other_sample()
    forwarded = town.cem.forward(OTHER, ZOE, to=town.chat)
    answer = await town.chat.receives()
    assert answer.reply_to is not None
    assert answer.reply_to.id == forwarded.id
    town.bea.forward(OTHER, ZOE, to=town.chat)
    await town.chat.receives_nothing()


@with_bot
async def test_a_burst_of_forwards_and_an_album_are_one_question(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot["can_read_all_group_messages"] = True
    town = await Town.founded(telegram)
    await town.set("I answer")
    town.bea.forward(CLAIM, ZOE, to=town.chat)
    await town.chat.receives()
    service.sample = other_sample()
    town.bea.forward(OTHER, ZOE, to=town.chat)
    town.bea.forward(UNDECIDED, ZOE, to=town.chat)
    await town.chat.receives_nothing()
    parts = [content.photo(caption=OTHER), content.photo(), content.photo(caption=UNDECIDED)]
    town.cem.send_album(parts, to=town.chat, origin=ZOE)
    await town.chat.receives()
    await town.chat.receives_nothing()
    assert service.asked == [CLAIM, OTHER]


@with_bot
async def test_how_close_a_text_must_be_is_for_the_admins_to_say(
    telegram: Telegram, service: Searching
) -> None:
    service.sample = samples.related()
    town = await Town.founded(telegram)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    assert "Related" in (await town.chat.receives()).text
    await town.set("Match needed")
    town.bea.send(f"/context {OTHER}", to=town.chat)
    assert "Nothing in the collection" in (await town.chat.receives()).text


@with_bot
async def test_comments_are_left_out_of_both_forms_of_an_answer(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    await town.set("Comments of readers")
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    answer = await town.chat.receives()
    assert "💬" not in answer.text
    service.sample = samples.only_discussion()
    town.bea.send(f"/context {OTHER}", to=town.chat)
    assert "Nothing in the collection" in (await town.chat.receives()).text


@with_bot
async def test_sources_can_be_chosen(telegram: Telegram, service: Searching) -> None:
    town = await Town.founded(telegram)
    panel = await town.panel()
    town.ada.press(panel, "Sources")
    page = await town.chat.receives()
    assert [b.text for b in page.buttons] == ["✓ all", "Herald", "<Post>", "Back"]
    town.ada.press(page, "Herald")
    page = await town.chat.receives()
    assert [b.text for b in page.buttons] == ["all", "✓ Herald", "<Post>", "Back"]
    town.ada.press(page, "Back")
    assert (await town.chat.receives()).button("Sources").text == "Sources: 1 ›"
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    await town.chat.receives()
    assert service.scopes == [Scope(sources=frozenset({"Herald"}))]


@with_bot
async def test_languages_of_texts_can_be_chosen(telegram: Telegram, service: Searching) -> None:
    town = await Town.founded(telegram)
    town.ada.press(await town.panel(), "Languages of texts")
    page = await town.chat.receives()
    assert [b.text for b in page.buttons] == ["✓ all", "English", "German", "Back"]
    town.ada.press(page, "German")
    page = await town.chat.receives()
    assert [b.text for b in page.buttons] == ["all", "English", "✓ German", "Back"]
    town.ada.press(page, "Back")
    assert (await town.chat.receives()).button("of texts").text == "Languages of texts: 1 ›"
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    await town.chat.receives()
    assert service.scopes == [Scope(languages=frozenset({"de"}))]


@with_bot
async def test_a_day_s_replies_are_bounded_and_that_is_said_once(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    await town.set("Replies a day: 20", "Replies a day: 50", "Replies a day: no limit")
    for number in range(5):
        service.sample = other_sample(passage_id=100 + number)
        town.bea.send(f"/context Claim number {number} says something else", to=town.chat)
        await town.chat.receives(lambda m: "What bats carry" in m.text)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    assert "used up" in (await town.chat.receives()).text
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    await town.chat.receives_nothing()


@with_bot
async def test_in_a_silent_topic_only_admins_are_answered(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram, is_forum=True)
    quiet = gatherings.topic(town.chat, "Quiet", by=town.ada)
    panel = await town.panel(thread=quiet)
    assert panel.extra["message_thread_id"] == quiet
    town.ada.press(panel, "Answered in this topic: everybody")
    changed = await town.chat.receives()
    assert changed.button("this topic").text == "Answered in this topic: only admins"
    town.bea.send(f"/context {CLAIM}", to=town.chat, thread=quiet)
    await town.chat.receives_nothing()
    assert service.asked == []
    town.ada.send(f"/context {CLAIM}", to=town.chat, thread=quiet)
    assert (await town.chat.receives()).extra["message_thread_id"] == quiet
    service.sample = other_sample()
    town.bea.send(f"/context {OTHER}", to=town.chat)
    assert "What bats carry" in (await town.chat.receives()).text


@with_bot
async def test_a_reaction_asks_where_the_bot_is_an_admin(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram, is_forum=True)
    gatherings.add_bot(town.chat, by=town.ada, status="administrator")
    rumours = gatherings.topic(town.chat, "Rumours", by=town.ada)
    await town.set("Reaction that asks")
    claim = town.bea.send(CLAIM, to=town.chat, thread=rumours)
    gatherings.react(town.cem, claim, "👀")
    await town.chat.receives_nothing()
    gatherings.react(town.cem, claim, "👀", "🤔", before=("👀",))
    waiting = await town.chat.receives()
    answer = await town.chat.receives()
    assert answer.id == waiting.id
    assert "Close match" in answer.text
    assert answer.extra["message_thread_id"] == rumours
    assert service.asked == [CLAIM]
    gatherings.react(town.ada, claim, "🤔")
    gatherings.react(town.ada, answer, "🤔")
    await town.chat.receives_nothing()


@with_bot
async def test_a_reaction_to_what_claims_nothing_leaves_nothing_behind(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram)
    gatherings.add_bot(town.chat, by=town.ada, status="administrator")
    await town.set("Reaction that asks")
    picture = town.bea.send(content.sticker(), to=town.chat)
    gatherings.react(town.cem, picture, "🤔")
    waiting = await town.chat.receives()
    await town.chat.loses(waiting)


@with_bot
async def test_whoever_asks_a_busy_search_by_a_reaction_is_told_so_and_may_ask_again(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    gatherings.add_bot(town.chat, by=town.ada, status="administrator")
    await town.set("Reaction that asks")
    claim = town.bea.send(CLAIM, to=town.chat)
    service.error = SearchTimeoutError("late")
    gatherings.react(town.cem, claim, "🤔")
    await town.chat.receives()
    excuse = await town.chat.receives()
    assert excuse.text == "This took too long. Please try again in a moment."
    service.error = None
    gatherings.react(town.cem, claim, before=("🤔",))
    gatherings.react(town.cem, claim, "🤔")
    await town.chat.receives(lambda message: "Close match" in message.text)
    assert [m.text for m in town.chat.from_bot if m.id == excuse.id] == [excuse.text]


async def test_own_replies_are_deleted_after_the_chosen_hours(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]
    async with running(telegram, service, tmp_path, now=lambda: times[-1], chores_every_s=0.02):
        town = await Town.founded(telegram)
        await town.set("Delete my replies: never")
        town.bea.send(f"/context {CLAIM}", to=town.chat)
        answer = await town.chat.receives()
        await until(tmp_path, "SELECT COUNT(*) FROM replies", 1)
        times.append(times[-1] + 3_601)
        await town.chat.loses(answer)
        service.sample = samples.related()
        town.bea.send(f"/context {CLAIM}", to=town.chat)
        assert "Related" in (await town.chat.receives()).text


@with_bot
async def test_a_chat_speaks_the_language_that_was_chosen_for_it(telegram: Telegram) -> None:
    town = await Town.founded(telegram)
    panel = await town.panel()
    town.ada.press(panel, "Language:")
    page = await town.chat.receives()
    town.ada.press(page, "Українська")
    page = await town.chat.receives()
    assert "✓ Українська" in [button.text for button in page.buttons]
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    assert "Близький збіг" in (await town.chat.receives()).text


@with_bot
async def test_a_person_chooses_a_language_and_takes_the_choice_back(telegram: Telegram) -> None:
    lu = telegram.world.user(9, language_code="de")
    lu.send("/language")
    page = await lu.receives()
    assert page.button("Automatisch").text == "✓ Automatisch"
    lu.press(page, "Français")
    page = await lu.receives()
    assert page.text == "Quelle langue dois-je utiliser ?"
    lu.send("/help")
    assert "Comment" in (await lu.receives()).text
    lu.press(page, "Automatique")
    assert (await lu.receives()).text == "Welche Sprache soll ich verwenden?"


@with_bot
async def test_a_person_cannot_press_what_belongs_to_groups(telegram: Telegram) -> None:
    lu = telegram.world.user(9)
    lu.send("/settings")
    page = await lu.receives()
    press = lu.press_data(page, "s1.m.forwards")
    assert (await press.answered())["text"] == "Only admins can change this."
