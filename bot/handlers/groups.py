"""Messages in groups: who may ask, is it for us, one short reply."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.chats.asking import Kind, Question, kind_of, question_of
from bot.chats.manners import Act, Bursts, Decision, Facts, decide
from bot.chats.settings import ChatSettings
from bot.handlers.briefly import Asked, Briefly
from bot.handlers.tools import Tools
from bot.i18n import Translator


class Groups:
    """Answers a summons; a forward where the chat wishes it. Reactions: see `reactions`."""

    def __init__(self, tools: Tools, briefly: Briefly) -> None:
        self._tools = tools
        self._briefly = briefly
        self._bursts = Bursts()

    async def on_message(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Decide whether to speak, and what about."""
        message = update.message
        kind = kind_of(message, self._tools.me()) if message else Kind.NONE
        if message is None or kind is Kind.NONE:
            return
        settings = await self._tools.chats.get(message.chat_id)
        question = self._question(message)
        decision = await self._decide(message, kind, question, settings)
        if decision.act is Act.IGNORE:
            return
        asked = Asked(
            chat=message.chat,
            question=question,
            settings=settings,
            decision=decision,
            t=await self._tools.translator(update),
            summons_id=message.message_id if decision.asked else None,
            late=self._tools.presence.missed(message),
        )
        if decision.act is Act.SAY_ENOUGH:
            await self._briefly.say(asked, _enough(asked.t))
        elif await self._answer(asked, message) and kind is Kind.FORWARD:
            self._bursts.answered(*_burst(message, question), at=message.date)

    async def on_edit(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let a reply follow its question; an edit never makes a new reply."""
        message = update.edited_message
        if message is None:
            return
        kept = await self._tools.store.answering(
            chat_id=message.chat_id, question_id=message.message_id
        )
        question = self._question(message)
        if kept is None or question.message_id != message.message_id:
            return
        t = await self._tools.translator(update)
        said = await self._briefly.read(question, t)
        if not said.claims:
            return
        settings = await self._tools.chats.get(message.chat_id)
        asked = Asked(
            chat=message.chat,
            question=replace(question, claims=said.claims),
            settings=settings,
            decision=decide(settings, Facts(kind=Kind.SUMMONS)),
            t=t,
            note=said.note(t),
            late=self._tools.presence.missed(message),
        )
        await self._briefly.update(asked, kept)

    async def _answer(self, asked: Asked, message: Message) -> bool:
        """Whether it replied with context."""
        said = await self._briefly.read(asked.question, asked.t)
        if said.claims:
            question = replace(asked.question, claims=said.claims)
            note = said.note(asked.t)
            return await self._briefly.answer(replace(asked, question=question, note=note))
        if not asked.decision.asked:
            return False
        about_other = asked.question.source is not message
        await self._briefly.say(asked, said.line if about_other else _how(asked.t))
        return False

    async def _decide(
        self, message: Message, kind: Kind, question: Question, settings: ChatSettings
    ) -> Decision:
        burst = _burst(message, question)
        facts = Facts(
            kind=kind,
            topic=question.topic,
            replies_today=await self._tools.replies.today(message.chat_id),
            in_burst=kind is Kind.FORWARD and self._bursts.goes_on(*burst, at=message.date),
        )
        decision = decide(settings, facts)
        if decision.act is Act.ANSWER_ADMIN:
            admin = await self._tools.admins.wrote(message)
            return replace(decision, act=Act.ANSWER if admin else Act.IGNORE)
        return decision

    def _question(self, message: Message) -> Question:
        return question_of(message, self._tools.me(), max_chars=self._tools.max_claim_chars)


def _burst(message: Message, question: Question) -> tuple[int, int, int]:
    sender = message.sender_chat or message.from_user
    return message.chat_id, question.topic, sender.id if sender else 0


def _enough(t: Translator) -> str:
    return t.gettext("The replies for today are used up. Ask me in our private chat.")


def _how(t: Translator) -> str:
    return t.gettext("Reply to a message with /context, or write the claim behind it.")
