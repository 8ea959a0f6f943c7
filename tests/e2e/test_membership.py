"""Being added, removed and blocked, over HTTP against the stand-in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support.group_chats import Town, until
from support.private_bot import CLAIM, Searching, running
from support.telegram import faults, gatherings
from support.telegram.chats import ChatType
from support.telegram.server import Telegram

with_bot = pytest.mark.usefixtures("bot")
DAY_S = 86_400


LEFT = "SELECT COUNT(*) FROM chats WHERE left_at IS NOT NULL"
ALL_ROWS = " + ".join(
    f"(SELECT COUNT(*) FROM {table})"  # noqa: S608 - constants of this test
    for table in ("chats", "replies", "votes", "answers")
)


@with_bot
async def test_a_new_group_gets_one_short_hello_with_the_settings(telegram: Telegram) -> None:
    group = gatherings.group(telegram.world, "Town")
    ada = gatherings.joins(group, telegram.world.user(5), "administrator")
    await telegram.world.called("getUpdates")
    gatherings.add_bot(group, by=ada)
    hello = await group.receives()
    assert "Reply to a message with /context" in hello.text
    assert "privacy mode off" in hello.text
    assert len(hello.text) < 600
    gatherings.add_bot(group, by=ada, status="administrator")
    ada.send("/settings", to=group)
    assert "privacy mode" not in (await group.receives()).text
    ada.press(hello, "Settings of this chat")
    panel = await group.receives()
    assert panel.id == hello.id
    assert "privacy mode" not in panel.text


@with_bot
async def test_a_bot_that_sees_all_does_not_ask_for_more(telegram: Telegram) -> None:
    group = gatherings.group(telegram.world, "Town")
    ada = gatherings.joins(group, telegram.world.user(5, language_code="de"), "administrator")
    await telegram.world.called("getUpdates")
    gatherings.add_bot(group, by=ada, status="administrator")
    hello = await group.receives()
    assert "Antworten Sie auf eine Nachricht" in hello.text
    assert "Privatsphäre" not in hello.text


@with_bot
async def test_privacy_mode_that_was_switched_off_is_known_when_the_bot_is_added_again(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram)
    gatherings.remove_bot(town.chat, by=town.ada)
    telegram.world.bot["can_read_all_group_messages"] = True
    gatherings.add_bot(town.chat, by=town.ada)
    assert "privacy mode" not in (await town.chat.receives()).text
    assert "privacy mode" not in (await town.panel()).text


@with_bot
async def test_a_reply_that_waits_while_its_group_becomes_a_supergroup_goes_there(
    telegram: Telegram,
) -> None:
    town = await Town.founded(telegram, ChatType.GROUP)
    await town.set("Delete my replies: never")
    telegram.faults.plan(faults.flood(1), "sendMessage", times=1)
    town.bea.send(f"/context {CLAIM}", to=town.chat)
    await telegram.world.called("sendMessage", chat_id=town.chat.id, times=3)
    new = gatherings.upgrade(town.chat, by=town.ada)
    reply = await new.receives()
    assert (reply.reply_to, "Close match" in reply.text) == (None, True)
    assert [b.text for b in reply.buttons] == ["Full context", "Not useful"]
    await town.ada.press(reply, "Not useful").answered()
    assert (await new.receives()).text == "People here found my reply not useful."
    moved = replace(town, chat=new)
    panel = await moved.panel()
    assert panel.button("Delete my replies").text == "Delete my replies: after 1 hour"


async def test_all_about_a_group_is_deleted_when_the_grace_is_over(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]
    async with running(
        telegram,
        service,
        tmp_path,
        now=lambda: times[-1],
        chores_every_s=0.02,
        chat_grace_days=3,
    ):
        town = await Town.founded(telegram)
        await town.set("Replies a day")
        town.bea.send(f"/context {CLAIM}", to=town.chat)
        await town.bea.press(await town.chat.receives(), "Not useful").answered()
        gatherings.remove_bot(town.chat, by=town.ada)
        times.append(times[-1] + 2 * DAY_S)
        gatherings.add_bot(town.chat, by=town.ada)
        await town.chat.receives()
        assert (await town.panel()).button("Replies a day").text == "Replies a day: 50"
        gatherings.remove_bot(town.chat, by=town.ada)
        await until(tmp_path, LEFT, 1)
        times.append(times[-1] + 3 * DAY_S + 1)
        await until(tmp_path, f"SELECT {ALL_ROWS}", 0)


async def test_all_about_a_person_who_blocked_the_bot_is_deleted_when_the_grace_is_over(
    telegram: Telegram, service: Searching, tmp_path: Path
) -> None:
    times = [1_800_000_000.0]
    async with running(telegram, service, tmp_path, now=lambda: times[-1], chores_every_s=0.02):
        ada = telegram.world.user(5)
        ada.send(CLAIM)
        await ada.receives()
        ada.block()
        eve = telegram.world.user(6)
        eve.block()
        eve.unblock()
        eve.send("/privacy")
        assert "deleted after 7 days" in (await eve.receives()).text
        eve.block()
        await until(tmp_path, LEFT, 2)
        times.append(times[-1] + 7 * DAY_S + 1)
        await until(tmp_path, f"SELECT {ALL_ROWS}", 0)


@with_bot
async def test_a_channel_s_admin_is_told_in_private_what_is_missing(telegram: Telegram) -> None:
    world = telegram.world
    ada = world.user(5)
    silent = gatherings.group(world, "Silent", ChatType.CHANNEL)
    gatherings.joins(silent, ada, "creator")
    await world.called("getUpdates")
    gatherings.add_bot(silent, by=ada)
    assert "Silent has no discussion group" in (await ada.receives()).text
    loud = gatherings.group(world, "Loud", ChatType.CHANNEL)
    talk = gatherings.group(world, "Talk")
    gatherings.link(loud, talk)
    gatherings.add_bot(loud, by=ada)
    needed = "Make me an admin of its discussion group too"
    assert needed in (await ada.receives()).text
    gatherings.add_bot(talk, by=ada)
    await talk.receives()
    gatherings.remove_bot(loud, by=ada)
    gatherings.add_bot(loud, by=ada)
    assert needed in (await ada.receives()).text
    gatherings.add_bot(talk, by=ada, status="administrator")
    gatherings.remove_bot(loud, by=ada)
    gatherings.add_bot(loud, by=ada)
    await ada.receives_nothing()
    world.bot["can_read_all_group_messages"] = True
    gatherings.remove_bot(talk, by=ada)
    gatherings.remove_bot(loud, by=ada)
    gatherings.add_bot(loud, by=ada)
    assert "Add me to its discussion group too" in (await ada.receives()).text
    assert silent.from_bot == []
    assert loud.from_bot == []
