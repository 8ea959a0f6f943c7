"""A button under an answer shows another page of it, in place."""

from __future__ import annotations

from dataclasses import replace

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot import wording
from bot.callbacks import Turn, decode
from bot.grouped import claims_above, render_all, with_claims
from bot.handlers.echo import echoed
from bot.handlers.redrawing import what_is_left
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.pages import Page
from bot.replies import render_replies
from bot.store.answers import KeptAnswer
from index.library import Conversation
from index.model import Answer
from index.reference import references_from_json, references_to_json


class Buttons:
    """Turns pages, for as long as the answer is kept and something of it is left."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the wished page, or say plainly that the answer is gone."""
        query = update.callback_query
        if query is None:
            return
        message = query.message
        if message is None or message.chat.type != ChatType.PRIVATE:
            await self._tools.delivery.answer_callback(query.id)
            return
        t = await self._tools.translator(update)
        turn = decode(query.data)
        kept = (
            await self._tools.store.get(turn.answer_id, chat_id=message.chat.id) if turn else None
        )
        answers = await self._recall(kept) if kept else ()
        if turn is None or kept is None or not answers:
            gone = wording.not_kept(t) if kept is None else wording.withdrawn(t)
            await self._tools.delivery.answer_callback(query.id, gone)
            await self._tools.delivery.remove_buttons(message.chat.id, message.message_id)
            return
        claims, pictured = echoed(message)
        note = wording.from_picture(t) if pictured else ""
        answers = with_claims(answers, claims)
        if turn.comment:
            page = await self._replies(turn, kept, answers, t, note=note)
        else:
            page = render_all(answers, t, turn.claim, turn.view, turn.page, note=note)
        if page is None:
            gone = t.gettext("The replies are no longer there.")
            await self._tools.delivery.answer_callback(query.id, gone)
            return
        await self._tools.delivery.answer_callback(query.id)
        await self._tools.delivery.edit(
            message.chat.id, message.message_id, self._tools.outgoing(page, turn.answer_id, t)
        )

    async def _replies(
        self,
        turn: Turn,
        kept: KeptAnswer,
        answers: tuple[Answer, ...],
        t: Translator,
        *,
        note: str,
    ) -> Page | None:
        """What was replied to a comment of the answer; None where nothing of it is left."""
        threads = answers[turn.claim].discussion if turn.claim < len(answers) else ()
        if turn.comment not in {r.comment_id for thread in threads for r in thread.remarks}:
            return None
        conversation = await self._tools.service.conversation(turn.comment)
        if conversation is None or not conversation.replies:
            return None
        await self._note_quoted(turn.claim, kept, conversation)
        above = claims_above(answers, t, turn.claim, note=note)
        page = render_replies(conversation, t, turn.page, above)
        rows = tuple(tuple(replace(b, claim=turn.claim) for b in row) for row in page.buttons)
        return replace(page, buttons=rows, claim=turn.claim)

    async def _note_quoted(self, claim: int, kept: KeptAnswer, shown: Conversation) -> None:
        """The replies stand in the chat from now on: should one be hidden, that is changed."""
        references = list(references_from_json(kept.reference))
        replies = [reply.comment_id for reply in shown.replies]
        quoted = tuple(sorted({*references[claim].quoted, *replies}))
        references[claim] = replace(references[claim], quoted=quoted)
        await self._tools.store.correct(kept, reference=references_to_json(references))

    async def _recall(self, kept: KeptAnswer) -> tuple[Answer, ...]:
        answers = await what_is_left(kept, self._tools.service)
        # Of which nothing is left is not forgotten here: `correcting` has to find its message.
        return answers if any(answer.has_context for answer in answers) else ()
