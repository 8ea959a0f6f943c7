from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from telegram import CallbackQuery, Chat, Message, MessageReactionUpdated, Update, User

from bot.lateness import Presence

ADA = User(id=5, first_name="Ada", is_bot=False)
NOW = datetime(2026, 3, 1, 12, 0, 0, 700_000, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at.timestamp()


def message(sent_s: float, *, edited_s: float | None = None) -> Message:
    """Sent so many seconds after the bot came, dated in whole seconds as Telegram does it."""

    def second(after_s: float) -> datetime:
        return (NOW + timedelta(seconds=after_s)).replace(microsecond=0)

    return Message(
        message_id=1,
        date=second(sent_s),
        chat=Chat(id=5, type="private"),
        from_user=ADA,
        edit_date=None if edited_s is None else second(edited_s),
    )


@pytest.mark.parametrize("sent_s", [0, 0.1, 2, 3_600])
def test_what_is_sent_while_the_bot_is_here_was_not_missed_however_long_it_waits(
    sent_s: float,
) -> None:
    clock = Clock()
    presence = Presence(clock)
    clock.at += timedelta(days=1)
    assert not presence.missed(message(sent_s))


@pytest.mark.parametrize("sent_s", [-2, -3_600, -86_400])
def test_what_was_sent_before_was_missed(sent_s: float) -> None:
    assert Presence(Clock()).missed(message(sent_s))


def test_what_was_sent_while_telegram_could_not_be_reached_was_missed() -> None:
    clock = Clock()
    presence = Presence(clock)
    clock.at += timedelta(seconds=60)
    presence.gone()
    clock.at += timedelta(seconds=60)
    presence.here()
    clock.at += timedelta(seconds=60)
    presence.here()
    missed = [presence.missed(message(sent_s)) for sent_s in (30, 90, 130, 170)]
    assert missed == [True, True, False, False]


def test_an_edit_counts_from_the_edit() -> None:
    presence = Presence(Clock())
    assert not presence.missed(message(-3_600, edited_s=1))
    assert presence.missed(message(-3_600, edited_s=-60))


def test_an_update_was_missed_as_the_message_that_it_brings() -> None:
    presence = Presence(Clock())
    assert presence.missed_in(Update(update_id=1, message=message(-60)))
    assert presence.missed_in(Update(update_id=1, edited_message=message(-99, edited_s=-60)))
    assert presence.missed_in(Update(update_id=1, edited_channel_post=message(-99, edited_s=-60)))
    assert not presence.missed_in(Update(update_id=1, message=message(0)))
    for sent_s, missed in ((-60, True), (0, False)):
        reaction = MessageReactionUpdated(
            chat=Chat(id=5, type="private"),
            message_id=1,
            date=message(sent_s).date,
            old_reaction=(),
            new_reaction=(),
        )
        assert presence.missed_in(Update(update_id=1, message_reaction=reaction)) is missed


def test_a_press_was_not_missed_below_however_old_a_message() -> None:
    press = CallbackQuery(id="1", from_user=ADA, chat_instance="1", message=message(-86_400))
    assert not Presence(Clock()).missed_in(Update(update_id=1, callback_query=press))
