"""The door of the operator's area: who is let in, and what a form must carry."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.bodies import read_form
from bot.web.init_data import user_of
from bot.web.multipart import UploadForm, is_multipart
from bot.web.operate.sessions import Session, Sessions
from bot.web.pages.html import Html
from bot.web.visitors import Visitors

_COOKIE = "operate"
_LASTS_S = 12 * 3_600
_LOGINS_PER_MIN = 5
_LAUNCH_AGE_S = 600
_MAX_FORM_BYTES = 64 * 1_024

Done = Mapping[str, object]
"""What a form did, for its page to show."""
Show = Callable[[Request, Session, Done], Awaitable[Response]]
"""A page for whoever is in."""
Act = Callable[[Mapping[str, str]], Awaitable[Done]]
"""Does what a form asks for."""
Take = Callable[[UploadForm], Awaitable[Done]]
"""Takes the file of a form in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What lets somebody in."""

    token: str | None = field(repr=False)
    """The operator's own; None lets nobody in with one."""
    users: frozenset[int]
    """Numbers of Telegram users."""
    bot_token: str = field(repr=False)
    """With which Telegram signs who opened a Mini App."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One page of the area."""

    path: str
    """Below `/operate`."""
    show: Show
    act: Act | None = None
    """What its forms do."""
    take: Take | None = None
    """What becomes of a file that is sent to it."""
    max_upload_bytes: int = 0


class OperatorArea:
    """Serves desks to whoever has a session."""

    def __init__(
        self,
        html: Html,
        *,
        keys: Keys,
        visitors: Visitors,
        secure: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Nobody is in.

        Args:
            html: makes the pages.
            keys: what lets somebody in.
            visitors: tells who tries too often.
            secure: whether browsers reach the site with a certificate.
            clock: seconds since 1970.
        """
        self._html = html
        self._keys = keys
        self._visitors = visitors
        self._secure = secure
        self._clock = clock
        self._sessions = Sessions(lasts_s=_LASTS_S)

    def routes(self, desks: list[Desk]) -> list[BaseRoute]:
        """Everything below `/operate`; the first desk is what stands behind the door."""
        made: list[BaseRoute] = [
            Route("/operate", self._door(desks[0])),
            Route("/operate/login", self._log_in, methods=["POST"]),
            Route("/operate/telegram", self._from_telegram, methods=["POST"]),
            Route("/operate/logout", self._log_out, methods=["POST"]),
            # Where a form was answered "no", opened once more.
            *(Route(f"/operate/{form}", self._back) for form in ("login", "telegram")),
        ]
        for desk in desks[1:]:
            made.append(Route(f"/operate/{desk.path}", self._guarded(desk.show)))
            if desk.act is not None:
                path = f"/operate/{desk.path}"
                made.append(Route(path, self._acting(desk, desk.act), methods=["POST"]))
        return made

    # ------------------------------------------------------------ in and out

    def _door(self, first: Desk) -> Callable[[Request], Awaitable[Response]]:
        async def door(request: Request) -> Response:
            session = self._session(request)
            return await first.show(request, session, {}) if session else self._login(request)

        return door

    async def _log_in(self, request: Request) -> Response:
        form = await read_form(request, max_bytes=_MAX_FORM_BYTES)
        if not self._visitors.may(request, "operate", per_min=_LOGINS_PER_MIN):
            return self._login(request, "Too many attempts; wait a minute.", 429)
        token = self._keys.token
        if token is None or not _same(form.get("token", ""), token):
            return self._login(request, "That is not the token.", 403)
        return self._let_in(request)

    async def _from_telegram(self, request: Request) -> Response:
        form = await read_form(request, max_bytes=_MAX_FORM_BYTES)
        if not self._visitors.may(request, "operate", per_min=_LOGINS_PER_MIN):
            return self._login(request, "Too many attempts; wait a minute.", 429)
        user = user_of(
            form.get("init_data", ""),
            self._keys.bot_token,
            now=self._clock(),
            max_age_s=_LAUNCH_AGE_S,
        )
        if user is None or user not in self._keys.users:
            return self._login(request, "Telegram did not name an operator.", 403)
        return self._let_in(request)

    async def _log_out(self, request: Request) -> Response:
        session = self._session(request)
        form = await read_form(request, max_bytes=_MAX_FORM_BYTES)
        response = self._to(request, "")
        if session is not None and session.sent(form.get("csrf", "")):
            self._sessions.end(session.secret)
            response.delete_cookie(_COOKIE, path=self._html.path("/operate"))
        return response

    async def _back(self, request: Request) -> Response:
        return self._to(request, "")

    def _let_in(self, request: Request) -> Response:
        response = self._to(request, "")
        response.set_cookie(
            _COOKIE,
            self._sessions.open().secret,
            max_age=_LASTS_S,
            path=self._html.path("/operate"),
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def _login(self, request: Request, line: str = "", status: int = 200) -> Response:
        return self._html.page(
            request,
            "operate_login.html",
            status=status,
            private=True,
            line=line,
            by_token=self._keys.token is not None,
            by_telegram=bool(self._keys.users),
        )

    # ------------------------------------------------------------ inside

    def _guarded(self, show: Show) -> Callable[[Request], Awaitable[Response]]:
        async def page(request: Request) -> Response:
            session = self._session(request)
            return await show(request, session, {}) if session else self._to(request, "")

        return page

    def _acting(self, desk: Desk, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def change(request: Request) -> Response:
            session = self._session(request)
            if session is None:
                return self._to(request, "")
            if desk.take is not None and is_multipart(request):
                upload = UploadForm(request, max_bytes=desk.max_upload_bytes)
                if not session.sent(await upload.field("csrf")):
                    return _foreign()
                return await desk.show(request, session, await desk.take(upload))
            form = await read_form(request, max_bytes=_MAX_FORM_BYTES)
            if not session.sent(form.get("csrf", "")):
                return _foreign()
            return await desk.show(request, session, await act(form))

        return change

    def _session(self, request: Request) -> Session | None:
        return self._sessions.of(request.cookies.get(_COOKIE))

    def _to(self, request: Request, path: str) -> Response:
        return RedirectResponse(self._html.link(request, f"/operate{path}"), status_code=303)


def desk_page(
    html: Html, request: Request, name: str, session: Session, done: Done, **values: object
) -> Response:
    """The page of a desk, with what one of its forms did."""
    shown: dict[str, Any] = {
        "said": "",
        "csrf": session.form_token,
        "desk": name,
        **values,
        **done,
    }
    return html.page(request, f"operate_{name}.html", private=True, **shown)


def _foreign() -> Response:
    return Response("This form was not sent by a page of this area.", 403)


def _same(sent: str, token: str) -> bool:
    return hmac.compare_digest(sent.encode(), token.encode())
