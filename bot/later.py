"""Looking again: each new generation is searched once for what people wait for."""

from __future__ import annotations

import asyncio
import logging

from bot import wording
from bot.grouped import render_all
from bot.handlers.excuses import PASSING
from bot.handlers.tools import Tools
from bot.store.wishes import Wish
from index.model import Answer, Claim, Strength
from index.reference import AnswerReference, references_to_json

_log = logging.getLogger(__name__)
_AT_ONCE = 50
# People who ask now come first: one wish at a time, with room for others between.
_PAUSE_S = 0.05


class Later:
    """Tells people, once each, that there is context now."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._done: str | None = None

    async def look(self) -> None:
        """Search the generation in use for every wish that it was not searched for yet."""
        generation = self._tools.service.generation
        if generation is None or generation == self._done:
            return
        while wishes := await self._tools.wishes.unchecked(generation, limit=_AT_ONCE):
            for wish in wishes:
                if not await self._look_for(wish, generation):
                    return
                await asyncio.sleep(_PAUSE_S)
        self._done = generation

    async def _look_for(self, wish: Wish, generation: str) -> bool:
        """Search for one wish; false where the search is busy and this has to wait."""
        try:
            answers = await self._tools.service.answer(
                [Claim(text=c) for c in wish.claims], patient=True
            )
        except PASSING as error:
            _log.info("looking again is put off: %s", type(error).__name__)
            return False
        if any(answer.strength is Strength.STRONG for answer in answers):
            # Taken before it is told: a crash in between costs the message, never sends two.
            if await self._tools.wishes.take(wish.id, chat_id=wish.chat_id):
                await self._tell(wish, answers)
        else:
            await self._tools.wishes.mark(wish.id, checked=generation)
        return True

    async def _tell(self, wish: Wish, answers: tuple[Answer, ...]) -> None:
        tools = self._tools
        chosen = (await tools.chats.get(wish.chat_id)).language
        t = tools.translators.of(chosen or wish.language)
        page = render_all(answers, t, note=wording.come_later(t))
        # What was waited for outlives a flood and an outage as an answer does.
        await tools.outbox.send(
            chat_id=wish.chat_id,
            question_id=wish.message_id,
            reference=references_to_json([AnswerReference.of(answer) for answer in answers]),
            language=t.code,
            draw=lambda answer_id: tools.outgoing(page, answer_id, t),
        )
        await tools.delivery.remove_buttons(wish.chat_id, wish.message_id)
