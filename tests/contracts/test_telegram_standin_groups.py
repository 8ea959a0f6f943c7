"""Groups, topics, channels and their copies, as python-telegram-bot sees them."""

from __future__ import annotations

import pytest
from support.telegram import gatherings
from support.telegram.chats import ChatType
from support.telegram.fixtures import application, polling
from support.telegram.jsonvalue import Json
from support.telegram.server import Telegram
from telegram import Bot, ReplyParameters, Update
from telegram.ext import TypeHandler

EVERYTHING = Update.ALL_TYPES


async def next_update(bot: Bot, **options: Json) -> Update:
    (update, *_) = await bot.get_updates(allowed_updates=EVERYTHING, timeout=5, **options)
    return update


@pytest.fixture
async def listening(plain_bot: Bot) -> Bot:
    """A bot that asked for every kind of update."""
    await plain_bot.get_updates(allowed_updates=EVERYTHING, timeout=0)
    return plain_bot


async def test_adding_and_removing_the_bot_tells_who_and_how(
    listening: Bot, telegram: Telegram
) -> None:
    group = gatherings.group(telegram.world, "Town")
    ada = telegram.world.user(5)
    gatherings.add_bot(group, by=ada)
    change = (await next_update(listening)).my_chat_member
    assert change
    assert change.from_user.id == 5
    assert (change.old_chat_member.status, change.new_chat_member.status) == ("left", "member")
    gatherings.remove_bot(group, by=ada)
    _, update = await listening.get_updates(allowed_updates=EVERYTHING)
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_what_is_written_into_a_topic_replies_to_what_opened_it(
    listening: Bot, telegram: Telegram
) -> None:
    forum = telegram.world.add_chat(ChatType.SUPERGROUP, "Town", is_forum=True)
    ada = gatherings.joins(forum, telegram.world.user(5))
    topic = gatherings.topic(forum, "News", by=ada)
    asked = ada.send("/context", to=forum, thread=topic)
    message = (await next_update(listening)).message
    assert message
    assert message.is_topic_message
    assert message.message_thread_id == topic
    assert message.reply_to_message
    assert message.reply_to_message.forum_topic_created
    sent = await listening.send_message(
        forum.id, "x", reply_parameters=ReplyParameters(message_id=asked.id)
    )
    assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)


async def test_an_anonymous_admin_writes_as_the_group(listening: Bot, telegram: Telegram) -> None:
    group = telegram.world.add_chat(ChatType.SUPERGROUP, "Town")
    ada = telegram.world.user(5)
    gatherings.send_anonymously(ada, "/settings", group)
    message = (await next_update(listening)).message
    assert message
    assert message.from_user
    assert message.from_user.username == "GroupAnonymousBot"
    assert message.sender_chat
    assert message.sender_chat.id == group.id


async def test_a_group_that_is_upgraded_says_so_in_both_chats(
    listening: Bot, telegram: Telegram
) -> None:
    group = telegram.world.add_chat(ChatType.GROUP, "Town")
    new = gatherings.upgrade(group, by=telegram.world.user(5))
    old, come = await listening.get_updates(allowed_updates=EVERYTHING)
    assert old.message
    assert come.message
    assert (old.message.chat_id, old.message.migrate_to_chat_id) == (group.id, new.id)
    assert (come.message.chat_id, come.message.migrate_from_chat_id) == (new.id, group.id)


async def test_a_post_comes_twice_and_so_does_its_edit(listening: Bot, telegram: Telegram) -> None:
    world = telegram.world
    ada = world.user(5)
    channel = world.add_chat(ChatType.CHANNEL, "Paper")
    talk = world.add_chat(ChatType.SUPERGROUP, "Talk")
    world.set_member(talk, world.bot_as_user(), "administrator")
    gatherings.link(channel, talk)
    post, copy = gatherings.publish(channel, "The dam broke", by=ada)
    gatherings.revise(post, copy, "The dam held", by=ada)
    first, second, third, fourth = await listening.get_updates(allowed_updates=EVERYTHING)
    assert first.channel_post
    assert second.message
    assert second.message.is_automatic_forward
    assert second.message.sender_chat
    assert second.message.sender_chat.id == channel.id
    assert second.message.forward_origin
    assert second.message.forward_origin.to_dict()["message_id"] == post.id
    assert third.edited_channel_post
    assert fourth.edited_message
    assert fourth.edited_message.text == "The dam held"


async def test_reactions_are_told_to_admins_only(telegram: Telegram) -> None:
    world = telegram.world
    group = world.add_chat(ChatType.SUPERGROUP, "Town")
    ada = gatherings.joins(group, world.user(5))
    message = ada.send("The dam broke", to=group)
    heard: list[Update] = []

    async def note(update: Update, _context: Json) -> None:
        heard.append(update)
        await update.get_bot().send_message(group.id, "heard")

    app = application(telegram).build()
    app.add_handler(TypeHandler(Update, note))
    async with polling(app, allowed_updates=EVERYTHING):
        await world.called("getUpdates")
        gatherings.react(ada, message, "🤔")
        await group.receives_nothing()
        world.set_member(group, world.bot_as_user(), "administrator")
        gatherings.react(ada, message, "🤔", "👀", before=("🤔",))
        await group.receives()
    (update,) = heard
    assert update.message_reaction
    assert update.message_reaction.message_id == message.id
    assert [r.to_dict()["emoji"] for r in update.message_reaction.new_reaction] == ["🤔", "👀"]
