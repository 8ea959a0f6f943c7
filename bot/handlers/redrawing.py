"""A kept answer rendered once more, from its numbers."""

from __future__ import annotations

from bot.delivery import Outgoing
from bot.grouped import render_all
from bot.handlers.keyboards import outgoing
from bot.handlers.tools import Answering
from bot.i18n import Translators
from bot.pagelinks import PageLinks
from bot.store.answers import KeptAnswer
from index.model import Answer, Claim, Strength
from index.reference import AnswerReference, references_from_json


class Redrawing:
    """Shows what the library holds of an answer now; the claims are not kept."""

    def __init__(
        self, service: Answering, translators: Translators, pages: PageLinks | None
    ) -> None:
        self._service = service
        self._translators = translators
        self._pages = pages

    async def __call__(self, kept: KeptAnswer, language: str) -> Outgoing | None:
        """The first page, or None where the answer showed something and nothing of it is left."""
        references = references_from_json(kept.reference)
        answers = [await self._service.recall(reference) for reference in references]
        if not any(answers) and any(reference.passage_ids for reference in references):
            return None
        t = self._translators.of(language)
        shown = [a or _nothing(r) for a, r in zip(answers, references, strict=True)]
        return outgoing(render_all(shown, t), kept.id, t, pages=self._pages)


def _nothing(reference: AnswerReference) -> Answer:
    return Answer(claim=Claim(text=""), strength=Strength.NONE, generation=reference.generation)
