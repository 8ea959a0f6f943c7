"""`/`: what the bot is, how to talk to it, what it holds, and a claim to try it with."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.claims import stated_in
from bot.handlers.excuses import PASSING, excuse
from bot.store.answers import AnswerStore
from bot.web.bodies import read_form
from bot.web.pages.html import Html
from bot.web.visitors import Visitors
from index.library import SourceSummary
from index.model import Answer, Claim
from index.reference import AnswerReference, references_to_json

_log = logging.getLogger(__name__)
_SOURCES_SHOWN = 50
_NO_CHAT = 0
"""Telegram gives no chat this number."""


class Searching(Protocol):
    """The search as the page needs it; `index.service.AnswerService` is one."""

    async def answer(self, claims: Sequence[Claim], /) -> tuple[Answer, ...]:
        """Find context for each claim, in order."""
        ...

    async def sources(self) -> tuple[SourceSummary, ...]:
        """What the collection holds, by source."""
        ...


class Home:
    """The front door. A claim that is tried is neither stored nor logged."""

    def __init__(
        self,
        html: Html,
        *,
        service: Searching,
        answers: AnswerStore,
        visitors: Visitors,
        claims_per_min: int,
        max_claim_chars: int,
    ) -> None:
        """Nothing is read yet.

        Args:
            html: makes the pages.
            service: the search.
            answers: where an answer is kept, so that it has an address.
            visitors: tells who asks too often.
            claims_per_min: how many claims one visitor may try in a minute; 0 offers none.
            max_claim_chars: characters of a claim that are searched with.
        """
        self._html = html
        self._service = service
        self._answers = answers
        self._visitors = visitors
        self._per_min = claims_per_min
        self._max_chars = max_claim_chars

    @property
    def routes(self) -> list[Route]:
        """What is served of it."""
        if not self._per_min:
            return [Route("/", self._home)]
        return [
            Route("/", self._home),
            Route("/try", self._tried, methods=["POST"]),
            Route("/try", self._again),
        ]

    async def _home(self, request: Request) -> Response:
        return await self._page(request)

    async def _tried(self, request: Request) -> Response:
        t = self._html.translator(request)
        # A character may take four bytes, and each of them three in a form.
        form = await read_form(request, max_bytes=12 * self._max_chars + 1_000)
        text = form.get("claim", "").strip()[: self._max_chars]
        if not self._visitors.may(request, "try", per_min=self._per_min):
            busy = t.gettext("Too many questions at once right now. Please try again in a minute.")
            return await self._page(request, line=busy, claim=text, status=429)
        claims = stated_in(text, max_chars=self._max_chars)
        if not claims:
            line = t.gettext(
                "I found no claim in this. Send me a sentence that states something, or forward a "
                "message that does."
            )
            return await self._page(request, line=line, claim=text, status=422)
        try:
            found = await self._service.answer(claims)
        except PASSING as error:
            _log.warning("a claim on the page was not answered: %s", type(error).__name__)
            return await self._page(request, line=excuse(error, t), claim=text, status=503)
        return self._html.page(
            request,
            "answer.html",
            answer_id=await self._kept(found),
            answers=found,
            claims=tuple(answer.claim.text for answer in found),
        )

    async def _again(self, request: Request) -> Response:
        """An answer to a form, opened once more: by a browser that was started anew."""
        return RedirectResponse(self._html.link(request, "/"), status_code=303)

    async def _kept(self, found: Sequence[Answer]) -> str | None:
        if all(answer.abstained for answer in found):
            return None
        reference = references_to_json([AnswerReference.of(answer) for answer in found])
        return await self._answers.add(chat_id=_NO_CHAT, question_id=0, reference=reference)

    async def _page(
        self, request: Request, *, line: str = "", claim: str = "", status: int = 200
    ) -> Response:
        sources = await self._service.sources()
        most = sorted(sources, key=lambda source: (-source.documents, source.name))
        return self._html.page(
            request,
            "home.html",
            status=status,
            line=line,
            claim=claim,
            tries=bool(self._per_min),
            max_chars=self._max_chars,
            sources=most[:_SOURCES_SHOWN],
            more=max(0, len(most) - _SOURCES_SHOWN),
        )
