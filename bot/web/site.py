"""The HTTP side put together: its routes, and the headers that every answer of it carries."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""What a route does not set itself."""


def build_site(routes: Sequence[BaseRoute]) -> Starlette:
    """An application of these routes; a path has one spelling, any other is not found."""
    site = Starlette(routes=list(routes), middleware=[Middleware(_Headers)])
    # It would redirect to an absolute address: behind a proxy often this machine's own, by http,
    # without the path that the proxy puts in front.
    site.router.redirect_slashes = False
    return site


class _Headers:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                there = {name.lower() for name, _ in headers}
                headers += [
                    (name.encode(), value.encode())
                    for name, value in HEADERS.items()
                    if name.encode() not in there
                ]
            await send(message)

        await self._app(scope, receive, with_headers)
