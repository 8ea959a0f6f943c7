"""What is let in before its chat's turn: too many claims of one person or group are not."""

from __future__ import annotations

import logging
from collections.abc import Callable

from telegram import Message, MessageEntity, Update
from telegram.constants import ChatType

from bot.chats.asking import Kind, kind_of, question_of
from bot.chats.manners import Act, Facts, decide
from bot.delivery import Outgoing
from bot.handlers.briefly import Asked, Briefly
from bot.handlers.excuses import busy, too_much
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.limits import Allowance, Limit, Verdict
from bot.markup import plain

_log = logging.getLogger(__name__)


class Gate:
    """Counts claims by when they were sent, so that what waited at Telegram is not too much.

    Forwards into groups and posts have limits of their own: see `bot.chats.manners`.
    """

    def __init__(
        self,
        tools: Tools,
        allowance: Allowance,
        crowded: Callable[[], bool] = lambda: False,
        turned_away: Callable[[], None] = lambda: None,
    ) -> None:
        """Nobody asked yet.

        Args:
            tools: to answer with.
            allowance: how many claims are let in.
            crowded: whether more comes than can be taken in: then nobody is let in who can ask
                again, and is told so before anything is done for the claim.
            turned_away: is called for each such claim.
        """
        self._tools = tools
        self._crowded = crowded
        self._turned_away = turned_away
        self._briefly = Briefly(tools)
        self._exempt = allowance.exempt
        longest = allowance.longest_silence_min
        self._people = Limit(allowance.person_per_min, longest_silence_min=longest)
        self._groups = Limit(allowance.group_per_min, longest_silence_min=longest)

    async def admits(self, update: Update) -> bool:
        """Whether to handle an update; where that ends, whoever asks is told once."""
        if update.effective_chat is not None and update.effective_chat.is_direct_messages:
            # What somebody writes to a channel is written to its admins.
            return False
        message = update.message or update.edited_message
        if message is None or not self._asks(message):
            return True
        verdict = self._judge(message)
        if verdict is Verdict.WARN:
            _log.info("too many claims at once: they are left unanswered for a while")
            await self._warn(update, message, too_much)
        elif verdict is Verdict.ADMIT and self._turns_away(message):
            _log.warning("a claim was not let in: more comes than can be taken in")
            self._turned_away()
            await self._warn(update, message, busy)
            return False
        return verdict is Verdict.ADMIT

    def _turns_away(self, message: Message) -> bool:
        # An album is one question: it is told so once, where that is known.
        alone = message.media_group_id is None
        return alone and self._crowded() and not self._tools.presence.missed(message)

    def _asks(self, message: Message) -> bool:
        if message.chat.type != ChatType.PRIVATE:
            return kind_of(message, self._tools.me()) is Kind.SUMMONS
        if not (message.text and message.entities):
            return True
        return message.text not in message.parse_entities([MessageEntity.BOT_COMMAND]).values()

    def _judge(self, message: Message) -> Verdict:
        # All anonymous admins have the same number, but each group its own.
        sender = message.sender_chat or message.from_user
        number = sender.id if sender else message.chat_id
        if number in self._exempt:
            return Verdict.ADMIT
        at = (message.edit_date or message.date).timestamp()
        album = message.media_group_id
        verdict = self._people.judge(number, at=at, album=album)
        if verdict is Verdict.ADMIT and message.chat.type != ChatType.PRIVATE:
            return self._groups.judge(message.chat_id, at=at, album=album)
        return verdict

    async def _warn(
        self, update: Update, message: Message, line: Callable[[Translator], str]
    ) -> None:
        t = await self._tools.translator(update)
        if message.chat.type == ChatType.PRIVATE:
            await self._tools.delivery.send(
                message.chat_id,
                Outgoing(html=plain(line(t)).html),
                reply_to=message.message_id,
            )
            return
        settings = await self._tools.chats.get(message.chat_id)
        question = question_of(message, self._tools.me(), max_chars=self._tools.max_claim_chars)
        today = await self._tools.replies.today(message.chat_id)
        facts = Facts(kind=Kind.SUMMONS, topic=question.topic, replies_today=today)
        decision = decide(settings, facts)
        if decision.act is Act.ANSWER:
            asked = Asked(
                chat=message.chat,
                question=question,
                settings=settings,
                decision=decision,
                t=t,
                summons_id=message.message_id,
            )
            await self._briefly.say(asked, line(t))
