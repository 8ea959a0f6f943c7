"""A reaction that asks: Telegram tells of it without the message, so the reply fetches that."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, MessageReactionUpdated, ReactionTypeEmoji, Update
from telegram.ext import ContextTypes

from bot.chats.asking import Kind, question_of
from bot.chats.manners import Act, Facts, decide
from bot.chats.settings import ChatSettings
from bot.delivery import Outgoing
from bot.handlers.briefly import Asked, Briefly
from bot.handlers.tools import Tools
from bot.markup import plain
from bot.store.replies import Reply

_WAITING = "🔎"
_GIVEN_UP_H = 1 / 60
"""After so long a sign of waiting is deleted, unless its answer is still being made."""


class Reactions:
    """Answers the message that a member put the chosen emoji to, once."""

    def __init__(self, tools: Tools, briefly: Briefly) -> None:
        self._tools = tools
        self._briefly = briefly
        self.waiting: set[tuple[int, int]] = set()
        """Chats and messages: signs of waiting of answers that are being made."""

    async def on_reaction(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Reply with a sign of waiting, read the message that comes back with it, and answer."""
        reaction = update.message_reaction
        if reaction is None:
            return
        tools, chat_id = self._tools, reaction.chat.id
        settings = await tools.chats.get(chat_id)
        if not (_asks(reaction, settings) and await self._may_ask(reaction, settings)):
            return
        waiting = await tools.delivery.send_and_read(
            chat_id,
            Outgoing(html=plain(_WAITING).html),
            reply_to=reaction.message_id,
            only_as_reply=True,
        )
        if waiting is None:
            return
        sign = (waiting.chat_id, waiting.message_id)
        self.waiting.add(sign)
        try:
            await tools.replies.add(
                Reply(chat_id=waiting.chat_id, message_id=waiting.message_id),
                delete_after_h=_GIVEN_UP_H,
            )
            if not await self._answer(update, waiting, settings):
                await tools.delivery.delete(*sign)
                await tools.replies.deleted(*sign)
        finally:
            self.waiting.discard(sign)

    async def _answer(self, update: Update, waiting: Message, settings: ChatSettings) -> bool:
        """Put the answer to what a sign of waiting replies to in its place, where there is one."""
        tools, about = self._tools, waiting.reply_to_message
        if about is None:
            return False
        t = await tools.translator(update)
        question = question_of(about, tools.me(), max_chars=tools.max_claim_chars)
        said = await self._briefly.read(question, t)
        asked = Asked(
            chat=waiting.chat,
            question=replace(question, claims=said.claims),
            settings=settings,
            decision=decide(settings, Facts(kind=Kind.SUMMONS)),
            t=t,
            note=said.note(t),
            in_place_of=waiting.message_id,
            late=tools.presence.missed(update.message_reaction),
        )
        return bool(said.claims) and await self._briefly.answer(asked)

    async def _may_ask(self, reaction: MessageReactionUpdated, settings: ChatSettings) -> bool:
        tools, chat_id = self._tools, reaction.chat.id
        # One reply to one message, and none to the bot's own.
        where = {"chat_id": chat_id, "question_id": reaction.message_id}
        if (
            await tools.store.answering(**where) is not None
            or await tools.outbox.holds(**where)
            or await tools.replies.is_reply(chat_id, reaction.message_id)
        ):
            return False
        today = await tools.replies.today(chat_id)
        decision = decide(settings, Facts(kind=Kind.SUMMONS, replies_today=today))
        if decision.act is Act.ANSWER and not settings.silent_topics:
            return True
        # Which topic it is in cannot be known before a reply stands there.
        return decision.act in (Act.ANSWER, Act.ANSWER_ADMIN) and await self._by_admin(reaction)

    async def _by_admin(self, reaction: MessageReactionUpdated) -> bool:
        if reaction.user is not None:
            return await self._tools.admins.is_admin(reaction.chat.id, reaction.user.id)
        # An admin who stays anonymous reacts as the chat itself.
        return reaction.actor_chat is not None and reaction.actor_chat.id == reaction.chat.id


def _asks(reaction: MessageReactionUpdated, settings: ChatSettings) -> bool:
    """Whether the emoji that asks was added."""
    wanted = ReactionTypeEmoji(settings.emoji) if settings.emoji else None
    return wanted in reaction.new_reaction and wanted not in reaction.old_reaction
