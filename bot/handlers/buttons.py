"""A button under an answer shows another page of it, in place."""

from __future__ import annotations

from dataclasses import replace

from telegram import MaybeInaccessibleMessage, Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from bot.callbacks import Turn, decode
from bot.handlers.tools import Tools, outgoing
from bot.render import render
from index.model import Answer, Claim
from index.reference import AnswerReference


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
        t = self._tools.translator(update)
        turn = decode(query.data)
        answer = await self._recall(turn, message.chat.id) if turn else None
        if turn is None or answer is None:
            gone = t.gettext("This answer is no longer kept. Send the claim again.")
            await self._tools.delivery.answer_callback(query.id, gone)
            await self._tools.delivery.remove_buttons(message.chat.id, message.message_id)
            return
        await self._tools.delivery.answer_callback(query.id)
        page = render(_with_claim(answer, message), t, turn.view, turn.page)
        await self._tools.delivery.edit(
            message.chat.id, message.message_id, outgoing(page, turn.answer_id)
        )

    async def _recall(self, turn: Turn, chat_id: int) -> Answer | None:
        kept = await self._tools.store.get(turn.answer_id, chat_id=chat_id)
        if kept is None:
            return None
        answer = await self._tools.service.recall(AnswerReference.from_json(kept.reference))
        if answer is None:
            await self._tools.store.forget(kept.id)
        return answer


def _with_claim(answer: Answer, shown: MaybeInaccessibleMessage) -> Answer:
    """Take the claim from where it is repeated in the shown message; it is not stored."""
    if not isinstance(shown, Message):
        return answer
    for entity in shown.entities:
        if entity.type == MessageEntity.BLOCKQUOTE and entity.offset == 0:
            return replace(answer, claim=Claim(text=shown.parse_entity(entity)))
    return answer
