"""`/c/ANSWER`, `/c/ANSWER/DOCUMENT` and `/d/DOCUMENT`: what was found, and where it stands."""

from __future__ import annotations

import asyncio
import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import wording
from bot.handlers.redrawing import Recalling, what_is_left
from bot.store.answers import AnswerStore
from bot.web.pages.article import Collection, Matches, article_page
from bot.web.pages.html import Html
from bot.web.pages.tree import Order
from index.model import Answer

_ANSWER_ID = re.compile(r"[A-Za-z0-9_-]{8,32}", re.ASCII)
# A discussion of thousands takes a good part of a second of one core; answers in chats come first.
_READ_AT_ONCE = 2
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class AnswerPages:
    """Whoever has the unguessable address of an answer may see it, for as long as it is kept."""

    def __init__(
        self, html: Html, *, service: Recalling, answers: AnswerStore, collection: Collection
    ) -> None:
        self._html = html
        self._service = service
        self._answers = answers
        self._collection = collection
        self._reading = asyncio.Semaphore(_READ_AT_ONCE)

    @property
    def routes(self) -> list[Route]:
        """What is served of it."""
        return [
            Route("/c/{answer}", self._answer),
            Route("/c/{answer}/{document}", self._in_place),
            Route("/d/{document}", self._document),
        ]

    async def _answer(self, request: Request) -> Response:
        answer_id = request.path_params["answer"]
        found = await self._recall(answer_id)
        if not found:
            return self._gone(request, found)
        return self._html.page(
            request, "answer.html", answer_id=answer_id, answers=found, claims=()
        )

    async def _in_place(self, request: Request) -> Response:
        answer_id = request.path_params["answer"]
        found = await self._recall(answer_id)
        if not found:
            return self._gone(request, found)
        document_id = number(request.path_params["document"])
        matches = Matches.of(found, document_id or 0)
        if document_id is None or not matches.any:
            # No open redirect: what is no number leads to "not there".
            place = self._html.link(request, f"/d/{document_id or 0}")
            return RedirectResponse(place, status_code=303)
        return await self._article(request, document_id, matches, answer_id)

    async def _document(self, request: Request) -> Response:
        document_id = number(request.path_params["document"])
        if document_id is None:
            return self._html.missing(request)
        return await self._article(request, document_id, Matches(comments={}), None)

    async def _article(
        self, request: Request, document_id: int, matches: Matches, answer_id: str | None
    ) -> Response:
        query = request.query_params
        order = Order.MATCH if query.get("order") == Order.MATCH else Order.THREAD
        async with self._reading:
            shown = await article_page(
                self._collection,
                document_id,
                matches,
                order=order,
                page=number(query.get("page", "")) or 1,
                at=number(query.get("at", "")),
            )
        if shown is None:
            return self._html.missing(request)
        base = f"/d/{document_id}" if answer_id is None else f"/c/{answer_id}/{document_id}"
        return self._html.page(
            request, "article.html", shown=shown, base=base, answer_id=answer_id, order=order
        )

    async def _recall(self, answer_id: str) -> tuple[Answer, ...] | None:
        """An answer for each claim; none where nothing of it is left, None if it is not kept."""
        known = _ANSWER_ID.fullmatch(answer_id)
        kept = await self._answers.find(answer_id) if known else None
        return await what_is_left(kept, self._service) if kept else None

    def _gone(self, request: Request, found: tuple[Answer, ...] | None) -> Response:
        t = self._html.translator(request)
        words = wording.not_kept(t) if found is None else wording.withdrawn(t)
        return self._html.missing(request, words)


def number(text: str) -> int | None:
    """A whole number above zero that SQLite can hold, else None."""
    return int(text) if _NUMBER.fullmatch(text) else None
