"""Templates and their frame: language, addresses, assets, and the headers of a page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot import wording
from bot.i18n import ENGLISH, Translator, Translators
from bot.markup import is_web_url

_HERE = Path(__file__).resolve().parent.parent
_ASSET_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MINI_APPS = "https://web.telegram.org"
"""Where Telegram's web clients show a Mini App in a frame."""
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src {connect}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_HEADERS = {
    "x-robots-tag": "noindex",
    "vary": "Accept-Language",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def page_headers(ancestors: str, *, connect: str = "'none'") -> dict[str, str]:
    """The headers of a page.

    Args:
        ancestors: which sites may show it in a frame, in the words of a policy.
        connect: what its scripts may ask.
    """
    policy = _POLICY.format(ancestors=ancestors, connect=connect)
    return {"content-security-policy": policy, **_HEADERS}


_OPERATORS = page_headers("'none'", connect="'self'")
"""Their pages look again at what runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asset:
    body: bytes
    media_type: str

    @property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:12]


class Html:
    """Renders the templates; every value is escaped."""

    def __init__(
        self, translators: Translators, *, root: str = "", bot_name: Callable[[], str | None]
    ) -> None:
        """Reads templates and assets once.

        Args:
            translators: languages of the interface.
            root: what stands before every path for whoever comes through the proxy.
            bot_name: the bot's user name, once it is known.
        """
        self._translators = translators
        self._root = root
        self._bot_name = bot_name
        self._assets = {
            path.name: _Asset(body=path.read_bytes(), media_type=_ASSET_TYPES[path.suffix])
            for path in sorted((_HERE / "assets").iterdir())
        }
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(direction=direction, wording=wording)
        self._environment.tests["web_url"] = is_web_url
        self._environment.filters["isolated"] = isolated

    @property
    def asset_route(self) -> Route:
        """Style sheet, script and icon: all that a page loads."""
        return Route("/assets/{name}", self._asset)

    def translator(self, request: Request) -> Translator:
        """The language that the address names, or the first that the browser asks for."""
        named = request.query_params.get("lang")
        if named is not None:
            return self._translators.of(named)
        accepted = request.headers.get("accept-language", "")[:200]
        return self._translators.of(_preferred(accepted, self._translators.codes))

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        private: bool = False,
        **values: object,
    ) -> Response:
        """A page as a response.

        Args:
            request: what is answered.
            template: name of a file in `templates/`.
            status: of the response.
            private: for operators: in English, and in no frame.
            values: what the template shows.
        """
        t = self._translators.of(ENGLISH) if private else self.translator(request)
        text = self._environment.get_template(template).render(
            t=t,
            gettext=t.gettext,
            ngettext=t.ngettext,
            link=partial(self.link, request),
            asset=self._asset_url,
            bot_name=self._bot_name(),
            **values,
        )
        return HTMLResponse(
            text,
            status,
            headers=_OPERATORS if private else page_headers(_MINI_APPS),
        )

    def picture(self, template: str, **values: object) -> Response:
        """A drawing as a response."""
        text = self._environment.get_template(template).render(**values)
        return Response(text, media_type="image/svg+xml")

    def missing(self, request: Request, words: str | None = None) -> Response:
        """Says that there is nothing at this address."""
        line = words or self.translator(request).gettext("There is no such page.")
        return self.page(request, "notice.html", status=404, line=line)

    def link(self, request: Request, path: str, fragment: str = "", **query: object) -> str:
        """An address of this site, in the language that was asked for."""
        named = request.query_params.get("lang")
        kept = {} if named is None else {"lang": self._translators.of(named).code}
        asked = urlencode(
            kept | {name: str(value) for name, value in query.items() if value is not None}
        )
        return f"{self.path(path)}{'?' if asked else ''}{asked}{fragment}"

    def path(self, path: str) -> str:
        """A path of this site as browsers see it."""
        return f"{self._root}{path}"

    def _asset_url(self, name: str) -> str:
        return f"{self._root}/assets/{name}?v={self._assets[name].version}"

    async def _asset(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        return Response(
            asset.body,
            media_type=asset.media_type,
            # The address changes with what stands behind it.
            headers={"cache-control": "public, max-age=31536000, immutable"},
        )


def isolated(text: str) -> Markup:
    """Words that stand in a sentence of ours, whichever way they are written."""
    return Markup("<bdi>{}</bdi>").format(text)


def direction(language: str | None) -> str:
    """How a text in a language runs, as the `dir` attribute says it."""
    try:
        return Locale.parse(language).text_direction if language else "auto"
    except (UnknownLocaleError, ValueError):
        return "auto"


def _preferred(accepted: str, codes: tuple[str, ...]) -> str | None:
    """The best language of an Accept-Language header that there is."""
    wishes = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";")
        code = tag.strip().split("-")[0].lower()
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if code in codes and quality > 0:
            wishes.append((quality, code))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else None
