"""What people send reaches the bot in Telegram's shape; files, commands and members are there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.telegram import content, origins
from support.telegram.chats import ChatType
from support.telegram.content import Content
from support.telegram.server import Telegram
from support.telegram.world import World
from telegram import (
    Bot,
    BotCommand,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)
from telegram.error import BadRequest, InvalidToken


async def heard(bot: Bot) -> Message:
    """The one message in the one update that waits."""
    (update,) = await bot.get_updates()
    message = update.effective_message
    assert message
    return message


async def test_a_command_has_its_entity(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5).send("/start now")
    message = await heard(plain_bot)
    assert list(message.parse_entities().values()) == ["/start"]
    assert message.entities[0].type == "bot_command"


async def test_links_and_mentions_are_found_at_utf16_offsets(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5).send("😀 see https://example.org/a?b=c. by @reporter, #news a@b.org")
    found = (await heard(plain_bot)).parse_entities()
    assert [(e.type, words) for e, words in found.items()] == [
        ("url", "https://example.org/a?b=c"),
        ("mention", "@reporter"),
        ("hashtag", "#news"),
        ("email", "a@b.org"),
    ]


async def test_a_person_can_write_with_formatting(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5).send(content.html("<b>It</b> is <i>so</i>"))
    assert (await heard(plain_bot)).text_html == "<b>It</b> is <i>so</i>"


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (
            lambda w: origins.from_user(w.user(6, first_name="Bea")),
            MessageOriginUser,
            "Bea",
        ),
        (lambda _: origins.from_hidden_user("Nobody"), MessageOriginHiddenUser, "Nobody"),
        (
            lambda w: origins.from_chat(w.add_chat(ChatType.SUPERGROUP, "Town")),
            MessageOriginChat,
            "Town",
        ),
        (
            lambda w: origins.from_channel(w.add_chat(ChatType.CHANNEL, "News"), signature="Ed"),
            MessageOriginChannel,
            "News",
        ),
    ],
)
async def test_a_forwarded_message_says_where_it_is_from(
    plain_bot: Bot,
    telegram: Telegram,
    make: Callable[[World], origins.Origin],
    kind: type,
    words: str,
) -> None:
    telegram.world.user(5).forward("a claim", make(telegram.world))
    message = await heard(plain_bot)
    assert message.text == "a claim"
    assert isinstance(message.forward_origin, kind)
    assert words in str(message.forward_origin.to_dict())


async def test_a_reply_with_a_quote_arrives_with_both(plain_bot: Bot, telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    first = ada.send("😀 one. two.")
    await plain_bot.get_updates()
    ada.send("this?", reply_to=first, quote="two.")
    message = (await plain_bot.get_updates())[-1].message
    assert message
    assert message.quote
    assert (message.quote.text, message.quote.position) == ("two.", 8)
    assert message.reply_to_message
    assert message.reply_to_message.text == "😀 one. two."


async def test_an_edited_message_arrives_as_such(plain_bot: Bot, telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    ada.edit(ada.send("one"), "two")
    first, second = await plain_bot.get_updates()
    assert first.message
    assert second.edited_message
    assert second.edited_message.text == "two"
    assert second.edited_message.message_id == first.message.message_id
    assert second.edited_message.edit_date


@pytest.mark.parametrize(
    ("sent", "attribute"),
    [
        (content.photo(caption="look"), "photo"),
        (content.document(caption="read"), "document"),
        (content.video(caption="watch"), "video"),
        (content.voice(), "voice"),
        (content.sticker(), "sticker"),
        (content.location(), "location"),
        (content.contact(), "contact"),
        (content.poll("Who?", "You", "Me"), "poll"),
        (content.dice(), "dice"),
    ],
)
async def test_every_kind_of_content_arrives(
    plain_bot: Bot, telegram: Telegram, sent: Content, attribute: str
) -> None:
    telegram.world.user(5).send(sent)
    message = await heard(plain_bot)
    assert getattr(message, attribute)
    assert message.caption == sent.fields.get("caption")


async def test_an_album_is_several_messages_of_one_group(
    plain_bot: Bot, telegram: Telegram
) -> None:
    telegram.world.user(5).send_album([content.photo(caption="both"), content.photo()])
    messages = [u.message for u in await plain_bot.get_updates() if u.message]
    assert [m.caption for m in messages] == ["both", None]
    assert len({m.media_group_id for m in messages} - {None}) == 1


async def test_people_cannot_send_what_apps_would_not_let_them(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    with pytest.raises(ValueError, match="no empty text"):
        ada.send("  ")
    with pytest.raises(ValueError, match="split a text"):
        ada.send("x" * 4097)
    with pytest.raises(ValueError, match="part of the message"):
        ada.send("?", reply_to=ada.send("one"), quote="two")


async def test_a_file_is_downloaded_as_it_was_sent(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5).send(content.document(b"%PDF-1.7 words", name="a.pdf"))
    message = await heard(plain_bot)
    assert message.document
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7 words"
    assert file.file_size == 14


async def test_a_file_over_20_mb_cannot_be_had(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5).send(content.document(size=20 * 1024 * 1024 + 1))
    message = await heard(plain_bot)
    assert message.document
    with pytest.raises(BadRequest, match="File is too big"):
        await message.document.get_file()


async def test_unknown_files_are_refused(plain_bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Invalid file_id"):
        await plain_bot.get_file("nonsense")
    with pytest.raises(InvalidToken, match="Not Found"):
        await plain_bot.request.retrieve(f"{plain_bot.base_file_url}/photos/none.jpg")


async def test_an_uploaded_file_stands_in_the_chat(plain_bot: Bot, telegram: Telegram) -> None:
    telegram.world.user(5)
    sent = await plain_bot.send_document(
        5, b"a,b\n", filename="table.csv", caption="<b>All</b>", parse_mode="HTML"
    )
    (message,) = telegram.world.chat(5).messages
    assert (message.text, message.marked("bold")) == ("All", ["All"])
    assert sent.document
    assert sent.document.file_name == "table.csv"
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"a,b\n"
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await plain_bot.send_document(5, sent.document.file_id, caption="x" * 1025)


async def test_commands_are_kept_by_language(plain_bot: Bot) -> None:
    await plain_bot.set_my_commands([BotCommand("help", "Help")])
    await plain_bot.set_my_commands([BotCommand("help", "Hilfe")], language_code="de")
    assert (await plain_bot.get_my_commands())[0].description == "Help"
    assert (await plain_bot.get_my_commands(language_code="de"))[0].description == "Hilfe"
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await plain_bot.set_my_commands([BotCommand("Help!", "Help")])


async def test_descriptions_are_kept_and_have_a_limit(plain_bot: Bot) -> None:
    await plain_bot.set_my_description("Context, never a verdict")
    await plain_bot.set_my_short_description("Context")
    await plain_bot.set_my_name("FC", language_code="de")
    assert (await plain_bot.get_my_description()).description == "Context, never a verdict"
    assert (await plain_bot.get_my_short_description("de")).short_description == "Context"
    assert (await plain_bot.get_my_name("de")).name == "FC"
    with pytest.raises(BadRequest, match="too long"):
        await plain_bot.set_my_description("x" * 513)


async def test_a_chat_tells_its_name_and_members(plain_bot: Bot, telegram: Telegram) -> None:
    world = telegram.world
    group = world.add_chat(ChatType.SUPERGROUP, "Town")
    ada, bea = world.user(5), world.user(6, first_name="Bea")
    world.set_member(group, ada.info, "creator")
    world.set_member(group, bea.info, "administrator")
    stranger = world.user(7)
    assert (await plain_bot.get_chat(group.id)).title == "Town"
    assert (await plain_bot.get_chat(5)).first_name == "Ada"
    places = [
        (await plain_bot.get_chat_member(group.id, who)).status
        for who in (ada.id, bea.id, stranger.id, world.bot["id"])
    ]
    assert places == ["creator", "administrator", "left", "member"]
    admins = await plain_bot.get_chat_administrators(group.id)
    assert {m.user.first_name for m in admins} == {"Ada", "Bea"}
    assert await plain_bot.get_chat_member_count(group.id) == 3
