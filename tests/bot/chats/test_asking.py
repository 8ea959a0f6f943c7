from __future__ import annotations

from datetime import UTC, datetime

import pytest
from telegram import (
    Chat,
    ForumTopicCreated,
    Message,
    MessageEntity,
    MessageOriginHiddenUser,
    TextQuote,
    User,
)

from bot.chats.asking import Kind, kind_of, question_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ME = User(id=99, first_name="Fact", is_bot=True, username="Fact_Bot")
ADA = User(id=5, first_name="Ada", is_bot=False)
TOWN = Chat(id=-1_000_000_000_001, type="supergroup")
CLAIM = "The dam at Sel lost half of its water"
FORWARDED = MessageOriginHiddenUser(date=NOW, sender_user_name="Zoe")


def message(text: str | None = CLAIM, number: int = 10, **fields: object) -> Message:
    kinds = {"/": MessageEntity.BOT_COMMAND, "@": MessageEntity.MENTION}
    entities = []
    for word in (text or "").split():
        if word[0] in kinds:
            start = (text or "").index(word)
            entities.append(MessageEntity(type=kinds[word[0]], offset=start, length=len(word)))
    values = {"from_user": ADA, "text": text, "entities": entities} | fields
    return Message(message_id=number, date=NOW, chat=TOWN, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (message("/context"), Kind.SUMMONS),
        (message("/context@fact_bot what"), Kind.SUMMONS),
        (message("/context@other_bot"), Kind.NONE),
        (message("/contexts"), Kind.NONE),
        (message("see /context"), Kind.NONE),
        (message("@fact_bot true?"), Kind.SUMMONS),
        (message("what says @FACT_BOT ?"), Kind.SUMMONS),
        (message("@fact_bot2 true?"), Kind.NONE),
        (message(), Kind.NONE),
        (message(forward_origin=FORWARDED), Kind.FORWARD),
        (message("@fact_bot said so", forward_origin=FORWARDED), Kind.FORWARD),
        (message(is_automatic_forward=True, forward_origin=FORWARDED), Kind.POST),
        (message("/context x", via_bot=ME), Kind.NONE),
        (message(None), Kind.NONE),
    ],
)
def test_a_message_is_a_summons_a_forward_a_post_or_nothing(asked: Message, kind: Kind) -> None:
    assert kind_of(asked, ME) is kind


def test_a_mention_by_id_or_in_a_caption_is_a_summons() -> None:
    by_id = MessageEntity(type=MessageEntity.TEXT_MENTION, offset=0, length=4, user=ME)
    assert kind_of(message("Fact true?", entities=[by_id]), ME) is Kind.SUMMONS
    other = MessageEntity(type=MessageEntity.TEXT_MENTION, offset=0, length=4, user=ADA)
    assert kind_of(message("Fact true?", entities=[other]), ME) is Kind.NONE
    mention = MessageEntity(type=MessageEntity.MENTION, offset=0, length=9)
    pictured = message(None, caption="@fact_bot true?", caption_entities=[mention])
    assert kind_of(pictured, ME) is Kind.SUMMONS


def asked(of: Message) -> tuple[int, list[str]]:
    question = question_of(of, ME, max_chars=1_000)
    return question.message_id, [claim.text for claim in question.claims]


def test_a_summons_asks_about_the_message_that_it_replies_to() -> None:
    claim = message(number=3)
    for words in ("/context", "@fact_bot", "@fact_bot is this really true?"):
        assert asked(message(words, reply_to_message=claim)) == (3, [CLAIM])


def test_a_quote_narrows_what_is_asked() -> None:
    long = message(f"Good morning. {CLAIM}. See you.", number=3)
    quote = TextQuote(text=CLAIM, position=14, is_manual=True)
    assert asked(message("/context", reply_to_message=long, quote=quote)) == (3, [CLAIM])


def test_a_reply_to_the_bot_asks_about_its_own_words() -> None:
    mine = message("Close match", number=3, from_user=ME)
    assert asked(message(f"@fact_bot {CLAIM}", reply_to_message=mine)) == (10, [CLAIM])


def test_what_stands_in_a_topic_does_not_reply_to_what_opened_it() -> None:
    opened = message(
        None, number=3, forum_topic_created=ForumTopicCreated(name="News", icon_color=0)
    )
    inside = message(
        f"/context {CLAIM}", reply_to_message=opened, is_topic_message=True, message_thread_id=3
    )
    assert asked(inside) == (10, [CLAIM])
    assert question_of(inside, ME, max_chars=1_000).topic == 3


def test_a_thread_outside_of_forums_is_no_topic() -> None:
    question = question_of(message(message_thread_id=3), ME, max_chars=1_000)
    assert (question.thread_id, question.topic) == (None, 0)


def test_long_own_words_are_asked_about_where_the_other_message_says_nothing() -> None:
    sticker = message(None, number=3)
    assert asked(message(f"/context {CLAIM}", reply_to_message=sticker)) == (10, [CLAIM])
    question = question_of(
        message("/context is it true?", reply_to_message=sticker), ME, max_chars=1_000
    )
    assert question.claims == ()
    assert question.source is sticker


def test_a_reply_without_a_summons_is_about_itself() -> None:
    assert asked(message(reply_to_message=message("Other words", number=3))) == (10, [CLAIM])
