from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import answers as samples
from support.encoders import encoder
from support.word_encoder import WordEncoder

from bot.store.database import Database
from bot.store.unanswered import TABLES, UnansweredStore
from bot.unanswered.crowd import Crowd
from bot.unanswered.noting import Unanswered
from embeddings.api import Role, Vectors
from embeddings.errors import EncoderBusyError
from index.model import Answer, Claim

RUMOUR = "the water of the reservoir is poisoned since 4 March by Marlene"
KEPT = "the water of the reservoir is poisoned since … by …"


def nothing_for(claim: str) -> Answer:
    return replace(samples.abstained(), claim=Claim(text=claim))


class Place:
    def __init__(self, database: Database) -> None:
        self.encoder = WordEncoder(dimension=256)
        self.database = database
        self.store = UnansweredStore(database, keep_days=30)
        self.started()

    def started(self) -> None:
        """As after a restart of the bot."""
        crowd = Crowd(keep_s=1e6, now=self.database.now)
        self.noting = Unanswered(self.store, self.encode, crowd)

    async def encode(self, texts: Sequence[str]) -> Vectors:
        return self.encoder.encode(texts, Role.QUERY)

    async def asked(self, *chats: int, claim: str = RUMOUR) -> list[tuple[str, int]]:
        for chat_id in chats:
            await self.noting.note(chat_id, [nothing_for(claim)])
        return [(one.text, one.chats) for one in await self.store.all()]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    database = Database.open(tmp_path / "bot.sqlite3", [TABLES])
    yield Place(database)
    await database.aclose()


async def test_the_fifth_chat_brings_it_to_disk_and_further_ones_count(place: Place) -> None:
    assert await place.asked(1, 2, 3, 4, 4, 1) == []
    assert await place.asked(5) == [(KEPT, 5)]
    assert await place.asked(6, 5, 7, 6) == [(KEPT, 7)]


async def test_a_wording_that_more_chats_share_takes_its_place(place: Place) -> None:
    better = "the drinking water of the reservoir is poisoned"
    await place.asked(1, 2, 3, claim="the water of the reservoir is poisoned")
    assert await place.asked(4, 5, claim=better) == [
        ("the … water of the reservoir is poisoned", 5)
    ]
    assert await place.asked(6, 6, claim=better) == [(better, 6)]


async def test_what_was_answered_or_says_nothing_is_not_noted(place: Place) -> None:
    for chat_id in range(9):
        found: list[Answer] = [samples.strong(), nothing_for("Anna Weber 57")]
        await place.noting.note(chat_id, found)
    assert await place.store.all() == []
    assert place.encoder.encoded == []


async def test_after_a_restart_it_is_known_again_but_less_than_five_is_forgotten(
    place: Place,
) -> None:
    other = "wolves were seen behind our school"
    await place.asked(1, 2, 3, 4, 5)
    await place.asked(1, 2, 3, 4, claim=other)
    place.started()
    assert await place.asked(6) == [(KEPT, 6)]
    assert await place.asked(5, claim=other) == [(KEPT, 6)]


async def test_what_the_operator_deleted_takes_five_chats_again(place: Place) -> None:
    await place.asked(1, 2, 3, 4, 5)
    await place.store.delete(None)
    assert await place.asked(6, 1, 2, 3, 4) == []
    assert await place.asked(5) == [(KEPT, 5)]


async def test_five_at_once_are_kept_once(place: Place) -> None:
    await asyncio.gather(*(place.asked(chat_id) for chat_id in range(8)))
    assert await place.asked() == [(KEPT, 8)]


async def test_a_busy_encoder_costs_the_count_and_nothing_else(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    def busy() -> None:
        raise EncoderBusyError(RUMOUR)

    await place.asked(1, 2, 3, 4)
    place.encoder.before = busy
    with caplog.at_level(logging.DEBUG):
        assert await place.asked(5) == []
    assert caplog.messages == ["what was not found is not counted: EncoderBusyError"]
    place.encoder.before = lambda: None
    assert await place.asked(5) == [(KEPT, 5)]


POISON = (
    "The water in the reservoir has been poisoned since 12 March, says Anna Weber",
    "Is it true that someone poisoned the reservoir?",
    "somebody put poison into our drinking water reservoir, 4,000 sick already",
    "They say the town's reservoir water is poisoned, call 0171 2345678",
    "I heard that poison was poured in the reservoir near Sel and hundreds got sick",
)
CHIPS = (
    "Vaccines contain microchips made by Bill Gates",
    "the new vaccine has a microchip inside that tracks you, 5G",
    "they put tracking chips into the vaccines, 5G turns them on",
    "did you know there are microchips in vaccines?",
    "doctors admit that vaccines carry tiny tracking chips",
)
OTHERS = (
    "the tap water tastes of chlorine these days",
    "The lake is full of dead fish",
    "vaccines make women infertile",
    "The bank will freeze all savings over 10,000 euros next Monday",
    "the bank was robbed by masked men at night",
)


@pytest.mark.soak
async def test_the_bots_own_model_tells_wordings_of_a_rumour_from_other_rumours(
    place: Place,
) -> None:
    real = encoder()

    async def encode(texts: Sequence[str]) -> Vectors:
        return real.encode(texts, Role.QUERY)

    crowd = Crowd(keep_s=1e6, now=place.database.now)
    place.noting = Unanswered(place.store, encode, crowd)
    for chat_id, three in enumerate(zip(POISON, CHIPS, OTHERS, strict=True)):
        for claim in three:
            await place.asked(chat_id, claim=claim)
    assert await place.asked() == [
        ("… poison … the reservoir …", 5),
        ("… vaccines … tracking …", 5),
    ]


async def test_a_full_disk_costs_one_count_and_nothing_else(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_text: str, *, chats: int) -> int:
        raise sqlite3.OperationalError(f"database or disk is full, {chats}")

    with monkeypatch.context() as broken:
        broken.setattr(place.store, "add", full)
        assert await place.asked(1, 2, 3, 4, 5) == []
    assert await place.asked(6) == [(KEPT, 6)]


async def test_each_claim_of_a_message_counts(place: Place) -> None:
    other = "wolves were seen behind our school"
    for chat_id in range(5):
        both = [nothing_for(RUMOUR), nothing_for(other)]
        await place.noting.note(chat_id, both)
    assert sorted(await place.asked()) == [(KEPT, 5), (other, 5)]


async def test_who_is_forgotten_does_not_count_any_more(place: Place) -> None:
    await place.asked(1, 2, 3, 4)
    place.noting.forget(1)
    assert await place.asked(5) == []
