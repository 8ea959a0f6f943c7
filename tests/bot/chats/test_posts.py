from __future__ import annotations

from datetime import UTC, datetime

from support.clock import Clock
from telegram import Chat, Message

from bot.chats.asking import Question
from bot.chats.posts import Post, Posts

TALK = Chat(id=-1_000_000_000_001, type="supergroup")
DAY_S = 86_400


def post(number: int, seen: float, words: int = 10) -> Post:
    source = Message(message_id=words, date=datetime(2026, 11, 25, tzinfo=UTC), chat=TALK)
    question = Question(message_id=words, thread_id=None, claims=(), source=source)
    return Post(chat=TALK, question=question, channel_id=-5, post_id=number, seen=seen)


def test_a_post_is_found_by_its_number_in_the_channel_as_it_reads_now() -> None:
    posts = Posts(Clock(100.0))
    posts.remember(post(1, seen=100, words=10))
    posts.remember(post(1, seen=100, words=11))
    found = posts.copy_of(-5, 1)
    assert found
    assert found.question.message_id == 11
    assert posts.copy_of(-6, 1) is None


def test_posts_are_forgotten_after_a_day() -> None:
    clock = Clock(100.0)
    posts = Posts(clock)
    posts.remember(post(1, seen=posts.now()))
    clock.now += DAY_S / 2
    posts.remember(post(2, seen=posts.now()))
    assert [one.post_id for one in posts.recent()] == [1, 2]
    clock.now += DAY_S / 2
    assert [one.post_id for one in posts.recent()] == [2]
    assert posts.copy_of(-5, 1) is None


def test_no_more_posts_are_remembered_than_there_is_room_for() -> None:
    posts = Posts(Clock(100.0))
    for number in range(2_500):
        posts.remember(post(number, seen=100))
    assert len(posts.recent()) == 2_000
    assert posts.copy_of(-5, 0) is None
