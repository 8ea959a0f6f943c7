"""Notes what was asked in vain; a word reaches the disk once five chats asked the same."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from bot.store.unanswered import UnansweredStore
from bot.unanswered.crowd import LEAST_TELLING, Crowd
from bot.unanswered.stripping import GAP, joined, strip, telling
from embeddings.api import Vectors
from embeddings.errors import EmbeddingError
from index.model import Answer

_log = logging.getLogger(__name__)
_UNRELATED = (
    "the ferry leaves at noon",
    "vaccines were tested on children",
    "the price of bread went up",
    "a wolf was seen behind the cemetery",
    "she won the race by a second",
    "the judge released the accused",
    "solar panels lose power in heat",
    "how do you play this chord",
)
"""Sentences that have nothing to do with each other."""

Encode = Callable[[Sequence[str]], Awaitable[Vectors]]
"""Texts as claims, to (n, dimension) unit rows."""


class Unanswered:
    """Is told of answers; what goes wrong here reaches no chat."""

    def __init__(self, store: UnansweredStore, encode: Encode, crowd: Crowd) -> None:
        self._store = store
        self._encode = encode
        self._crowd = crowd
        self._one_by_one = asyncio.Lock()
        self._ready = False

    @property
    def keep_days(self) -> int:
        """For how long something is kept after it was asked last."""
        return self._store.keep_days

    async def note(self, chat_id: int, answers: Sequence[Answer]) -> None:
        """Note those of a chat's claims for which there was nothing."""
        for answer in answers:
            words = strip(answer.claim.text) if answer.abstained else ()
            if telling(words) < LEAST_TELLING:
                continue
            try:
                await self._note(chat_id, words)
            except (EmbeddingError, sqlite3.Error) as error:
                # Only its kind: what it says may hold a person's text.
                _log.warning("what was not found is not counted: %s", type(error).__name__)

    def forget(self, chat_id: int) -> None:
        """Forget that a chat asked."""
        self._crowd.forget(chat_id)

    async def sweep(self) -> None:
        """Delete from the disk what is too old."""
        await self._store.sweep()

    async def _note(self, chat_id: int, words: Sequence[str]) -> None:
        vector = await self._vector(_bare(words))
        async with self._one_by_one:
            await self._take_over()
            matter = self._crowd.hear(chat_id, words, vector)
            if matter is None:
                return
            text = self._crowd.wording(words, matter)
            if matter.row is not None:
                if not await self._store.again(matter.row, text):
                    self._crowd.drop(matter)
            elif text:
                matter.row = await self._store.add(text, chats=len(matter.chats))
            if text:
                matter.told = telling(text.split())

    async def _take_over(self) -> None:
        """Once: what is on disk already, and what this encoder's likeness means."""
        if self._ready:
            return
        kept = await self._store.all()
        # One at a time: others ask meanwhile, and no line is too short for it.
        unrelated = [await self._vector(text) for text in _UNRELATED]
        vectors = [await self._vector(_bare(one.text.split())) for one in kept]
        self._crowd.expect(np.stack(unrelated))
        for one, vector in zip(kept, vectors, strict=True):
            self._crowd.know(one.id, one.text.split(), vector)
        self._ready = True

    async def _vector(self, text: str) -> Vectors:
        vectors = await self._encode([text])
        vector: Vectors = vectors[0]
        return vector


def _bare(words: Sequence[str]) -> str:
    return joined([word for word in words if word != GAP])
