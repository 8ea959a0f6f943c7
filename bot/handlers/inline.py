"""`@bot claim` in any chat: results to choose from, or one answer where the bot is a guest."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    Update,
    User,
)
from telegram.ext import ContextTypes

from bot.brief import nearest
from bot.chats.asking import Question, question_of
from bot.claims import stated_in
from bot.handlers.briefly import Briefly
from bot.handlers.excuses import PASSING, excuse, too_much
from bot.handlers.tools import Tools
from bot.i18n import Translator
from bot.limits import Allowance, Limit, Verdict
from bot.pictures.messages import has_picture
from bot.reading import Said
from bot.refusals import Repeat
from bot.shared import line, results, single

_log = logging.getLogger(__name__)
# While somebody types, a query comes with every letter; the last one is answered.
_TYPING_PAUSE_S = 0.25
_CACHE_S = 60
_MOST_RESULTS = 20


class Inline:
    """Answers inline queries and guest messages; nothing about them is kept."""

    def __init__(self, tools: Tools, briefly: Briefly, allowance: Allowance) -> None:
        self._tools = tools
        self._briefly = briefly
        self._latest: dict[int, str] = {}
        self._exempt = allowance.exempt
        self._limit = Limit(
            allowance.inline_per_min, longest_silence_min=allowance.longest_silence_min
        )

    async def on_query(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show results once the person stops typing, or a line on why there are none."""
        query = update.inline_query
        if query is None or not await self._settled(query):
            return
        t = await self._tools.translator(update)
        claims = stated_in(query.query, max_chars=self._tools.max_claim_chars)
        if not claims:
            await self._show(query, [], t.gettext("Write a claim after my name"))
            return
        verdict = self._judge(query.from_user)
        if verdict is not Verdict.ADMIT:
            if verdict is Verdict.WARN:
                await self._show(query, [], t.gettext("Too many for now; wait a minute"))
            return
        try:
            answers = await self._tools.service.answer(claims)
        except PASSING as error:
            _log.warning("an inline query was not answered: %s", type(error).__name__)
            await self._show(query, [], t.gettext("Too busy; try again in a moment"), cache_s=0)
            return
        # A query is one line; of several claims in it the first with context is shown.
        of_each = (results(answer, t, context.bot.username) for answer in answers)
        found = next(filter(None, of_each), [])
        await self._show(query, found, t.gettext("Nothing close here; ask me in private"))

    async def on_guest(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a mention in a chat that the bot is not in: once, with one message."""
        message = update.guest_message
        if message is None or message.guest_query_id is None:
            return
        t = await self._tools.translator(update)
        question = question_of(message, self._tools.me(), max_chars=self._tools.max_claim_chars)
        answer = await self._to_guest(question, message.from_user, t)
        if answer is not None:
            call = partial(context.bot.answer_guest_query, message.guest_query_id, answer)
            await self._tools.delivery.promptly("guest answer", call, Repeat.UNLESS_MAYBE_DONE)

    async def _to_guest(
        self, question: Question, person: User | None, t: Translator
    ) -> InlineQueryResultArticle | None:
        """What to say; the chat is not ours, so without a claim it is nothing."""
        pictured = self._tools.pictures is not None and has_picture(question.source)
        if not (question.claims or pictured):
            return None
        verdict = self._judge(person)
        if verdict is not Verdict.ADMIT:
            return line(too_much(t)) if verdict is Verdict.WARN else None
        said = await self._briefly.read(question, t)
        return await self._single(said, t) if said.claims else None

    async def _single(self, said: Said, t: Translator) -> InlineQueryResultArticle:
        try:
            answers = await self._tools.service.answer(said.claims)
        except PASSING as error:
            _log.warning("a guest was not answered: %s", type(error).__name__)
            return line(excuse(error, t))
        return single(nearest(answers), t, self._tools.me().username or "", note=said.note(t))

    def _judge(self, person: User | None) -> Verdict:
        if person is None or person.id in self._exempt:
            return Verdict.ADMIT
        return self._limit.judge(person.id, at=time.monotonic())

    async def _settled(self, query: InlineQuery) -> bool:
        """Whether no newer query of the same person came within the pause."""
        person = query.from_user.id
        self._latest[person] = query.id
        await asyncio.sleep(_TYPING_PAUSE_S)
        settled = self._latest.get(person) == query.id
        if settled:
            del self._latest[person]
        return settled

    async def _show(
        self,
        query: InlineQuery,
        found: list[InlineQueryResultArticle],
        otherwise: str,
        *,
        cache_s: int = _CACHE_S,
    ) -> None:
        call = partial(
            query.answer,
            found[:_MOST_RESULTS],
            cache_time=cache_s,
            is_personal=True,
            button=None
            if found
            else InlineQueryResultsButton(otherwise, start_parameter="inline"),
        )
        await self._tools.delivery.promptly("inline results", call)
