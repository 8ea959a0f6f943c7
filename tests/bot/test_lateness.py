from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.lateness import came_late, is_late

ADA = User(id=5, first_name="Ada", is_bot=False)


def message(age_s: float, *, edited_age_s: float | None = None) -> Message:
    now = datetime.now(UTC)
    return Message(
        message_id=1,
        date=now - timedelta(seconds=age_s),
        chat=Chat(id=5, type="private"),
        from_user=ADA,
        edit_date=None if edited_age_s is None else now - timedelta(seconds=edited_age_s),
    )


@pytest.mark.parametrize("age_s", [-3_600, 0, 2])
def test_what_was_just_sent_is_not_late_nor_what_comes_from_a_faster_clock(age_s: float) -> None:
    assert not is_late(message(age_s))


@pytest.mark.parametrize("age_s", [10, 3_600, 86_400])
def test_what_waited_is_late(age_s: float) -> None:
    assert is_late(message(age_s))


def test_an_edit_counts_from_the_edit() -> None:
    assert not is_late(message(3_600, edited_age_s=1))
    assert is_late(message(3_600, edited_age_s=60))


def test_an_update_is_as_late_as_the_message_that_it_brings() -> None:
    assert came_late(Update(update_id=1, message=message(60)))
    assert came_late(Update(update_id=1, edited_message=message(99, edited_age_s=60)))
    assert came_late(Update(update_id=1, edited_channel_post=message(99, edited_age_s=60)))
    assert not came_late(Update(update_id=1, message=message(0)))


def test_a_press_is_not_late_below_however_old_a_message() -> None:
    press = CallbackQuery(id="1", from_user=ADA, chat_instance="1", message=message(86_400))
    assert not came_late(Update(update_id=1, callback_query=press))
