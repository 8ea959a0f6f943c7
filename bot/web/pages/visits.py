"""How many pages one visitor may open in a minute."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.pages.html import Html
from bot.web.visitors import Visitors

_AGAIN_S = 60

Endpoint = Callable[[Request], Awaitable[Response]]


def limited(
    routes: Sequence[Route], html: Html, visitors: Visitors, *, per_min: int
) -> Sequence[BaseRoute]:
    """The same pages, and a polite one instead of them for whoever opens too many.

    Args:
        routes: pages.
        html: makes the polite one.
        visitors: counts.
        per_min: pages for one visitor in a minute, of whatever kind; 0 sets no limit.
    """
    if not per_min:
        return routes

    def counted(show: Endpoint) -> Endpoint:
        async def page(request: Request) -> Response:
            if visitors.may(request, "page", per_min=per_min):
                return await show(request)
            return _too_many(request, html)

        return page

    return [
        Route(route.path, counted(route.endpoint), methods=list(route.methods or ()))
        for route in routes
    ]


def _too_many(request: Request, html: Html) -> Response:
    t = html.translator(request)
    line = t.gettext("That was a lot of pages at once. Please try again in a minute.")
    response = html.page(request, "notice.html", status=429, line=line)
    response.headers["retry-after"] = str(_AGAIN_S)
    return response
