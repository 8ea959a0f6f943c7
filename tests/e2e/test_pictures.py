"""Text in pictures, from the file at Telegram to the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from support.drawing import TESSERACT, drawn, needs_tesseract
from support.group_chats import Town, different
from support.private_bot import CLAIM, Searching, running
from support.telegram import content, faults, gatherings, origins
from support.telegram.asking import guest_message, mention_guest
from support.telegram.server import Telegram
from support.telegram.validate import DOWNLOAD
from telegram import Bot

from bot.pictures.languages import PictureLanguages
from bot.pictures.messages import Pictures
from bot.pictures.reader import PictureLimits, PictureReader

PATIENCE_S = 90


def reading(binary: str = TESSERACT, **limits: int) -> Callable[[Bot], Pictures]:
    chosen = PictureLimits(**{"timeout_s": PATIENCE_S, **limits})
    return partial(
        Pictures,
        reader=PictureReader(binary, chosen),
        languages=PictureLanguages(installed=frozenset({"eng"})),
    )


def making(make: Callable[..., Pictures]) -> Callable[[Bot], Pictures]:
    return lambda bot: make(bot=bot)


@pytest.fixture
async def bot(telegram: Telegram, service: Searching, tmp_path: Path) -> AsyncIterator[None]:
    async with running(telegram, service, tmp_path, pictures=making(reading())):
        yield


with_bot = pytest.mark.usefixtures("bot")
pytestmark = needs_tesseract
SCREENSHOT = drawn(CLAIM)


@with_bot
async def test_help_says_that_pictures_are_read(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    ada.send("/help")
    assert "I read text in pictures too, such as screenshots." in (await ada.receives()).text


@with_bot
@pytest.mark.parametrize(
    "sent",
    [
        content.photo(SCREENSHOT),
        content.photo(SCREENSHOT, "Is this true?"),
        content.document(SCREENSHOT, name="shot.png", mime="image/png"),
    ],
    ids=["photo", "photo with a question", "document"],
)
async def test_the_text_of_a_picture_is_the_claim_and_the_answer_says_so(
    telegram: Telegram, service: Searching, sent: content.Content
) -> None:
    ada = telegram.world.user(5)
    ada.send(sent)
    answer = await ada.receives(timeout_s=PATIENCE_S)
    assert service.asked == [CLAIM]
    assert answer.marked("blockquote")[0] == CLAIM
    note = "🖼 Read from the picture; letters may be wrong."
    assert note in answer.marked("italic")
    ada.press(answer, "What readers said")
    turned = await ada.receives()
    assert turned.marked("blockquote")[0] == CLAIM
    assert note in turned.marked("italic")


@with_bot
async def test_a_caption_that_states_something_is_the_claim_itself(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    ada.send(content.photo(drawn("Something else is written here"), CLAIM))
    answer = await ada.receives(timeout_s=PATIENCE_S)
    assert service.asked == [CLAIM]
    assert "🖼" not in answer.text
    assert telegram.world.calls("getFile") == []


@with_bot
@pytest.mark.parametrize("caption", ["", "Is this true?"])
async def test_in_a_group_the_picture_that_a_summons_points_at_is_read_and_again_once_edited(
    telegram: Telegram, service: Searching, caption: str
) -> None:
    telegram.world.bot["can_read_all_group_messages"] = True
    town = await Town.founded(telegram)
    picture = town.bea.send(content.photo(SCREENSHOT, caption), to=town.chat)
    town.cem.send("/context", to=town.chat, reply_to=picture)
    answer = await town.chat.receives(timeout_s=PATIENCE_S)
    assert service.asked == [CLAIM]
    assert answer.reply_to is not None
    assert answer.reply_to.id == picture.id
    assert answer.text.startswith(f"{CLAIM}\n🖼 Read from the picture; letters may be wrong.\n")
    assert "Close match" in answer.text
    different(service)
    town.bea.edit(picture, content.photo(drawn("The reservoir at Sel is empty"), caption))
    changed = await town.chat.receives(timeout_s=PATIENCE_S)
    assert (changed.id, "What bats carry" in changed.text) == (answer.id, True)
    assert service.asked == [CLAIM, "The reservoir at Sel is empty"]


@with_bot
async def test_a_picture_that_a_reaction_asks_about_is_read(
    telegram: Telegram, service: Searching
) -> None:
    town = await Town.founded(telegram)
    gatherings.add_bot(town.chat, by=town.ada, status="administrator")
    await town.set("Reaction that asks")
    gatherings.react(town.cem, town.bea.send(content.photo(SCREENSHOT), to=town.chat), "🤔")
    await town.chat.receives(lambda m: "Close match" in m.text, timeout_s=PATIENCE_S)
    assert service.asked == [CLAIM]


@with_bot
async def test_a_forwarded_picture_is_a_question_where_forwards_are_and_else_is_left_alone(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot["can_read_all_group_messages"] = True
    town = await Town.founded(telegram)
    zoe = origins.from_hidden_user("Zoe")
    town.bea.forward(content.photo(SCREENSHOT), zoe, to=town.chat)
    await town.set("I answer: when asked")
    assert telegram.world.calls("getFile") == []
    for unread in (drawn(""), b"\xff\xd8\xff\xe0 no photo"):
        town.cem.forward(content.photo(unread), zoe, to=town.chat)
    town.cem.send(content.photo(SCREENSHOT), to=town.chat)
    picture = town.bea.forward(content.photo(SCREENSHOT), zoe, to=town.chat)
    answer = await town.chat.receives(lambda m: m.reply_to is not None, timeout_s=PATIENCE_S)
    assert answer.reply_to is not None
    assert (answer.reply_to.id, "Close match" in answer.text) == (picture.id, True)
    assert service.asked == [CLAIM]
    town.bea.forward(content.photo(drawn("The same burst of forwards")), zoe, to=town.chat)
    await town.chat.receives_nothing()
    assert service.asked == [CLAIM]


@with_bot
async def test_of_a_forwarded_album_one_picture_is_answered(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot["can_read_all_group_messages"] = True
    town = await Town.founded(telegram)
    await town.set("I answer: when asked")
    album = [content.photo(drawn("")), content.photo(SCREENSHOT), content.photo(SCREENSHOT)]
    town.bea.send_album(album, to=town.chat, origin=origins.from_hidden_user("Zoe"))
    await town.chat.receives(lambda m: m.reply_to is not None, timeout_s=PATIENCE_S)
    await town.chat.receives_nothing()
    assert service.asked == [CLAIM]
    assert len(telegram.world.calls("getFile")) == 2


@with_bot
@pytest.mark.parametrize("asks", ["pointing at it", "below it"])
async def test_a_picture_that_a_guest_asks_about_is_read(
    telegram: Telegram, service: Searching, asks: str
) -> None:
    world = telegram.world
    world.bot["supports_guest_queries"] = True
    ada, bea = world.user(5), world.user(6)
    if asks == "below it":
        mention = mention_guest(ada, content.photo(SCREENSHOT, "@factcontext_bot is this true?"))
    else:
        picture = guest_message(world, bea, content.photo(SCREENSHOT))
        mention = mention_guest(ada, "@factcontext_bot is this true?", reply_to=picture)
    (answer,) = await mention.answered(timeout_s=PATIENCE_S)
    assert service.asked == [CLAIM]
    assert "No more than a tenth of the water was lost." in answer["fields"]["text"]
    assert "🖼 Read from the picture; letters may be wrong." in answer["fields"]["text"]


@with_bot
async def test_a_guests_picture_without_text_gets_nothing(
    telegram: Telegram, service: Searching
) -> None:
    telegram.world.bot["supports_guest_queries"] = True
    ada = telegram.world.user(5)
    mention = mention_guest(ada, content.photo(drawn(""), "@factcontext_bot"))
    await telegram.world.called("getFile", timeout_s=PATIENCE_S)
    ada.send(CLAIM)
    await ada.receives(timeout_s=PATIENCE_S)
    assert mention.answer is None
    assert service.asked == [CLAIM]


@with_bot
async def test_an_edited_picture_is_read_again(telegram: Telegram, service: Searching) -> None:
    ada = telegram.world.user(5)
    question = ada.send(content.photo(SCREENSHOT))
    first = await ada.receives(timeout_s=PATIENCE_S)
    ada.edit(question, content.photo(drawn("The reservoir at Sel is empty")))
    second = await ada.receives(timeout_s=PATIENCE_S)
    assert (second.id, second.edited) == (first.id, True)
    assert service.asked == [CLAIM, "The reservoir at Sel is empty"]


@with_bot
async def test_of_an_album_one_picture_is_read(telegram: Telegram, service: Searching) -> None:
    ada = telegram.world.user(5)
    ada.send_album([content.photo(SCREENSHOT), content.photo(drawn("Another claim of others"))])
    await ada.receives(timeout_s=PATIENCE_S)
    await ada.receives_nothing()
    assert service.asked == [CLAIM]


@with_bot
@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (content.photo(drawn("")), "no text in this picture"),
        (content.photo(b"\xff\xd8\xff\xe0 no photo"), "could not read this picture"),
        (
            content.document(SCREENSHOT, mime="image/png", size=30 * 1024 * 1024),
            "too large for me",
        ),
    ],
    ids=["empty", "broken", "large"],
)
async def test_what_cannot_be_read_gets_one_line_that_says_why(
    telegram: Telegram, service: Searching, sent: content.Content, line: str
) -> None:
    ada = telegram.world.user(5)
    ada.send(sent)
    assert line in (await ada.receives(timeout_s=PATIENCE_S)).text
    assert service.asked == []
    ada.send(CLAIM)
    assert "Close match" in (await ada.receives(timeout_s=PATIENCE_S)).text


@with_bot
@pytest.mark.parametrize("method", ["getFile", DOWNLOAD])
async def test_a_picture_that_telegram_does_not_hand_out_is_said(
    telegram: Telegram, service: Searching, method: str
) -> None:
    telegram.faults.plan(faults.refused("file is temporarily unavailable"), method, times=None)
    ada = telegram.world.user(5)
    ada.send(content.photo(SCREENSHOT))
    assert "could not read this picture" in (await ada.receives(timeout_s=PATIENCE_S)).text
    assert service.asked == []


@with_bot
async def test_a_short_caption_is_searched_with_where_the_picture_holds_no_text(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    ada.send(content.photo(drawn(""), "Half the water is gone"))
    answer = await ada.receives(timeout_s=PATIENCE_S)
    assert service.asked == ["Half the water is gone"]
    assert "🖼" not in answer.text
