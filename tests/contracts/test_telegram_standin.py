"""python-telegram-bot, unmodified, against the stand-in: updates and chats."""

from __future__ import annotations

import asyncio

import pytest
from support.telegram.chats import ChatType
from support.telegram.fixtures import application, polling
from support.telegram.jsonvalue import Json
from support.telegram.server import Telegram
from telegram import (
    Bot,
    Message,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken
from telegram.ext import MessageHandler, filters


async def heard(bot: Bot, **options: Json) -> Message:
    """The one message in the one update that waits."""
    (update,) = await bot.get_updates(**options)
    assert update.effective_message
    return update.effective_message


async def test_an_application_that_polls_answers_a_person(telegram: Telegram) -> None:
    async def echo(update: Update, _: object) -> None:
        assert update.effective_message
        assert update.effective_message.text
        await update.effective_message.reply_text(update.effective_message.text[::-1])

    app = application(telegram).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    ada = telegram.world.user(5)
    async with polling(app):
        ada.send("abc")
        answer = await ada.receives()
    assert answer.text == "cba"
    assert telegram.world.chat(5).messages[-1] == answer


async def test_many_people_are_answered_at_once_and_nobody_gets_another_s_answer(
    telegram: Telegram,
) -> None:
    async def echo(update: Update, _: object) -> None:
        assert update.effective_message
        assert update.effective_message.text
        await update.effective_message.reply_text(update.effective_message.text)

    app = application(telegram).concurrent_updates(64).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    people = [telegram.world.user(1000 + n) for n in range(64)]
    async with polling(app):
        for person in people:
            person.send(f"I am {person.id}")
        answers = await asyncio.gather(*(p.receives(timeout_s=30) for p in people))
    assert [a.text for a in answers] == [f"I am {p.id}" for p in people]


async def test_get_me_is_a_bot(plain_bot: Bot, telegram: Telegram) -> None:
    me = await plain_bot.get_me()
    assert (me.is_bot, me.username) == (True, telegram.world.bot["username"])


async def test_a_wrong_token_is_refused(telegram: Telegram) -> None:
    bot = Bot("1:wrong", base_url=telegram.base_url)
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user()
    for word in ("one", "two", "three"):
        ada.send(word)
    first = await plain_bot.get_updates(limit=2)
    again = await plain_bot.get_updates(offset=first[0].update_id)
    rest = await plain_bot.get_updates(offset=again[0].update_id + 1)
    assert [u.message.text for u in again if u.message] == ["one", "two", "three"]
    assert [u.message.text for u in rest if u.message] == ["two", "three"]
    ids = [u.update_id for u in again]
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_a_negative_offset_forgets_all_but_the_last(
    plain_bot: Bot, telegram: Telegram
) -> None:
    for word in ("one", "two", "three"):
        telegram.world.user(5).send(word)
    assert (await heard(plain_bot, offset=-1)).text == "three"
    assert len(await plain_bot.get_updates()) == 1


async def test_a_long_poll_ends_with_the_first_update(plain_bot: Bot, telegram: Telegram) -> None:
    waiting = asyncio.create_task(plain_bot.get_updates(timeout=30))
    await telegram.world.called("getUpdates")
    telegram.world.user(5).send("now")
    (update,) = await asyncio.wait_for(waiting, 5)
    assert update.message
    assert update.message.text == "now"


async def test_a_long_poll_with_nothing_to_tell_ends_empty(plain_bot: Bot) -> None:
    assert await plain_bot.get_updates(timeout=1) == ()


async def test_the_older_of_two_pollers_is_told_of_the_conflict(
    plain_bot: Bot, telegram: Telegram
) -> None:
    first = asyncio.create_task(plain_bot.get_updates(timeout=30))
    await telegram.world.called("getUpdates")
    async with Bot(telegram.token, base_url=telegram.base_url) as other:
        await other.get_updates()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_kinds_that_the_bot_does_not_ask_for_are_not_sent(
    plain_bot: Bot, telegram: Telegram
) -> None:
    await plain_bot.get_updates(allowed_updates=["message"])
    ada = telegram.world.user()
    ada.edit(ada.send("one"), "two")
    assert (await heard(plain_bot)).text == "one"


async def test_polling_while_a_webhook_is_set_is_a_conflict(plain_bot: Bot) -> None:
    await plain_bot.set_webhook("https://example.org/hook")
    assert (await plain_bot.get_webhook_info()).url == "https://example.org/hook"
    with pytest.raises(Conflict, match="webhook is active"):
        await plain_bot.get_updates()
    await plain_bot.delete_webhook()
    assert await plain_bot.get_updates() == ()


async def test_deleting_the_webhook_drops_pending_updates_only_when_asked(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5).send("x")
    await plain_bot.delete_webhook()
    assert (await plain_bot.get_webhook_info()).pending_update_count == 1
    await plain_bot.delete_webhook(drop_pending_updates=True)
    assert await plain_bot.get_updates() == ()


async def test_a_chat_that_nobody_knows_is_not_found(plain_bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await plain_bot.send_message(404, "x")


async def test_waiting_for_an_answer_that_never_comes_fails_with_the_story(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5)
    await plain_bot.send_chat_action(5, "typing")
    with pytest.raises(AssertionError, match=r"(?s)Nothing came to chat 5.*sendChatAction -> 200"):
        await ada.receives(timeout_s=0.05)
    await ada.receives_nothing(within_s=0.05)
    assert ada.private.actions == ["typing"]


async def test_privacy_mode_hides_what_is_not_for_the_bot(
    plain_bot: Bot, telegram: Telegram
) -> None:
    group = telegram.world.add_chat(ChatType.SUPERGROUP, "Town")
    ada = telegram.world.user(5)
    ada.send("just talking", to=group)
    ada.send("/context", to=group)
    ada.send(f"@{telegram.world.bot['username']} true?", to=group)
    heard_texts = [u.message.text for u in await plain_bot.get_updates() if u.message]
    assert heard_texts == ["/context", f"@{telegram.world.bot['username']} true?"]


async def test_the_bot_cannot_write_where_it_is_not(plain_bot: Bot, telegram: Telegram) -> None:
    group = telegram.world.add_chat(ChatType.SUPERGROUP, "Town")
    await plain_bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await plain_bot.send_message(group.id, "x")


async def test_a_topic_is_kept_and_general_has_no_number(
    plain_bot: Bot, telegram: Telegram
) -> None:
    forum = telegram.world.add_chat(ChatType.SUPERGROUP, "Town", is_forum=True)
    forum.topics[7] = "News"
    sent = await plain_bot.send_message(forum.id, "x", message_thread_id=7)
    assert (sent.message_thread_id, sent.is_topic_message) == (7, True)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await plain_bot.send_message(forum.id, "x", message_thread_id=1)


async def test_a_group_that_became_a_supergroup_tells_its_new_id(
    plain_bot: Bot, telegram: Telegram
) -> None:
    old = telegram.world.add_chat(ChatType.GROUP, "Town")
    old.migrated_to = telegram.world.add_chat(ChatType.SUPERGROUP, "Town")
    with pytest.raises(ChatMigrated) as migrated:
        await plain_bot.send_message(old.id, "x")
    assert migrated.value.new_chat_id == old.migrated_to.id


async def test_a_channel_post_has_no_sender(plain_bot: Bot, telegram: Telegram) -> None:
    channel = telegram.world.add_chat(ChatType.CHANNEL, "News", username="news_now")
    post = telegram.world.user(5).send("Breaking", to=channel)
    telegram.world.user(5).edit(post, "Broken")
    first, second = await plain_bot.get_updates()
    assert first.channel_post
    assert first.channel_post.from_user is None
    assert second.edited_channel_post
    assert second.edited_channel_post.text == "Broken"
    sent = await plain_bot.send_message("@news_now", "x")
    assert (sent.chat.id, sent.from_user) == (channel.id, None)
    await sent.edit_text("y")
    assert [(await channel.receives()).text, (await channel.receives()).text] == ["x", "y"]
