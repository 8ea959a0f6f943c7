"""A message in a private chat is a question; its answer follows it when it is edited."""

from __future__ import annotations

import logging
from collections import OrderedDict

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot import wording
from bot.delivery import Outgoing
from bot.grouped import render_all, without_context
from bot.handlers.excuses import PASSING, excuse
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import plain
from bot.reading import Said, read
from bot.store.answers import KeptAnswer
from index.model import Answer, Strength
from index.reference import AnswerReference, references_to_json
from index.text import count_words

_log = logging.getLogger(__name__)
_ALBUMS_REMEMBERED = 1_000


class Questions:
    """Extract, ask, render, deliver."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._albums: OrderedDict[str, None] = OrderedDict()

    async def on_message(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a new message, or say in one line what to send instead."""
        message = update.message
        if message is None or self._answers(message) or await self._answered(message):
            return
        t = await self._tools.translator(update)
        seen_album = await self._seen(message)
        said = await self._read(message, t, pictures=not seen_album)
        if said.claims:
            await self._answer(message, said, t, kept=None)
        elif not seen_album:
            await self._say(message, said.line)

    async def on_edit(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the message as it reads now, in the place of its earlier answer."""
        message = update.edited_message
        if message is None or self._answers(message):
            return
        t = await self._tools.translator(update)
        kept = await self._tools.store.answering(
            chat_id=message.chat_id, question_id=message.message_id
        )
        said = await self._read(message, t)
        if said.claims:
            await self._answer(message, said, t, kept=kept)
        elif kept is not None:
            await self._take_back(message, said.line, kept)

    async def _read(self, message: Message, t: Translator, *, pictures: bool = True) -> Said:
        async with self._tools.delivery.typing(message.chat_id):
            return await read(
                message,
                t,
                max_chars=self._tools.max_claim_chars,
                pictures=self._tools.pictures if pictures else None,
            )

    async def _answer(
        self, message: Message, said: Said, t: Translator, kept: KeptAnswer | None
    ) -> None:
        try:
            async with self._tools.delivery.typing(message.chat_id):
                answers = await self._tools.service.answer(
                    said.claims, patient=self._tools.presence.missed(message)
                )
        except PASSING as error:
            _log.warning("a claim was not answered: %s", type(error).__name__)
            await self._say(message, excuse(error, t))
            return
        if not any(answer.claim.text for answer in answers):
            await self._take_back(message, wording.unknown_page(t), kept)
        elif said.line and _of_a_word(answers):
            behind = answers[0].claim.links
            await self._take_back(message, wording.unknown_page(t) if behind else said.line, kept)
        elif kept is None or not await self._replace(kept, answers, said, t):
            await self._send(message, answers, said, t)
        if self._tools.unanswered is not None:
            await self._tools.unanswered.note(message.chat_id, answers)

    async def _send(
        self, message: Message, answers: tuple[Answer, ...], said: Said, t: Translator
    ) -> None:
        await self._tools.outbox.send(
            chat_id=message.chat_id,
            question_id=message.message_id,
            reference=_references(answers),
            language=t.code,
            draw=lambda answer_id: self._tools.outgoing(
                render_all(answers, t, note=said.note(t)),
                answer_id,
                t,
                later=self._tools.wishes.open,
            ),
            album=message.media_group_id,
        )

    def _answers(self, message: Message) -> bool:
        """Whether it is an answer already: one that was chosen by the bot's name in its own chat.

        Of what was shared elsewhere and is forwarded here somebody wants to know more.
        """
        mine = message.via_bot is not None and message.via_bot.id == self._tools.me().id
        return mine and message.forward_origin is None

    async def _answered(self, message: Message) -> bool:
        """Whether it was answered before a crash that hid this from Telegram."""
        return await self._tools.store.asked(
            chat_id=message.chat_id, question_id=message.message_id
        )

    async def _replace(
        self, kept: KeptAnswer, answers: tuple[Answer, ...], said: Said, t: Translator
    ) -> bool:
        """Put an answer where an earlier one stands; false where that message is gone."""
        if kept.answer_id is None:
            return False
        waits = await self._tools.wishes.still(
            kept.id, without_context(answers), chat_id=kept.chat_id
        )
        page = self._tools.outgoing(
            render_all(answers, t, note=said.note(t)),
            kept.id,
            t,
            later=self._tools.wishes.open,
            waits=waits,
        )
        await self._tools.store.replace(kept.id, reference=_references(answers))
        edited = await self._tools.delivery.edit(kept.chat_id, kept.answer_id, page)
        if not edited:
            await self._tools.store.forget(kept.id)
        return edited

    async def _take_back(self, message: Message, line: str, kept: KeptAnswer | None) -> None:
        """Say something in one line, in the place of an earlier answer where there is one."""
        if kept is None or kept.answer_id is None:
            await self._say(message, line)
        else:
            edit = Outgoing(html=plain(line).html)
            # What is hidden later is not looked for here any more.
            nothing = AnswerReference(
                generation=self._tools.service.generation or "", strength=Strength.NONE
            )
            await self._tools.store.replace(kept.id, reference=nothing.to_json())
            # Its button to stop waiting goes with the answer.
            await self._tools.wishes.still(kept.id, (), chat_id=kept.chat_id)
            await self._tools.delivery.edit(kept.chat_id, kept.answer_id, edit)

    async def _say(self, message: Message, line: str) -> None:
        await self._tools.delivery.send(
            message.chat_id, Outgoing(html=plain(line).html), reply_to=message.message_id
        )

    async def _seen(self, message: Message) -> bool:
        """Whether another part of the same album came before; an album is one question."""
        album = message.media_group_id
        if album is None:
            return False
        # A crash may have come between two parts.
        seen = album in self._albums or await self._tools.store.asked_by_album(
            chat_id=message.chat_id, album=album
        )
        self._albums[album] = None
        while len(self._albums) > _ALBUMS_REMEMBERED:
            self._albums.popitem(last=False)
        return seen


def _of_a_word(answers: tuple[Answer, ...]) -> bool:
    """Whether nothing was found for one word: "Thanks" states nothing, now or later."""
    return all(one.abstained for one in answers) and (
        sum(count_words(one.claim.text) for one in answers) == 1
    )


def _references(answers: tuple[Answer, ...]) -> str:
    return references_to_json([AnswerReference.of(answer) for answer in answers])
