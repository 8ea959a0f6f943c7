"""The whole bot, as it is served, driven with marked texts that must be found nowhere afterwards.

Real library, generations, store, OCR and logs (the most talkative ones); only Telegram is the
stand-in, and the encoder one that costs nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.collection import TOPICS, collection, load
from support.documents import article
from support.drawing import TESSERACT, drawn
from support.group_chats import until
from support.product import Product
from support.served import served
from support.telegram import content, gatherings
from support.telegram.asking import ask_inline, mention_guest
from support.telegram.chats import ChatType
from support.telegram.people import User
from support.telegram.server import Telegram
from support.word_encoder import WordEncoder
from telegram import Update

from bot import wiring
from bot.inbox import Inbox
from bot.log import configure_logging
from bot.settings.logs import LogFormat, LogLevel
from bot.store.pending import Pending, PendingStore
from index.generation import build, promote

MARK = "zyzzyva"
ADA = 987_654_321
KNOWN = f"What happened to the {TOPICS[2]} is told only2 here"
LATER = "Quantum zebras juggle marmalade at the harbour every morning"
PATIENCE_S = 90


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Product:
    monkeypatch.setattr(wiring, "load_encoder", lambda _settings: WordEncoder())
    made = Product.at(tmp_path / "data")
    with wiring.open_library(made.settings()) as library:
        load(library, collection(0, 6))
    rebuilt(made)
    return made


def rebuilt(product: Product) -> None:
    with wiring.workshop(product.settings()) as tools:
        name = build(tools.library, tools.encoder, tools.vectors, tools.folder)
        promote(tools.folder, name)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Where every log line of the process goes, debugging ones included."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    path = tmp_path / "log.txt"
    with path.open("w") as stream:
        configure_logging(LogLevel.DEBUG, LogFormat.CONSOLE, stream)
        yield path
    root.handlers[:] = handlers
    root.setLevel(level)


def traces(folder: Path, *words: str) -> list[str]:
    """Files below a folder that hold one of the words, in any encoding that something writes."""
    forms = [w.encode(code) for w in words for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return [
        f"{path.relative_to(folder)}: {word!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for word in forms
        if word in path.read_bytes()
    ]


def test_the_search_for_traces_would_find_one(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"\0\1zyzzyva\2")
    assert traces(tmp_path, MARK, "other") == ["below/file: b'zyzzyva'"]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Has the bot keep every update before it is handled, as under load; counts them by kind."""
    counted: Counter[str] = Counter()
    keep, take = PendingStore.keep, Inbox.take

    async def counting(store: PendingStore, updates: Sequence[Pending]) -> None:
        counted.update(kind for one in updates for kind in one.update if kind != "update_id")
        await keep(store, updates)

    async def taking(inbox: Inbox, updates: Sequence[Update]) -> list[Update]:
        new = await take(inbox, updates)
        for update in new:
            await inbox.safe(update.update_id, within_s=0.0)
        return new

    monkeypatch.setattr(PendingStore, "keep", counting)
    monkeypatch.setattr(Inbox, "take", taking)
    return counted


async def test_no_text_of_anybody_is_found_in_any_file_or_log(
    product: Product, telegram: Telegram, log: Path, tmp_path: Path, kept: Counter[str]
) -> None:
    world = telegram.world
    world.bot |= {"supports_inline_queries": True, "supports_guest_queries": True}
    ada = world.user(ADA, first_name=f"Ada{MARK}", username=f"ada{MARK}")
    # One chat is fewer than five: what many ask in vain may be kept, and still nothing is.
    async with served(product, telegram, unanswered_kept_days=30):
        await asks_in_private(ada)
        await asks_from_elsewhere(ada)
        await asks_in_a_group(ada)
        await posts_in_a_channel(ada, product.data)
        await waits_and_is_told(ada, product, tmp_path)
        assert traces(tmp_path, MARK) == []
        ada.send("/mydata")
        assert "answers, as numbers" in (await ada.receives(timeout_s=PATIENCE_S)).text
        ada.send("/forget")
        assert "Deleted" in (await ada.receives(timeout_s=PATIENCE_S)).text
        assert traces(tmp_path, MARK) == []
    assert traces(tmp_path, MARK, telegram.token) == []
    assert traces(log.parent, str(ADA)) == []
    assert traces(log.parent, "answers now") == ["log.txt: b'answers now'"]
    assert {
        "message",
        "edited_message",
        "edited_channel_post",
        "callback_query",
        "inline_query",
        "guest_message",
        "my_chat_member",
    } <= kept.keys()


POISONED = "the drinking water of the reservoir is poisoned"
RUMOURS = (
    f"{POISONED} since 4 March 4711, says Dr. {MARK.title()}",
    f"Is it true that {POISONED}? {MARK}@mail.example",
    f"{POISONED}, t.me/{MARK} has 4711 proofs",
    f"@{MARK} says {POISONED}, call 0171 4711 4711",
    f"{POISONED} and {MARK} knows",
)


async def test_of_what_five_chats_ask_in_vain_no_name_and_number_is_found(
    product: Product, telegram: Telegram, log: Path, tmp_path: Path
) -> None:
    people = [telegram.world.user(ADA + n) for n in range(5)]
    async with served(product, telegram, unanswered_kept_days=30):
        for person, rumour in zip(people, RUMOURS, strict=True):
            assert traces(tmp_path, "poisoned") == []
            person.send(rumour)
            await person.receives(timeout_s=PATIENCE_S)
        await until(product.data, "SELECT asked FROM unanswered", 5)
        assert {trace.split(":")[0] for trace in traces(tmp_path, POISONED)} <= {
            "data/bot.sqlite3",
            "data/bot.sqlite3-wal",
        }
        assert traces(tmp_path, POISONED) != []
        assert traces(tmp_path, MARK, MARK.title(), "4711") == []
    assert traces(log.parent, str(ADA)) == []


async def asks_in_private(ada: User) -> None:
    """Words, a picture, an edit, a vote, and things that state nothing."""
    question = ada.send(f"{KNOWN} {MARK}")
    answer = await ada.receives(timeout_s=PATIENCE_S)
    assert "Report 2 on the glacier" in answer.text
    await ada.press(answer, "👎").answered(timeout_s=PATIENCE_S)
    ada.edit(question, f"{KNOWN} edited {MARK}")
    await ada.receives(timeout_s=PATIENCE_S)
    ada.send(content.contact(name=MARK))
    await ada.receives(timeout_s=PATIENCE_S)
    ada.send(content.photo(b"\xff\xd8 no picture", f"{MARK}?"))
    await ada.receives(timeout_s=PATIENCE_S)
    if TESSERACT:
        ada.send(content.photo(drawn(f"{KNOWN} {MARK}")))
        read = await ada.receives(timeout_s=PATIENCE_S)
        assert MARK in read.text


async def asks_from_elsewhere(ada: User) -> None:
    """An inline query and a mention as a guest."""
    asked = ask_inline(ada, f"{KNOWN} {MARK}")
    assert await asked.answered(timeout_s=PATIENCE_S)
    guest = mention_guest(ada, f"@factcontext_bot {KNOWN} {MARK}")
    assert await guest.answered(timeout_s=PATIENCE_S)


async def asks_in_a_group(ada: User) -> None:
    """A command, an edit, a mention under a message, an objection."""
    chat = gatherings.group(ada.world, f"Town {MARK}")
    gatherings.joins(chat, ada, "administrator")
    gatherings.add_bot(chat, by=ada)
    await chat.receives(timeout_s=PATIENCE_S)
    gatherings.add_bot(chat, by=ada, status="administrator")
    question = ada.send(f"/context {KNOWN} {MARK}", to=chat)
    assert "Report 2 on the glacier" in (await chat.receives(timeout_s=PATIENCE_S)).text
    ada.edit(question, f"/context What happened to the {TOPICS[1]} is told only1 here {MARK}")
    answer = await chat.receives(timeout_s=PATIENCE_S)
    await ada.press(answer, "Not useful").answered(timeout_s=PATIENCE_S)
    claim = ada.send(f"What happened to the {TOPICS[3]} is told only3 here {MARK}", to=chat)
    ada.send(f"@factcontext_bot {MARK}?", to=chat, reply_to=claim)
    reply = await chat.receives(lambda m: "Report 3" in m.text, timeout_s=PATIENCE_S)
    assert reply.reply_to is not None


async def posts_in_a_channel(ada: User, data: Path) -> None:
    """A post whose copy is answered in the discussion group, and its edit."""
    talk = gatherings.group(ada.world, f"Talk {MARK}")
    channel = gatherings.group(ada.world, f"Paper {MARK}", ChatType.CHANNEL)
    gatherings.link(channel, talk)
    for chat in (talk, channel):
        gatherings.joins(chat, ada, "creator")
    gatherings.add_bot(talk, by=ada)
    await talk.receives(timeout_s=PATIENCE_S)
    gatherings.add_bot(talk, by=ada, status="administrator")
    gatherings.add_bot(channel, by=ada)
    await until(data, "SELECT COUNT(*) FROM chats", 3)
    post, copy = gatherings.publish(channel, f"{KNOWN} {MARK}", by=ada)
    reply = await talk.receives(lambda m: "Report 2" in m.text, timeout_s=PATIENCE_S)
    gatherings.revise(post, copy, f"{LATER} {MARK}", by=ada)
    await talk.loses(reply, timeout_s=PATIENCE_S)


async def waits_and_is_told(ada: User, product: Product, folder: Path) -> None:
    """A claim without context that gets some with the next generation."""
    ada.send(f"{LATER} {MARK}")
    nothing = await ada.receives(timeout_s=PATIENCE_S)
    await ada.press(nothing, "Tell me when there is context").answered(timeout_s=PATIENCE_S)
    await ada.receives(timeout_s=PATIENCE_S)
    ada.send("/mydata")
    assert MARK in (await ada.receives(timeout_s=PATIENCE_S)).text
    assert traces(folder, MARK) == []
    with wiring.open_library(product.settings()) as library:
        zebras = article("The zebras of the harbour", f"{LATER}.", record="z")
        load(library, [zebras], path="more.jsonl")
    rebuilt(product)
    told = await ada.receives(lambda m: "🔔" in m.text, timeout_s=PATIENCE_S)
    assert "Close match" in told.text
    assert MARK in told.text
    assert (await ada.receives(timeout_s=PATIENCE_S)).id == nothing.id
