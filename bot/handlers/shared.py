"""A link below a shared passage opens the whole answer in the private chat."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ContextTypes

from bot import deeplink, wording
from bot.delivery import Outgoing
from bot.grouped import render_all
from bot.handlers.tools import Tools
from bot.markup import plain


class Shared:
    """Shows what a link names, as far as the collection still holds it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def on_start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the answer whose passages stand in the link."""
        message = update.message
        if message is None:
            return
        t = await self._tools.translator(update)
        reference = deeplink.decode(" ".join(context.args or ()))
        answer = await self._tools.service.recall(reference) if reference else None
        if reference is None or answer is None:
            gone = wording.not_kept(t) if reference is None else wording.withdrawn(t)
            await self._tools.delivery.send(message.chat_id, Outgoing(html=plain(gone).html))
            return
        answer_id = await self._tools.store.add(
            chat_id=message.chat_id,
            question_id=message.message_id,
            reference=reference.to_json(),
            language=t.code,
        )
        page = self._tools.outgoing(render_all([answer], t), answer_id, t)
        sent = await self._tools.delivery.send(message.chat_id, page)
        if sent is not None:
            await self._tools.store.sent(answer_id, answer_id=sent)
