"""One short reply in a group: not twice to one question, and not twice of one story."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import Chat

from bot.chats.asking import Question
from bot.chats.links import message_url
from bot.chats.manners import Decision, fitting, rank, rank_of
from bot.chats.settings import ChatSettings
from bot.delivery import Outgoing
from bot.handlers.excuses import PASSING, excuse
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.markup import link, plain
from bot.outbox import InGroup
from bot.reading import Said, read
from bot.store.answers import KeptAnswer
from bot.store.replies import Reply
from index.model import EVERYTHING, Answer, Scope
from index.reference import AnswerReference, references_from_json, references_to_json

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question in a group, with everything that its answer depends on."""

    chat: Chat
    question: Question
    settings: ChatSettings
    decision: Decision
    t: Translator
    note: str = ""
    """Where its claims come from, where that is to be said: they were read from a picture."""
    summons_id: int | None = None
    """The message that asked, where it is another one than the one that states the claim."""
    in_place_of: int | None = None
    """A message of ours that waits to become the answer."""
    late: bool = False
    """It waited at Telegram while the bot was away."""


class Briefly:
    """Asks the search and replies in short."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def read(self, question: Question, t: Translator) -> Said:
        """What is asked; a picture is read where it stands with few words or none."""
        return await read(
            question.source,
            t,
            max_chars=self._tools.max_claim_chars,
            pictures=self._tools.pictures,
            claims=question.claims,
        )

    async def answer(self, asked: Asked) -> bool:
        """Reply, or stay silent where nobody waits and nothing is close; whether it replied."""
        tools, chat_id = self._tools, asked.chat.id
        if await self._came_again(asked):
            return False
        claims = tools.digests.of_claims(chat_id, asked.question.claims)
        if earlier := await self._earlier(asked, claims):
            return await self._point_to(asked, earlier)
        found = await self._search(asked)
        if found is None:
            # Whoever asked was told why.
            return asked.decision.asked
        if not (rank(found) or asked.decision.asked):
            return False
        shown = tools.digests.of_found(chat_id, found)
        earlier = await tools.replies.same_story(chat_id, found=shown) if shown else None
        if earlier:
            return await self._point_to(asked, earlier)
        in_group = InGroup(
            thread_id=asked.question.thread_id,
            claims=claims,
            found=shown,
            in_place_of=asked.in_place_of,
        )
        return await tools.outbox.send(
            chat_id=chat_id,
            question_id=asked.question.message_id,
            reference=_references(found),
            language=asked.t.code,
            draw=lambda answer_id: tools.in_short(found, answer_id, asked.t, note=asked.note),
            in_group=in_group,
        )

    async def update(self, asked: Asked, kept: KeptAnswer, *, only_better: bool = False) -> None:
        """Put another answer where one stands; with `only_better` none that is less near."""
        chat_id, message_id = asked.chat.id, kept.answer_id
        if message_id is None or await self._tools.replies.is_collapsed(chat_id, message_id):
            return
        found = await self._search(asked)
        if found is None:
            return
        if only_better and not _better(found, references_from_json(kept.reference)):
            return
        if not (rank(found) or asked.decision.asked):
            await self._take_back(kept, message_id)
            return
        await self._tools.store.replace(kept.id, reference=_references(found))
        page = self._tools.in_short(found, kept.id, asked.t, note=asked.note)
        await self._tools.delivery.edit(chat_id, message_id, page)

    async def _take_back(self, kept: KeptAnswer, message_id: int) -> None:
        """Where nobody asked and nothing is close any more, nothing stands."""
        await self._tools.store.forget(kept.id)
        await self._tools.delivery.delete(kept.chat_id, message_id)
        await self._tools.replies.deleted(kept.chat_id, message_id)

    async def say(self, asked: Asked, line: str) -> None:
        """One line as a reply to whoever asked."""
        sent = await self._put(asked, Outgoing(html=plain(line).html), to_summons=True)
        await self._note(asked, sent)

    async def _came_again(self, asked: Asked) -> bool:
        """Whether its answer is on its way, or was sent before a crash hid this from Telegram."""
        where = {"chat_id": asked.chat.id, "question_id": asked.question.message_id}
        states = asked.question.message_id == (asked.summons_id or asked.question.message_id)
        if states and asked.in_place_of is None:
            return await self._tools.store.asked(**where)
        return await self._tools.outbox.holds(**where)

    async def _earlier(self, asked: Asked, claims: str) -> int | None:
        kept = await self._tools.store.answering(
            chat_id=asked.chat.id, question_id=asked.question.message_id
        )
        if kept is not None and kept.answer_id is not None:
            return kept.answer_id
        return await self._tools.replies.same_story(asked.chat.id, claims=claims)

    async def _search(self, asked: Asked) -> tuple[Answer, ...] | None:
        scope = Scope(sources=asked.settings.sources, languages=asked.settings.text_languages)
        try:
            answers = await self._tools.service.answer(
                asked.question.claims,
                scope,
                patient=asked.late or not asked.decision.asked,
            )
        except PASSING as error:
            _log.warning("a claim in a group was not answered: %s", type(error).__name__)
            if asked.decision.asked:
                await self.say(asked, excuse(error, asked.t))
            return None
        # What a chat does not want to see may be in the collection all the same.
        if self._tools.unanswered and asked.decision.asked and scope == EVERYTHING:
            await self._tools.unanswered.note(asked.chat.id, answers)
        return fitting(answers, asked.settings, asked.decision.least)

    async def _point_to(self, asked: Asked, message_id: int) -> bool:
        """Lead to an earlier reply; whoever did not ask is told nothing."""
        if not asked.decision.asked:
            return False
        words = plain(asked.t.gettext("I answered this earlier."))
        url = message_url(asked.chat, message_id)
        # A basic group has no addresses of messages: there the line replies to the earlier answer.
        sent = await self._put(
            asked, Outgoing(html=link(words, url).html), to_summons=True,
            reply_to=None if url else message_id,
        )  # fmt: skip
        await self._note(asked, sent)
        return sent is not None

    async def _put(
        self,
        asked: Asked,
        message: Outgoing,
        *,
        to_summons: bool = False,
        reply_to: int | None = None,
    ) -> int | None:
        """Send a reply, or put it into the message that waits for it."""
        delivery, chat_id = self._tools.delivery, asked.chat.id
        if asked.in_place_of is not None:
            edited = await delivery.edit(chat_id, asked.in_place_of, message)
            return asked.in_place_of if edited else None
        asking = asked.summons_id if to_summons else None
        return await delivery.send(
            chat_id,
            message,
            reply_to=reply_to or asking or asked.question.message_id,
            thread_id=asked.question.thread_id,
            only_as_reply=True,
        )

    async def _note(self, asked: Asked, sent: int | None) -> None:
        if sent is not None:
            await self._tools.replies.add(
                Reply(chat_id=asked.chat.id, message_id=sent),
                delete_after_h=asked.settings.delete_after_h,
            )


def _references(answers: tuple[Answer, ...]) -> str:
    return references_to_json([AnswerReference.of(answer) for answer in answers])


def _better(found: tuple[Answer, ...], before: tuple[AnswerReference, ...]) -> bool:
    """Whether something is nearer than what was shown, or as near and another text."""
    nearness = max((rank_of(one.strength) for one in before if one.passage_ids), default=0)
    new = [AnswerReference.of(answer).passage_ids for answer in found]
    other = new != [one.passage_ids for one in before]
    return rank(found) > nearness or (rank(found) == nearness > 0 and other)
