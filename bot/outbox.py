"""Answers on their way to their chats: they outlive a flood, an outage and a crash.

An answer is kept as numbers before it is sent. One that Telegram surely did not get is rendered
again from them, without the claim, which is not kept.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.attempts import Mark
from bot.delivery import Delivery, Outgoing
from bot.store.answers import AnswerStore, KeptAnswer, new_id
from bot.store.chats import ChatStore
from bot.store.replies import Reply, ReplyStore
from bot.store.unsent import Unsent, UnsentStore

_AT_ONCE = 16


class Again(Protocol):
    """Renders a kept answer once more."""

    async def __call__(self, kept: KeptAnswer, language: str) -> Outgoing | None:
        """The message, or None where nothing of the answer is left."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InGroup:
    """What an answer in a group has beside one in private."""

    thread_id: int | None
    """The topic of a forum; None for General and where there are no topics."""
    claims: str
    """Digest of the claims that it answers."""
    found: str | None
    """Digest of the texts that it shows; None where it shows none."""
    in_place_of: int | None = None
    """A message of ours that waits to become the answer."""


class Outbox:
    """Sends answers, and those that are left over."""

    def __init__(
        self,
        *,
        unsent: UnsentStore,
        store: AnswerStore,
        replies: ReplyStore,
        chats: ChatStore,
        delivery: Delivery,
        again: Again,
    ) -> None:
        self._unsent = unsent
        self._store = store
        self._replies = replies
        self._chats = chats
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
        album: str | None = None,
        in_group: InGroup | None = None,
    ) -> bool:
        """Keep an answer and send it as a reply to its question; if Telegram is away, later.

        Args:
            chat_id: the chat.
            question_id: the message that asked.
            reference: JSON of the answers' references.
            language: in which it is to be drawn again.
            draw: makes the message, given the id of the kept answer.
            album: which the message that asked is a part of.
            in_group: where the chat is a group; there an answer is nothing but a reply.

        Returns:
            Whether it was sent or waits to be.
        """
        kept = KeptAnswer(
            id=new_id(),
            chat_id=chat_id,
            question_id=question_id,
            answer_id=None,
            reference=reference,
            language=language,
        )
        unsent = Unsent(
            answer_id=kept.id,
            chat_id=chat_id,
            language=language,
            thread_id=in_group.thread_id if in_group else None,
            claims=in_group.claims if in_group else None,
            found=in_group.found if in_group else None,
            in_place_of=in_group.in_place_of if in_group else None,
        )

        async def keep(*, leaving: bool) -> None:
            await self._store.add(
                chat_id=chat_id,
                question_id=question_id,
                reference=reference,
                language=language,
                album=album,
                row_id=kept.id,
                with_it=lambda file: self._unsent.insert(file, unsent, leaving=leaving),
            )

        self._under_way.add(kept.id)
        try:
            # Kept before it is sent: a button pressed at once, or after a crash, finds its answer.
            # What leaves at once is kept and marked as leaving in one transaction.
            at_once = unsent.in_place_of is None and self._delivery.free(chat_id)
            if not at_once:
                await keep(leaving=False)
            return await self._send(kept, unsent, draw(kept.id), keep if at_once else None)
        finally:
            self._under_way.discard(kept.id)

    async def holds(self, *, chat_id: int, question_id: int) -> bool:
        """Whether an answer to a message is on its way, or may have arrived before a crash."""
        return await self._unsent.holds(chat_id=chat_id, question_id=question_id)

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
                await self._send(kept, unsent, message)
        finally:
            self._under_way.discard(unsent.answer_id)

    async def _send(
        self, kept: KeptAnswer, unsent: Unsent, message: Outgoing, keep: Mark | None = None
    ) -> bool:
        """Send an answer; `keep` keeps it when it leaves, where that has not been done yet."""
        if unsent.in_place_of is not None:
            return await self._fill(kept, unsent, unsent.in_place_of, message)
        waits = True

        async def mark(*, leaving: bool) -> None:
            nonlocal waits, keep
            waits = not leaving
            if keep is None:
                await self._unsent.mark(kept.id, leaving=leaving)
            else:
                keep_now, keep = keep, None
                await keep_now(leaving=leaving)

        sent = await self._delivery.send_and_read(
            kept.chat_id,
            message,
            reply_to=kept.question_id,
            thread_id=unsent.thread_id,
            only_as_reply=unsent.claims is not None,
            mark=mark,
        )
        if sent is not None:
            if sent.chat_id != kept.chat_id:
                await self._chats.migrate(kept.chat_id, sent.chat_id)
                await self._store.moved(kept.id, chat_id=sent.chat_id)
            await self._arrived(kept, unsent, sent.chat_id, sent.message_id)
        elif not waits:
            await self._unsent.done(kept.id)
        return waits or sent is not None

    async def _fill(
        self, kept: KeptAnswer, unsent: Unsent, message_id: int, message: Outgoing
    ) -> bool:
        """Put an answer where a message of ours waits for it; made again, that does no harm."""
        filled = await self._delivery.edit(kept.chat_id, message_id, message)
        if filled:
            await self._arrived(kept, unsent, kept.chat_id, message_id)
        else:
            await self._store.forget(kept.id)
            await self._unsent.done(kept.id)
        return filled

    async def _arrived(
        self, kept: KeptAnswer, unsent: Unsent, chat_id: int, message_id: int
    ) -> None:
        """Remember where an answer stands; in a group also for how long it is to stand there."""
        settings = await self._chats.get(chat_id)
        reply = Reply(
            chat_id=chat_id, message_id=message_id, claims=unsent.claims, found=unsent.found
        )

        def note(file: sqlite3.Connection) -> None:
            self._unsent.remove(file, kept.id)
            if unsent.claims is not None:
                self._replies.insert(file, reply, delete_after_h=settings.delete_after_h)

        await self._store.sent(kept.id, answer_id=message_id, with_it=note)
