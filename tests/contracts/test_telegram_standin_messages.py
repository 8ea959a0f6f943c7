"""What the bot sends to the stand-in: texts, replies, edits, buttons."""

from __future__ import annotations

import pytest
from support.telegram.fixtures import application, polling
from support.telegram.server import Telegram
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, Forbidden
from telegram.ext import CallbackQueryHandler


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(x, callback_data=x) for x in labels]])


async def test_a_sent_message_comes_back_as_it_stands_in_the_chat(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5, first_name="Ada", username="ada_l")
    sent = await plain_bot.send_message(
        5,
        "<b>Bold</b> & plain",
        parse_mode="HTML",
        reply_markup=keyboard("More"),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    (message,) = ada.private.messages
    assert (message.text, message.marked("bold")) == ("Bold & plain", ["Bold"])
    assert [(b.text, b.data) for b in message.buttons] == [("More", "More")]
    assert sent.message_id == message.id
    assert sent.chat.username == "ada_l"
    assert sent.from_user
    assert sent.from_user.is_bot
    assert sent.link_preview_options
    assert sent.link_preview_options.is_disabled
    assert sent.reply_markup == keyboard("More")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("x" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
    ],
)
async def test_a_text_of_no_length_or_too_much_is_refused(
    plain_bot: Bot, telegram: Telegram, text: str, reason: str
) -> None:
    telegram.world.user(5)
    with pytest.raises(BadRequest, match=reason):
        await plain_bot.send_message(5, text)


async def test_the_length_counts_after_the_markup_is_read(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    sent = await plain_bot.send_message(5, f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
    assert sent.text == "&" * 4096


async def test_more_than_a_hundred_entities_are_cut_and_noted(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    sent = await plain_bot.send_message(5, "<b>x</b> " * 101, parse_mode="HTML")
    assert len(sent.entities) == 100
    assert telegram.world.violations.pop().startswith("101 entities")


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        (InlineKeyboardButton("x", callback_data="ж" * 33), "Button_data_invalid"),
        (InlineKeyboardButton("x", url="not a url"), "is invalid: wrong http url"),
        (InlineKeyboardButton(" ", callback_data="x"), "must be non-empty"),
        (InlineKeyboardButton("x"), "text buttons are unallowed"),
    ],
)
async def test_a_bad_button_is_refused(
    plain_bot: Bot, telegram: Telegram, button: InlineKeyboardButton, reason: str
) -> None:
    telegram.world.user(5)
    with pytest.raises(BadRequest, match=reason):
        await plain_bot.send_message(5, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert telegram.world.chat(5).messages == []


async def test_sixty_four_bytes_of_callback_data_are_allowed(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    await plain_bot.send_message(5, "x", reply_markup=keyboard("ж" * 32))
    assert telegram.world.chat(5).messages[0].buttons[0].data == "ж" * 32


async def test_a_reply_carries_its_message_and_quote(plain_bot: Bot, telegram: Telegram) -> None:
    question = telegram.world.user(5).send("😀 Is it true?")
    reply = ReplyParameters(question.id, quote="true")
    sent = await plain_bot.send_message(5, "No.", reply_parameters=reply)
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "😀 Is it true?"
    assert sent.quote
    assert (sent.quote.text, sent.quote.position) == ("true", 9)


async def test_a_reply_to_a_missing_message_is_refused_unless_allowed(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await plain_bot.send_message(5, "x", reply_parameters=ReplyParameters(999))
    allowed = ReplyParameters(999, allow_sending_without_reply=True)
    sent = await plain_bot.send_message(5, "x", reply_parameters=allowed)
    assert sent.reply_to_message is None


async def test_an_edit_replaces_text_and_buttons_in_place(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5)
    sent = await plain_bot.send_message(5, "one", reply_markup=keyboard("More"))
    await sent.edit_text("<i>two</i>", parse_mode="HTML")
    first, second = await ada.receives(), await ada.receives()
    assert (first.text, second.text, first.id) == ("one", "two", second.id)
    assert (second.edited, second.buttons) == (True, ())
    assert ada.private.messages == [second]


@pytest.mark.parametrize("again", ["<b>same</b>", "<strong>same</strong>"])
async def test_an_edit_that_changes_nothing_is_refused(
    plain_bot: Bot, telegram: Telegram, again: str
) -> None:
    telegram.world.user(5)
    buttons = keyboard("a", "b")
    sent = await plain_bot.send_message(
        5, "<b>same</b>", parse_mode="HTML", reply_markup=keyboard("a", "b")
    )
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text(again, parse_mode="HTML", reply_markup=buttons)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(buttons)
    await sent.edit_text(again, parse_mode="HTML", reply_markup=keyboard("a"))
    assert len(telegram.world.chat(5).messages[0].buttons) == 1


async def test_what_cannot_be_edited_is_refused(plain_bot: Bot, telegram: Telegram) -> None:
    theirs = telegram.world.user(5).send("mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await plain_bot.edit_message_text("x", 5, theirs.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await plain_bot.edit_message_text("x", 5, 999)


async def test_a_deleted_message_is_gone(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    sent = await plain_bot.send_message(5, "x")
    await sent.delete()
    assert telegram.world.chat(5).messages == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()


async def test_another_keyboard_is_not_part_of_the_message(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5)
    sent = await plain_bot.send_message(5, "x", reply_markup=ForceReply())
    assert sent.reply_markup is None
    assert ada.private.reply_keyboard == {"force_reply": True}


async def test_a_pressed_button_reaches_the_bot_with_its_message(telegram: Telegram) -> None:
    async def more(update: Update, _: object) -> None:
        query = update.callback_query
        assert query
        assert isinstance(query.message, Message)
        assert query.message.reply_to_message
        await query.answer("Here", show_alert=True)
        await query.edit_message_text(f"{query.data}: {query.message.text}")

    app = application(telegram).build()
    app.add_handler(CallbackQueryHandler(more))
    ada = telegram.world.user(5)
    question = ada.send("Is it true?")
    async with polling(app):
        await app.bot.send_message(
            5,
            "Perhaps",
            reply_markup=keyboard("More", "Less"),
            reply_parameters=ReplyParameters(question.id),
        )
        press = ada.press(await ada.receives(), "More")
        assert await press.answered() == {"text": "Here", "show_alert": True}
        assert (await ada.receives()).text == "More: Perhaps"


async def test_a_press_can_be_answered_once_and_in_time(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5)
    await plain_bot.send_message(5, "x", reply_markup=keyboard("More"))
    message = await ada.receives()
    press = ada.press(message, "More")
    await plain_bot.answer_callback_query(press.id)
    late = ada.press(message, "More")
    late.expired = True
    for query_id in (press.id, late.id, "12345"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await plain_bot.answer_callback_query(query_id)


async def test_only_a_button_that_is_there_can_be_pressed(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5)
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Open", url="https://example.org/")]])
    await plain_bot.send_message(5, "x", reply_markup=markup)
    message = await ada.receives()
    with pytest.raises(AssertionError, match=r"No single button 'More'.*\['Open'\]"):
        ada.press(message, "More")
    with pytest.raises(AssertionError, match=r"opens https://example.org/"):
        ada.press(message, "Open")


async def test_a_blocked_bot_is_told_so_until_it_is_unblocked(
    plain_bot: Bot, telegram: Telegram
) -> None:
    ada = telegram.world.user(5)
    ada.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await plain_bot.send_message(5, "x")
    ada.unblock()
    await plain_bot.send_message(5, "x")
    changes = [u.my_chat_member for u in await plain_bot.get_updates()]
    assert [c.new_chat_member.status for c in changes if c] == ["kicked", "member"]
