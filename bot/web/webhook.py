"""Telegram brings updates by HTTP: a path that nobody guesses, and a secret in a header."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot

from bot.inbox import Inbox, readable
from bot.polling import Put, Stopped, persistently
from bot.web.bodies import read_body

_log = logging.getLogger(__name__)
_MAX_UPDATE_BYTES = 1024**2
_CONNECTIONS = 40
_HANDLED_WITHIN_S = 1.0
_UNHURRIED_CONNECTIONS = _CONNECTIONS // 2
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where Telegram brings updates, and how it shows that it is Telegram.

    Both follow from the bot's token by HMAC-SHA256: they need no setting, survive a restart, and
    tell nothing about the token.
    """

    path: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def of(cls, token: str) -> Address:
        """The address that belongs to a bot."""
        return cls(path=f"/telegram/{_derived(token, 'path')}", secret=_derived(token, "secret"))


def _derived(token: str, purpose: str) -> str:
    return hmac.new(token.encode(), f"webhook {purpose}".encode(), hashlib.sha256).hexdigest()


class Webhook:
    """Receives updates while the bot runs; before and after it asks Telegram to come again.

    An update is accepted once it is handled. Where that takes long, or many wait so, it is kept
    and then accepted: Telegram brings more at once, and none is lost when the bot is killed.
    """

    def __init__(self, address: Address, public_url: str, heard: Callable[[], None]) -> None:
        """Nothing is received before `receive`.

        Args:
            address: path and secret.
            public_url: what stands before the path for Telegram.
            heard: called at each sign of life of Telegram's.
        """
        self._address = address
        self._public_url = public_url.rstrip("/")
        self._heard = heard
        self._waiting = 0
        self._bot: Bot | None = None
        self._put: Put | None = None
        self._inbox: Inbox | None = None

    @property
    def route(self) -> Route:
        """What the HTTP side serves for it."""
        return Route(self._address.path, self._on_request, methods=["POST"])

    async def receive(
        self, bot: Bot, stop: asyncio.Event, put: Put, *, inbox: Inbox, allowed: Sequence[str]
    ) -> None:
        """Tell Telegram the address and hand on what comes, until stopped.

        Updates that wait at Telegram come too. At the end the address stays: what is sent
        meanwhile waits for the next start, in whichever way that receives.

        Raises:
            StartError: Telegram does not accept the token.
        """
        self._bot, self._put, self._inbox = bot, put, inbox
        try:
            await persistently(
                partial(
                    bot.set_webhook,
                    f"{self._public_url}{self._address.path}",
                    secret_token=self._address.secret,
                    allowed_updates=allowed,
                    max_connections=_CONNECTIONS,
                    drop_pending_updates=False,
                ),
                stop,
            )
            self._heard()
            await stop.wait()
        except Stopped:
            pass
        finally:
            self._put = None

    async def _on_request(self, request: Request) -> Response:
        secret = request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), self._address.secret.encode()):
            return Response(status_code=404)
        body = await read_body(request, max_bytes=_MAX_UPDATE_BYTES)
        put, inbox = self._put, self._inbox
        if put is None or inbox is None or inbox.full:
            return _later()
        raw = _json(body)
        update = readable(raw, self._bot)
        if update is None:
            _log.warning("an update of %d bytes could not be read", len(body))
            # Accepted all the same: Telegram would bring it for ever, and nothing after it.
            return Response()
        self._heard()
        inbox.came(raw)
        await put([update])
        self._waiting += 1
        try:
            hurried = self._waiting > _UNHURRIED_CONNECTIONS
            within_s = 0.0 if hurried else _HANDLED_WITHIN_S
            safe = await inbox.safe(update.update_id, within_s=within_s)
        finally:
            self._waiting -= 1
        return Response() if safe else _later()


def _later() -> Response:
    """Telegram brings it again."""
    return Response(status_code=503, headers={"Retry-After": "2"})


def _json(body: bytes) -> Any:  # noqa: ANN401 - whatever it holds
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
