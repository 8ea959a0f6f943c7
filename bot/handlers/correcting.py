"""Answers that showed what was hidden, removed or replaced since are changed where they stand.

What an answer shows is known by numbers: one of which any is not shown any more is drawn again
without it, and its numbers become those of what is left. So nothing else has to be remembered:
what was not changed before a stop of the bot is found again after it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from itertools import islice

from bot import wording
from bot.chats.manners import least, rank, rank_of
from bot.delivery import Outgoing
from bot.grouped import render_all
from bot.handlers.redrawing import what_is_left
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import plain
from bot.store.answers import KeptAnswer
from bot.store.replies import KEPT_S
from index.model import Answer
from index.reference import AnswerReference, references_from_json, references_to_json

_log = logging.getLogger(__name__)
# Reading their numbers costs some 0.2 ms each, between which others are answered.
_READ_AT_ONCE = 50
_A_ROUND = 64
_AT_ONCE = 16
# A message that is gone and a Telegram that is away look alike: it ends after about an hour.
_TRIES = 8
FIRST_PAUSE_S = 30.0
"""Until an edit is tried again; each further pause is twice as long."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """An answer that is to be changed."""

    chat_id: int
    due: float = 0.0
    tries: int = 0


class Corrections:
    """Changes answers of the last two days, some in each round."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._revision: int | None = None
        self._once_more = False
        self._waiting: dict[str, _Waiting] = {}

    async def look(self) -> None:
        """After a change of the library find the answers that it touches; change some of them."""
        revision = await self._tools.service.revision()
        changed = revision != self._revision
        if changed or self._once_more:
            await self._find()
            # What was searched before the change may have been kept after it.
            self._revision, self._once_more = revision, changed
        now = asyncio.get_running_loop().time()
        due = [row_id for row_id, one in self._waiting.items() if one.due <= now][:_A_ROUND]
        for start in range(0, len(due), _AT_ONCE):
            await asyncio.gather(*map(self._attend, due[start : start + _AT_ONCE]))

    async def _find(self) -> None:
        after = ""
        while kept := await self._tools.store.younger_than(
            KEPT_S, after_id=after, limit=_READ_AT_ONCE
        ):
            after = kept[-1].id
            for one, outdated in zip(kept, await self._outdated(kept), strict=True):
                # What a page of the web site answered has no chat.
                if outdated and one.chat_id:
                    self._waiting.setdefault(one.id, _Waiting(chat_id=one.chat_id))

    async def _outdated(self, kept: list[KeptAnswer]) -> list[bool]:
        of_each = [references_from_json(one.reference) for one in kept]
        flat = iter(await self._tools.service.outdated([r for rs in of_each for r in rs]))
        return [True in list(islice(flat, len(references))) for references in of_each]

    async def _attend(self, row_id: str) -> None:
        """Change one answer; where that fails, later."""
        waiting = self._waiting[row_id]
        if self._tools.delivery.flooded(waiting.chat_id):
            return
        kept = await self._tools.store.get(row_id, chat_id=waiting.chat_id)
        # It may show another answer by now, or have been forgotten.
        if kept is None or not any(await self._outdated([kept])):
            del self._waiting[row_id]
            return
        left = await self._left(kept)
        if await self._change(kept, left):
            await self._settle(kept, left)
        elif waiting.tries + 1 < _TRIES:
            pause_s = FIRST_PAUSE_S * 2.0**waiting.tries
            waiting.due = asyncio.get_running_loop().time() + pause_s
            waiting.tries += 1
            return
        elif kept.answer_id is not None:
            _log.info("an answer that shows what is hidden now could not be changed")
            await self._settle(kept, left)
        del self._waiting[row_id]

    async def _left(self, kept: KeptAnswer) -> tuple[Answer, ...]:
        """What goes on standing of an answer; in a group nothing it would not have come for."""
        left = await what_is_left(kept, self._tools.service)
        if not _is_group(kept.chat_id):
            return left
        settings = await self._tools.chats.get(kept.chat_id)
        before = max(rank_of(one.strength) for one in references_from_json(kept.reference))
        # Whether somebody asked is not kept: who did may ask again, the others are not disturbed.
        wanted = rank_of(least(settings.needed, asked=False))
        return left if rank(left) >= min(before, wanted) else ()

    async def _change(self, kept: KeptAnswer, left: tuple[Answer, ...]) -> bool:
        """Whether what is gone does not stand in the chat any more."""
        tools, chat_id, message_id = self._tools, kept.chat_id, kept.answer_id
        if message_id is None:  # on its way
            return False
        if await tools.replies.is_collapsed(chat_id, message_id):
            return True
        chosen = (await tools.chats.get(chat_id)).language
        t = tools.translators.of(chosen or kept.language)
        if left:
            return await tools.delivery.edit(chat_id, message_id, self._drawn(kept, left, t))
        if _is_group(chat_id) and await tools.delivery.delete(chat_id, message_id):
            await tools.replies.deleted(chat_id, message_id)
            return True
        gone = plain(wording.withdrawn(t))
        return await tools.delivery.edit(chat_id, message_id, Outgoing(html=gone.html))

    def _drawn(self, kept: KeptAnswer, left: tuple[Answer, ...], t: Translator) -> Outgoing:
        if _is_group(kept.chat_id):
            return self._tools.in_short(left, kept.id, t)
        return self._tools.outgoing(render_all(left, t), kept.id, t)

    async def _settle(self, kept: KeptAnswer, left: tuple[Answer, ...]) -> None:
        """Keep the numbers of what is left."""
        if left:
            reference = references_to_json([AnswerReference.of(answer) for answer in left])
            await self._tools.store.correct(kept, reference=reference)
        else:
            await self._tools.store.forget(kept.id)


def _is_group(chat_id: int) -> bool:
    return chat_id < 0
