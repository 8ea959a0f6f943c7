"""“Not useful” under a short answer: three members or one admin make it one line."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Update
from telegram.ext import ContextTypes

from bot import wording
from bot.callbacks import decode_objection
from bot.chats.manners import rank_of
from bot.delivery import Outgoing
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import italic, plain
from bot.pages import Vote
from bot.shared import whole_button
from bot.store.answers import KeptAnswer
from index.reference import AnswerReference, references_from_json

ENOUGH = 3
"""Members who together make a reply collapse."""


class Objections:
    """Counts each member once; who it was is kept as a keyed digest, for two days at most."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def on_press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Count a vote, and collapse the reply where that is enough."""
        tools, query = self._tools, update.callback_query
        answer_id = decode_objection(query.data) if query else None
        if query is None or query.message is None or answer_id is None:
            return
        chat_id, message_id = query.message.chat.id, query.message.message_id
        t = await tools.translator(update)
        kept = await tools.store.get(answer_id, chat_id=chat_id)
        shown = _shown(kept) if kept is not None and kept.answer_id == message_id else None
        if shown is None:
            gone = wording.not_kept(t)
            await tools.delivery.answer_callback(query.id, gone)
            return
        voter = tools.digests.of_voter(answer_id, query.from_user.id)
        tally = await tools.replies.vote(chat_id, message_id, voter)
        if tally.new:
            await self._count(shown)
        thanks = t.gettext("Thank you. Your vote is counted, without your name.")
        await tools.delivery.answer_callback(query.id, thanks, alert=False)
        if tally.voters >= ENOUGH or await tools.admins.is_admin(chat_id, query.from_user.id):
            await tools.replies.collapse(chat_id, message_id)
            collapsed = self._collapsed(shown, await tools.translator_in(chat_id))
            await tools.delivery.edit(chat_id, message_id, collapsed)

    async def _count(self, shown: AnswerReference) -> None:
        """One more for the operator's statistics of the passage that was shown."""
        await self._tools.feedback.count(
            shown.passage_ids[0], generation=shown.generation, vote=Vote.UNHELPFUL
        )

    def _collapsed(self, shown: AnswerReference, t: Translator) -> Outgoing:
        line = italic(plain(t.gettext("People here found my reply not useful.")))
        more = whole_button(shown, t, self._tools.me().username or "")
        return Outgoing(html=line.html, keyboard=InlineKeyboardMarkup([[more]]))


def _shown(kept: KeptAnswer) -> AnswerReference | None:
    """What the short reply shows: the nearest of the answers to the claims of a message."""
    with_context = [one for one in references_from_json(kept.reference) if one.passage_ids]
    return max(with_context, key=lambda one: rank_of(one.strength), default=None)
