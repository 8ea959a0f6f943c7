"""A channel and its discussion group, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import answers as samples
from support.group_chats import OTHER, other_sample, until
from support.private_bot import CLAIM, Searching, running
from support.telegram import gatherings, origins
from support.telegram.chats import Chat, ChatType
from support.telegram.people import User
from support.telegram.server import Telegram


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A channel, the group where its posts are discussed, and its owner."""

    channel: Chat
    talk: Chat
    ada: User


@pytest.fixture
async def paper(telegram: Telegram, service: Searching, tmp_path: Path) -> AsyncIterator[Paper]:
    world = telegram.world
    ada = world.user(5)
    talk = gatherings.group(world, "Talk")
    channel = gatherings.group(world, "Paper", ChatType.CHANNEL)
    gatherings.link(channel, talk)
    for chat in (talk, channel):
        gatherings.joins(chat, ada, "creator")
    async with running(telegram, service, tmp_path, chores_every_s=0.02):
        await world.called("getUpdates")
        gatherings.add_bot(talk, by=ada)
        await talk.receives()
        # As an admin it hears everything, the copies of posts too.
        gatherings.add_bot(talk, by=ada, status="administrator")
        gatherings.add_bot(channel, by=ada)
        await until(tmp_path, "SELECT COUNT(*) FROM chats", 2)
        yield Paper(channel=channel, talk=talk, ada=ada)


async def test_a_post_gets_one_reply_under_its_copy_and_none_in_the_channel(
    paper: Paper, service: Searching
) -> None:
    _, copy = gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    reply = await paper.talk.receives()
    assert copy is not None
    assert reply.reply_to is not None
    assert reply.reply_to.id == copy.id
    assert "Close match" in reply.text
    await paper.talk.receives_nothing()
    assert paper.channel.from_bot == []
    assert service.asked == [CLAIM]


async def test_nothing_is_said_where_nothing_is_close(paper: Paper, service: Searching) -> None:
    service.sample = samples.related()
    gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    await paper.talk.receives_nothing()
    assert service.asked == [CLAIM]


async def test_the_reply_follows_the_edit_of_its_post(paper: Paper, service: Searching) -> None:
    post, copy = gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    first = await paper.talk.receives()
    service.sample = other_sample()
    gatherings.revise(post, copy, OTHER, by=paper.ada)
    second = await paper.talk.receives(lambda m: "What bats carry" in m.text)
    assert second.id == first.id
    assert len(paper.talk.from_bot) == 2


async def test_the_reply_goes_when_an_edited_post_has_nothing_close_any_more(
    paper: Paper, service: Searching
) -> None:
    post, copy = gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    reply = await paper.talk.receives()
    service.sample = samples.abstained()
    gatherings.revise(post, copy, OTHER, by=paper.ada)
    await paper.talk.loses(reply)
    service.sample = other_sample()
    gatherings.revise(post, copy, "Bats see well enough to hunt", by=paper.ada)
    assert "What bats carry" in (await paper.talk.receives(lambda m: m.id != reply.id)).text


async def test_a_generation_that_comes_while_a_post_is_answered_makes_no_second_reply(
    paper: Paper, service: Searching
) -> None:
    service.gate = asyncio.Event()
    service.reached.clear()
    gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    await service.reached.wait()
    service.generation = "0002"
    await asyncio.sleep(0.1)
    service.gate.set()
    reply = await paper.talk.receives()
    await paper.talk.receives_nothing()
    assert [m.id for m in paper.talk.from_bot if m.reply_to] == [reply.id]


async def test_a_post_that_gains_a_claim_by_an_edit_gains_its_one_reply(
    paper: Paper, service: Searching
) -> None:
    post, copy = gatherings.publish(paper.channel, "ok", by=paper.ada)
    await paper.talk.receives_nothing()
    gatherings.revise(post, copy, CLAIM, by=paper.ada)
    reply = await paper.talk.receives()
    assert "Close match" in reply.text
    await paper.talk.receives_nothing()


async def test_a_new_generation_brings_a_better_reply_in_place(
    paper: Paper, service: Searching
) -> None:
    gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    first = await paper.talk.receives()
    service.sample = other_sample()
    service.generation = "0002"
    second = await paper.talk.receives()
    assert (second.id, second.edited) == (first.id, True)
    assert "What bats carry" in second.text
    service.sample = samples.abstained()
    service.generation = "0003"
    await paper.talk.receives_nothing()


async def test_a_new_generation_brings_the_first_reply_where_there_was_none(
    paper: Paper, service: Searching
) -> None:
    service.sample = samples.abstained()
    _, copy = gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    await paper.talk.receives_nothing()
    service.sample = samples.strong()
    service.generation = "0002"
    reply = await paper.talk.receives()
    assert copy is not None
    assert reply.reply_to is not None
    assert reply.reply_to.id == copy.id


async def test_a_discussion_group_can_switch_replies_under_posts_off(
    paper: Paper, service: Searching
) -> None:
    paper.ada.send("/settings", to=paper.talk)
    panel = await paper.talk.receives(lambda m: bool(m.buttons))
    for now in ("if I am in the channel", "off", "on"):
        assert panel.button("Under channel posts").text == f"Under channel posts: {now}"
        paper.ada.press(panel, "Under channel posts")
        panel = await paper.talk.receives()
    paper.ada.press(panel, "Under channel posts")
    await paper.talk.receives()
    gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    await paper.talk.receives_nothing()
    assert service.asked == []


async def test_without_the_bot_in_the_channel_posts_are_left_alone(
    paper: Paper, service: Searching, tmp_path: Path
) -> None:
    gatherings.remove_bot(paper.channel, by=paper.ada)
    await until(tmp_path, "SELECT COUNT(*) FROM chats WHERE left_at IS NOT NULL", 1)
    gatherings.publish(paper.channel, CLAIM, by=paper.ada)
    await paper.talk.receives_nothing()
    assert service.asked == []


async def test_an_admin_of_a_channel_forwards_a_post_to_get_its_context_in_private(
    paper: Paper,
) -> None:
    post = origins.from_channel(paper.channel, message_id=9)
    paper.ada.forward(CLAIM, post)
    assert "Reporting" in (await paper.ada.receives()).text
