"""A kept answer rendered once more, from its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from telegram import User

from bot.delivery import Outgoing
from bot.grouped import render_all
from bot.handlers.keyboards import in_short, outgoing
from bot.i18n import Translators
from bot.pagelinks import PageLinks
from bot.store.answers import KeptAnswer
from index.model import Answer, Claim
from index.reference import AnswerReference, references_from_json


class Recalling(Protocol):
    """Shows earlier answers; `index.service.AnswerService` is one."""

    async def recall(self, reference: AnswerReference) -> Answer | None:
        """An earlier answer without what was hidden since; None when nothing of it is left."""
        ...


class Redrawing:
    """Shows what the library holds of an answer now; the claims are not kept."""

    def __init__(
        self,
        service: Recalling,
        translators: Translators,
        pages: PageLinks | None,
        me: Callable[[], User],
    ) -> None:
        self._service = service
        self._me = me
        self._translators = translators
        self._pages = pages

    async def __call__(self, kept: KeptAnswer, language: str) -> Outgoing | None:
        """The first page, or None where the answer showed something and nothing of it is left."""
        left = await what_is_left(kept, self._service)
        if not left:
            return None
        t = self._translators.of(language)
        if kept.chat_id < 0:
            bot_name = self._me().username or ""
            return in_short(left, kept.id, t, bot_name=bot_name, pages=self._pages)
        return outgoing(render_all(left, t), kept.id, t, pages=self._pages)


async def what_is_left(kept: KeptAnswer, service: Recalling) -> tuple[Answer, ...]:
    """An answer for each claim; empty where they showed something and nothing of it is left.

    Of a claim whose answer was withdrawn the strength is left: it did not go without context.
    """
    references = references_from_json(kept.reference)
    answers = [await service.recall(reference) for reference in references]
    if not any(answers) and any(reference.passage_ids for reference in references):
        return ()
    return tuple(a or _nothing(r) for a, r in zip(answers, references, strict=True))


def _nothing(reference: AnswerReference) -> Answer:
    claim = Claim(text="")
    return Answer(claim=claim, strength=reference.strength, generation=reference.generation)
