from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from support.telegram import faults, gatherings
from support.telegram.chats import ChatType
from support.telegram.fixtures import telegram  # noqa: F401 - a fixture
from support.telegram.server import Telegram
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.delivery import Delivery, Outgoing
from bot.lines import UNHURRIED

HELLO = Outgoing(html="<b>Hello</b>")
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("On", callback_data="1.a.r.1")]])


class Naps:
    """Sleeping that takes no time, and what was slept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:  # noqa: F811
    async with Bot(telegram.token, base_url=telegram.base_url) as made:
        yield made


@pytest.fixture
def delivery(bot: Bot, naps: Naps) -> Delivery:
    return Delivery(bot, pace=UNHURRIED, patience_s=100, sleep=naps)


async def test_a_message_arrives_as_html_with_buttons_as_a_reply(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    question = ada.send("Is it so?")
    sent = await delivery.send(
        5, Outgoing(html="<b>Hello</b>", keyboard=KEYBOARD), reply_to=question.id
    )
    message = await ada.receives()
    assert message.id == sent
    assert message.marked("bold") == ["Hello"]
    assert [button.text for button in message.buttons] == ["On"]
    assert message.reply_to is not None
    assert message.reply_to.id == question.id


async def test_an_answer_to_a_deleted_question_is_sent_all_the_same(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    assert await delivery.send(5, HELLO, reply_to=999) is not None
    assert (await ada.receives()).reply_to is None


async def test_a_flooded_chat_waits_as_long_as_telegram_says(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    naps: Naps,
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(7), "sendMessage", times=6)
    assert await delivery.send(5, HELLO) is not None
    assert naps.slept == [7.0] * 6
    assert len(ada.private.messages) == 1


async def test_patience_with_a_flood_ends(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    naps: Naps,
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.flood(60), "sendMessage", times=None)
    assert await delivery.send(5, HELLO) is None
    assert naps.slept == [60.0]


async def test_a_flooded_chat_delays_no_other(
    telegram: Telegram,  # noqa: F811
    bot: Bot,
) -> None:
    flooded = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await flooded.wait()

    delivery = Delivery(bot, pace=UNHURRIED, sleep=sleep)
    telegram.world.user(5)
    others = [telegram.world.user(n) for n in range(6, 16)]
    telegram.faults.plan(faults.flood(60), "sendMessage", chat_id=5)
    stuck = asyncio.create_task(delivery.send(5, HELLO))
    await telegram.world.called("sendMessage")
    await asyncio.gather(*(delivery.send(user.id, HELLO) for user in others))
    assert [len(user.private.messages) for user in others] == [1] * 10
    assert not stuck.done()
    flooded.set()
    assert await stuck is not None


async def test_messages_of_one_chat_keep_their_order_through_a_flood(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.flood(5), "sendMessage")
    await asyncio.gather(*(delivery.send(5, Outgoing(html=str(n))) for n in range(5)))
    assert [message.text for message in ada.private.messages] == list("01234")


@pytest.mark.parametrize(
    "fault", [faults.bad_gateway(), faults.server_error(), faults.dropped(carried_out=False)]
)
async def test_a_broken_line_is_tried_again_with_growing_pauses(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    naps: Naps,
    fault: faults.Fault,
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(fault, "sendMessage", times=2)
    assert await delivery.send(5, HELLO) is not None
    assert naps.slept == [0.5, 1.0]
    assert len(ada.private.messages) == 1


@pytest.mark.parametrize("fault", [faults.swallowed(), faults.dropped(carried_out=False)])
async def test_a_group_is_not_written_to_again_where_the_first_message_may_stand(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    naps: Naps,
    fault: faults.Fault,
) -> None:
    town = gatherings.group(telegram.world, "Town")
    gatherings.add_bot(town, by=gatherings.joins(town, telegram.world.user(5)))
    telegram.faults.plan(fault, "sendMessage")
    assert await delivery.send(town.id, HELLO) is None
    assert len(telegram.world.calls("sendMessage")) == 1
    assert naps.slept == []


async def test_in_private_a_message_that_telegram_took_without_a_word_stands_twice(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.swallowed(), "sendMessage")
    assert await delivery.send(5, HELLO) is not None
    assert len(ada.private.messages) == 2


async def test_tries_are_counted(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    naps: Naps,
) -> None:
    telegram.world.user(5)
    telegram.faults.plan(faults.bad_gateway(), "sendMessage", times=None)
    assert await delivery.send(5, HELLO) is None
    assert len(telegram.world.calls("sendMessage")) == 4
    assert naps.slept == [0.5, 1.0, 2.0]


async def test_a_sending_that_timed_out_is_not_repeated(
    telegram: Telegram,  # noqa: F811
    naps: Naps,
) -> None:
    ada = telegram.world.user(5)
    async with Bot(telegram.token, base_url=telegram.base_url) as bot:
        delivery = Delivery(bot, pace=UNHURRIED, sleep=naps)
        telegram.faults.plan(faults.slow(30), "sendMessage")
        with pytest.MonkeyPatch.context() as patch:
            send = bot.send_message
            patch.setattr(
                type(bot), "send_message", lambda _, *a, **k: send(*a, **k, read_timeout=0.2)
            )
            assert await delivery.send(5, HELLO) is None
    assert [message.text for message in ada.private.messages] == ["Hello"]
    assert naps.slept == []


async def test_a_reply_that_is_no_json_counts_as_sent(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    telegram.faults.plan(faults.broken_json(carried_out=True), "sendMessage")
    assert await delivery.send(5, HELLO) is None
    assert len(ada.private.messages) == 1


async def test_a_person_who_blocked_the_bot_is_no_error_and_not_named(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "bot")
    telegram.world.user(987_654_321).block()
    assert await delivery.send(987_654_321, HELLO) is None
    (record,) = [r for r in caplog.records if r.name.startswith("bot")]
    assert record.levelno == logging.INFO
    assert record.exc_info is None
    assert "987654321" not in caplog.text


async def test_an_edit_that_changes_nothing_counts_as_done(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.world.user(5)
    sent = await delivery.send(5, HELLO)
    assert sent is not None
    assert await delivery.edit(5, sent, HELLO)
    assert await delivery.remove_buttons(5, sent)
    assert caplog.records == []


async def test_an_edit_whose_reply_is_no_json_is_made_again(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    telegram.world.user(5)
    sent = await delivery.send(5, HELLO)
    assert sent is not None
    telegram.faults.plan(faults.broken_json(carried_out=True), "editMessageText")
    assert await delivery.edit(5, sent, Outgoing(html="Bye"))
    assert len(telegram.world.calls("editMessageText")) == 2


async def test_an_edit_of_a_deleted_message_is_false(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    telegram.world.user(5)
    assert await delivery.edit(5, 999, HELLO) is False


async def test_what_telegram_quotes_of_a_message_is_not_logged(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.world.user(5)
    assert await delivery.send(5, Outgoing(html="<secret>words</secret>")) is None
    assert "parse entities" in caplog.text
    assert "secret" not in caplog.text
    telegram.world.violations.clear()


async def test_typing_goes_on_while_the_work_does(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
    naps: Naps,
) -> None:
    ada = telegram.world.user(5)
    async with delivery.typing(5):
        await telegram.world.called("sendChatAction", times=3)
    seen = len(ada.private.actions)
    assert seen >= 2
    assert naps.slept[:3] == [1.0, 4.5, 4.5]
    await asyncio.sleep(0.05)
    assert len(ada.private.actions) <= seen + 1


async def test_what_is_done_soon_shows_no_typing(telegram: Telegram, bot: Bot) -> None:  # noqa: F811
    ada = telegram.world.user(5)
    delivery = Delivery(bot)
    async with delivery.typing(5):
        await asyncio.sleep(0)
    await delivery.send(5, HELLO)
    assert (await ada.receives()).text == "Hello"
    assert ada.private.actions == []


async def test_failing_to_type_disturbs_nothing(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    telegram.world.user(5).block()
    async with delivery.typing(5):
        (refused,) = await telegram.world.called("sendChatAction")
    assert refused.status == 403


async def test_a_message_goes_to_its_topic_and_brings_back_what_it_replies_to(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    forum = telegram.world.add_chat(ChatType.SUPERGROUP, "Forum", is_forum=True)
    forum.topics[77] = "Rumours"
    ada = telegram.world.user(5)
    asked = ada.send("The dam broke", to=forum, thread=77)
    sent = await delivery.send_and_read(forum.id, HELLO, reply_to=asked.id, thread_id=77)
    assert sent is not None
    assert sent.message_thread_id == 77
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "The dam broke"


async def test_a_reply_that_may_stand_nowhere_else_is_not_sent_where_its_question_is_gone(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    assert await delivery.send(5, HELLO, reply_to=999, only_as_reply=True) is None
    assert ada.private.messages == []


async def test_a_message_of_ours_is_deleted_once(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    sent = await delivery.send(5, HELLO)
    assert sent is not None
    assert await delivery.delete(5, sent)
    assert ada.private.messages == []
    assert not await delivery.delete(5, sent)


async def test_a_press_is_answered_by_an_alert_or_a_passing_line(
    telegram: Telegram,  # noqa: F811
    delivery: Delivery,
) -> None:
    ada = telegram.world.user(5)
    await delivery.send(5, Outgoing(html="x", keyboard=KEYBOARD))
    shown = await ada.receives()
    for alert in (True, False):
        press = ada.press(shown, "On")
        await delivery.answer_callback(press.id, "So", alert=alert)
        answered = await press.answered()
        assert (answered["text"], answered.get("show_alert", False)) == ("So", alert)
