"""Answers on their way to private chats: they outlive a flood, an outage and a crash.

An answer is kept as numbers before it is sent. One that Telegram surely did not get is rendered
again from them, without the claim, which is not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from bot.delivery import Delivery, Outgoing
from bot.store.answers import AnswerStore, KeptAnswer, new_id
from bot.store.unsent import Unsent, UnsentStore

_AT_ONCE = 16


class Again(Protocol):
    """Renders a kept answer once more."""

    async def __call__(self, kept: KeptAnswer, language: str) -> Outgoing | None:
        """The message, or None where nothing of the answer is left."""
        ...


class Outbox:
    """Sends answers, and those that are left over."""

    def __init__(
        self, *, unsent: UnsentStore, store: AnswerStore, delivery: Delivery, again: Again
    ) -> None:
        self._unsent = unsent
        self._store = store
        self._delivery = delivery
        self._again = again
        self._under_way: set[str] = set()

    async def send(
        self,
        *,
        chat_id: int,
        question_id: int,
        reference: str,
        language: str,
        draw: Callable[[str], Outgoing],
    ) -> None:
        """Keep an answer and send it as a reply to its question; if Telegram is away, later.

        Args:
            chat_id: a private chat.
            question_id: the message that asked.
            reference: JSON of the answers' references.
            language: in which it is to be drawn again.
            draw: makes the message, given the id of the kept answer.
        """
        kept = KeptAnswer(
            id=new_id(),
            chat_id=chat_id,
            question_id=question_id,
            answer_id=None,
            reference=reference,
            language=language,
        )
        unsent = Unsent(answer_id=kept.id, chat_id=chat_id, language=language)
        self._under_way.add(kept.id)
        try:
            # Kept before it is sent: a button pressed at once, or after a crash, finds its answer.
            await self._store.add(
                chat_id=chat_id,
                question_id=question_id,
                reference=reference,
                language=language,
                row_id=kept.id,
                with_it=lambda connection: self._unsent.insert(connection, unsent),
            )
            await self._send(kept, draw(kept.id))
        finally:
            self._under_way.discard(kept.id)

    async def send_left(self) -> None:
        """Send what is left over from floods, outages and crashes."""
        left = [
            one for one in await self._unsent.waiting() if one.answer_id not in self._under_way
        ]
        for start in range(0, len(left), _AT_ONCE):
            await asyncio.gather(*map(self._send_again, left[start : start + _AT_ONCE]))

    async def _send_again(self, unsent: Unsent) -> None:
        if self._delivery.flooded(unsent.chat_id):
            return
        self._under_way.add(unsent.answer_id)
        try:
            kept = await self._store.get(unsent.answer_id, chat_id=unsent.chat_id)
            message = await self._again(kept, unsent.language) if kept else None
            if kept is None or message is None:
                await self._unsent.done(unsent.answer_id)
            else:
                await self._send(kept, message)
        finally:
            self._under_way.discard(unsent.answer_id)

    async def _send(self, kept: KeptAnswer, message: Outgoing) -> None:
        waits = True

        async def mark(*, leaving: bool) -> None:
            nonlocal waits
            waits = not leaving
            await self._unsent.mark(kept.id, leaving=leaving)

        sent = await self._delivery.send(
            kept.chat_id, message, reply_to=kept.question_id, mark=mark
        )
        if sent is not None:
            await self._store.sent(kept.id, answer_id=sent)
        if not waits:
            await self._unsent.done(kept.id)
