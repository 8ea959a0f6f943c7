"""The operators' commands, over HTTP against the stand-in, on a real library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from support import answers as samples
from support.collection import load
from support.documents import article, remark
from support.group_chats import Town
from support.private_bot import CLAIM, Searching, running
from support.telegram.messages import Message
from support.telegram.people import User
from support.telegram.server import Telegram

from bot.handlers.operating import Operators
from index.library import Library

OPERATOR = 9
LINK = "https://outlet.example/sel"
WAIT_S = 30.0


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite3") as opened:
        text = "The reservoir fell by three metres after the storm, engineers said."
        comment = remark("a", "I live below the dam, nothing happened.", author="Mara")
        load(opened, [article("Sel dam holds", text, comments=(comment,), url=LINK)])
        yield opened


@pytest.fixture(autouse=True)
async def bot(
    telegram: Telegram, service: Searching, library: Library, tmp_path: Path
) -> AsyncIterator[None]:
    operators = Operators(users=frozenset({OPERATOR}), library=library)
    async with running(telegram, service, tmp_path, operators=operators):
        yield


async def said(person: User, text: str) -> str:
    """What the bot replies to a message."""
    asked = person.send(text)

    def replies(message: Message) -> bool:
        return message.reply_to is not None and message.reply_to.id == asked.id

    return (await person.receives(replies, timeout_s=WAIT_S)).text


async def test_status_tells_what_answers_how_old_it_is_and_what_waits(
    telegram: Telegram, service: Searching
) -> None:
    service.waiting = 3
    lines = (await said(telegram.world.user(OPERATOR), "/status")).splitlines()
    assert lines[0] == "Index in use: 0001"
    assert lines[1].startswith("Built: 2026-01-02 03:04 UTC, ")
    assert lines[1].endswith(" ago")
    assert lines[2:] == [
        "Documents: 1 with 1 comments",
        "Passages: 1 reporting, 1 discussion",
        "Waiting: 3 claims, 0 calls",
    ]


async def test_before_anything_was_built_status_says_so(
    telegram: Telegram, service: Searching
) -> None:
    service.generation = service.built_at = None
    text = await said(telegram.world.user(OPERATOR), "/status")
    assert text.startswith("Index in use: none\nDocuments: 1")


async def test_stats_count_the_answers_and_abstentions_of_the_day(
    telegram: Telegram, service: Searching
) -> None:
    ada = telegram.world.user(5)
    for sample in (samples.strong(), samples.strong(), samples.abstained()):
        service.sample = sample
        ada.send(CLAIM)
        await ada.receives(timeout_s=WAIT_S)
    text = await said(telegram.world.user(OPERATOR), "/stats")
    assert text.splitlines()[1:3] == ["Answers: 2, 2 strong", "Abstentions: 1"]


async def test_an_article_is_hidden_by_its_link_with_the_reason_and_shown_again(
    telegram: Telegram, library: Library
) -> None:
    operator = telegram.world.user(OPERATOR)
    assert await said(operator, f"/hide {LINK} the outlet withdrew it") == "1 document hidden."
    (made,) = library.takedowns()
    assert made.reason == "the outlet withdrew it"
    again = await said(operator, "/hide 1 once more")
    assert again == "0 documents hidden; 1 hidden already."
    assert await said(operator, f"/unhide {LINK}") == "1 document shown again."
    assert list(library.takedowns()) == []


async def test_a_comment_is_hidden_by_its_number(telegram: Telegram, library: Library) -> None:
    operator = telegram.world.user(OPERATOR)
    assert await said(operator, "/hide comment:1 libel") == "1 comment hidden."
    assert [one.comment_id for one in library.takedowns()] == [1]


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("/hide", "Say what and why: /hide LINK REASON"),
        (f"/hide {LINK}", "Say what and why: /hide LINK REASON"),
        ("/hide 999 because", "No stored document is or came from 999; nothing hidden."),
        ("/unhide", "Say what: /unhide LINK"),
        ("/unhide 1", "Nothing that is hidden is 1; nothing changed."),
    ],
)
async def test_what_cannot_be_done_is_said(
    telegram: Telegram, library: Library, command: str, fault: str
) -> None:
    assert fault in await said(telegram.world.user(OPERATOR), command)
    assert list(library.takedowns()) == []


async def test_for_anybody_else_they_are_what_any_unknown_command_is(
    telegram: Telegram, service: Searching, library: Library
) -> None:
    ada = telegram.world.user(5)
    unknown = await said(ada, "/nosuchcommand")
    for command in ("/status", "/stats", "/hide", "/unhide"):
        assert await said(ada, command) == unknown
    ada.send(f"/hide {LINK} {CLAIM}")
    assert "Close match" in (await ada.receives(timeout_s=WAIT_S)).text
    assert len(service.asked) == 1
    assert list(library.takedowns()) == []


async def test_in_a_group_they_are_nothing_to_the_bot(
    telegram: Telegram, library: Library
) -> None:
    town = await Town.founded(telegram)
    telegram.world.bot["can_read_all_group_messages"] = True
    operator = telegram.world.user(OPERATOR)
    operator.send(f"/hide {LINK} because", to=town.chat)
    operator.send("/status", to=town.chat)
    assert await said(operator, "/status")
    await town.chat.receives_nothing()
    assert list(library.takedowns()) == []
