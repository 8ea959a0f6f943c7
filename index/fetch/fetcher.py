"""One address of the web to its bytes, safely: what is asked, of whom, and how much is taken."""

from __future__ import annotations

import asyncio
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Self

import aiohttp
from yarl import URL

from index.errors import FetchError, RefusedUrlError, TooLargeError, UnreachableError
from index.fetch.addresses import Allows, PinningResolver, checked, is_public
from index.fetch.hosts import Hosts
from index.fetch.robots import MAX_BYTES as ROBOTS_BYTES
from index.fetch.robots import Robots
from index.fetch.values import NEVER_SEEN, Fetched, Validators

_PIECE_BYTES = 64 * 1024
_MOVED = frozenset({301, 302, 303, 307, 308})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MAX_RETRY_S = 7 * 24 * 3_600.0
_MAX_VALIDATOR_CHARS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Bounds on one address."""

    max_bytes: int = 16 * 1024**2
    """Of the content, after unpacking."""
    timeout_s: float = 30.0
    """For one answer of a server, whole; waiting for the host's turn does not count."""
    max_redirects: int = 5
    pause_s: float = 1.0
    """Between two requests to one host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """One answer of one server: a place to look at instead, or something to keep."""

    moved_to: URL | None = None
    fetched: Fetched | None = None


class Fetcher:
    """Fetches from public addresses, under bounds, and as the sites want it."""

    def __init__(
        self,
        *,
        user_agent: str,
        limits: FetchLimits,
        allows: Allows = is_public,
    ) -> None:
        """Made inside a running event loop; close it with `aclose`.

        Args:
            user_agent: what it calls itself to servers.
            limits: bounds on each address.
            allows: what may be connected to.
        """
        self._limits = limits
        self._allows = allows
        self._hosts = Hosts()
        self._robots = Robots(self._robots_file, user_agent)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=PinningResolver(allows), use_dns_cache=False, limit_per_host=1
            ),
            headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
            cookie_jar=aiohttp.DummyCookieJar(),
            # Unpacked here, under a bound.
            auto_decompress=False,
        )

    async def aclose(self) -> None:
        """Close all connections; again is safe."""
        await self._robots.aclose()
        await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def get(self, url: str) -> Fetched:
        """What stands at an http or https address.

        Raises:
            RefusedUrlError: it, or an address that it leads to, must not be fetched.
            TooLargeError: there is more of it than the limits allow.
            FetchError: the server does not give it.
        """
        fetched = await self.get_if_changed(url, NEVER_SEEN)
        if fetched is None:
            raise FetchError(f"{url} is not given: the server says that it has not changed.")
        return fetched

    async def get_if_changed(self, url: str, known: Validators) -> Fetched | None:
        """As `get`, or None where it is as it was when the server said what is known of it."""
        return await self._follow(url, known, self._limits.max_bytes, obey=True)

    async def _robots_file(self, url: URL) -> bytes:
        fetched = await self._follow(str(url), NEVER_SEEN, ROBOTS_BYTES, obey=False)
        return fetched.content if fetched else b""

    async def _follow(
        self, url: str, known: Validators, most: int, *, obey: bool
    ) -> Fetched | None:
        at = url
        for _ in range(self._limits.max_redirects + 1):
            target = checked(at, self._allows)
            pause_s = self._limits.pause_s
            if obey:
                pause_s = max(pause_s, await self._robots.delay_before(target))
            async with self._hosts.turn(target.raw_host or "", pause_s=pause_s):
                reply = await self._ask(target, known, most)
            if reply.moved_to is None:
                return reply.fetched
            at = str(reply.moved_to)
            # They are about the first place.
            known = NEVER_SEEN
        raise FetchError(
            f"{url} leads on more than {self._limits.max_redirects} times; give the last address."
        )

    async def _ask(self, url: URL, known: Validators, most: int) -> _Reply:
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        try:
            async with (
                asyncio.timeout(self._limits.timeout_s),
                self._session.get(
                    url,
                    headers={name: value for name, value in headers.items() if value},
                    allow_redirects=False,
                ) as response,
            ):
                return await self._reply(response, url, most)
        except TimeoutError as error:
            raise FetchError(
                f"{url} was not complete after {self._limits.timeout_s:g} s; try again later."
            ) from error
        except aiohttp.ClientConnectorDNSError as error:
            raise UnreachableError(
                f"{url} cannot be fetched: no server called {url.host} was found; check the "
                "address, and whether this machine is on the network."
            ) from error
        except aiohttp.ClientConnectorError as error:
            why = error.strerror or str(error)[:200]
            raise UnreachableError(
                f"{url} cannot be fetched: {url.host} cannot be connected to ({why}); try again "
                "later."
            ) from error
        except aiohttp.ClientError as error:
            reason = str(error)[:200] or type(error).__name__
            raise FetchError(f"{url} cannot be fetched: {reason}.") from error
        except (OSError, ValueError, zlib.error) as error:
            raise FetchError(f"{url} cannot be fetched: {str(error)[:200]}.") from error

    async def _reply(self, response: aiohttp.ClientResponse, url: URL, most: int) -> _Reply:
        if response.status == HTTPStatus.NOT_MODIFIED:
            return _Reply()
        if response.status in _MOVED and "Location" in response.headers:
            try:
                return _Reply(moved_to=url.join(URL(response.headers["Location"])))
            except ValueError as error:
                raise RefusedUrlError(f"{url} leads to what is no address.") from error
        if response.status != HTTPStatus.OK:
            raise FetchError(
                f"{url} is not given: the server answers {response.status} "
                f"{_phrase(response.status)}.",
                status=response.status,
                retry_after_s=_retry_after(response.headers.get("Retry-After", "")),
            )
        charset = _CHARSET.search(response.headers.get("Content-Type", ""))
        return _Reply(
            fetched=Fetched(
                url=str(url),
                content=await _content(response, url, most),
                charset=charset[1] if charset else None,
                validators=Validators(
                    etag=response.headers.get("ETag", "")[:_MAX_VALIDATOR_CHARS],
                    last_modified=response.headers.get("Last-Modified", "")[:_MAX_VALIDATOR_CHARS],
                ),
            )
        )


async def _content(response: aiohttp.ClientResponse, url: URL, most: int) -> bytes:
    """The body, unpacked piece by piece so that none is ever much larger than allowed."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchError(f"{url} is not given: it comes packed as {encoding[:40]!r}.")
    packed = "gzip" in encoding
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    content = bytearray()
    async for piece in response.content.iter_chunked(_PIECE_BYTES):
        if not packed:
            content += piece
        while packed and piece:
            if unpacker.eof:
                unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
            content += unpacker.decompress(piece, most + 1 - len(content))
            if len(content) > most:
                break
            piece = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        if len(content) > most:
            raise TooLargeError(f"{url} is larger than {most:,} bytes, the most that is fetched.")
    if packed and content and not unpacker.eof:
        raise FetchError(f"{url} ended before it was complete; try again later.")
    return bytes(content)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _retry_after(stated: str) -> float | None:
    """Seconds that a server asks to be left alone for; it may state a number or a date."""
    try:
        if stated.isascii() and stated.isdigit():
            seconds = float(stated)
        else:
            seconds = (parsedate_to_datetime(stated) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), _MAX_RETRY_S)
