"""HTTP to the Bot API by aiohttp: under many calls at once, many times as fast as the default."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from yarl import URL

from bot.errors import StartError
from bot.settings.telegram import HttpClient

# Without it the library warns at every flood answer of Telegram's that times will be timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_DEFAULT = BaseRequest.DEFAULT_NONE
_JSON = {"Content-Type": "application/json"}
_KEEP_CONNECTION_S = 15.0
"""Less than servers keep a quiet one, so that it is rarely closed just when a call leaves."""
_KEEP_ADDRESS_S = 300
_READS = ("/get", "/file/")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """How patient and how wide a client is."""

    connections: int = 256
    connect_timeout_s: float = 10.0
    read_timeout_s: float | None = 30.0
    write_timeout_s: float = 30.0
    pool_timeout_s: float = 30.0
    """How long a call waits for one of the connections to become free."""
    proxy: str | None = field(default=None, repr=False)
    """`http://user:password@host:port`."""


class ReplyLostError(NetworkError):
    """The connection broke after the reply had begun: the call was most likely carried out."""


class AiohttpRequest(BaseRequest):
    """What python-telegram-bot makes its calls with.

    Neither errors nor their causes carry the URL, which holds the bot's token.
    """

    __slots__ = ("_limits", "_session")

    def __init__(self, limits: HttpLimits | None = None) -> None:
        """No connection is opened before the first call."""
        self._limits = limits or HttpLimits()
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that a reply may take by default."""
        return self._limits.read_timeout_s

    async def initialize(self) -> None:
        """Make the pool of connections; twice is safe."""
        if self._session is not None:
            return
        connector = aiohttp.TCPConnector(
            limit=self._limits.connections,
            keepalive_timeout=_KEEP_CONNECTION_S,
            ttl_dns_cache=_KEEP_ADDRESS_S,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            proxy=self._limits.proxy,
        )

    async def shutdown(self) -> None:
        """Close all connections; twice is safe."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = _DEFAULT,
        write_timeout: ODVInput[float] = _DEFAULT,
        connect_timeout: ODVInput[float] = _DEFAULT,
        pool_timeout: ODVInput[float] = _DEFAULT,
    ) -> tuple[int, bytes]:
        """Make one call; a read whose connection breaks is made once more.

        Raises:
            TimedOut: one of the times is over.
            ReplyLostError: the connection broke inside the reply.
            NetworkError: it could not be made, or broke before the reply.
        """
        session = self._session
        if session is None:
            raise NetworkError("The HTTP client is closed.")
        timeout = self._timeout(read_timeout, write_timeout, connect_timeout, pool_timeout)

        async def call() -> tuple[int, bytes]:
            body, headers = _body(request_data)
            async with session.request(
                method,
                _url(url),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await _read(response)

        return await _translated(call, tries=2 if any(r in url for r in _READS) else 1)

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read a reply; unlike the library's own, without writing what it holds to the log."""
        return parse_reply(payload)

    def _timeout(
        self,
        read: ODVInput[float],
        write: ODVInput[float],
        connect: ODVInput[float],
        pool: ODVInput[float],
    ) -> aiohttp.ClientTimeout:
        limits = self._limits
        read_s = _seconds(read, limits.read_timeout_s)
        write_s = _seconds(write, limits.write_timeout_s)
        connect_s = _seconds(connect, limits.connect_timeout_s)
        pool_s = _seconds(pool, limits.pool_timeout_s)
        reached_s = None if pool_s is None or connect_s is None else pool_s + connect_s
        # aiohttp has no time of its own for writing: it ends with the whole call's.
        parts = (reached_s, write_s, read_s)
        total_s = None if None in parts else sum(part or 0.0 for part in parts)
        return aiohttp.ClientTimeout(
            total=total_s, connect=reached_s, sock_connect=connect_s, sock_read=read_s
        )


class HttpxRequest(HTTPXRequest):
    """The library's own client with the same limits; it does not log what a reply holds."""

    def __init__(self, limits: HttpLimits | None = None) -> None:
        limits = limits or HttpLimits()
        super().__init__(
            connection_pool_size=limits.connections,
            connect_timeout=limits.connect_timeout_s,
            read_timeout=limits.read_timeout_s,
            write_timeout=limits.write_timeout_s,
            pool_timeout=limits.pool_timeout_s,
            proxy=limits.proxy,
            # Which proxy the environment names was looked up for both clients alike.
            httpx_kwargs={"trust_env": False},
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """Read a reply; unlike the library's own, without writing what it holds to the log."""
        return parse_reply(payload)


def make_request(client: HttpClient, limits: HttpLimits) -> BaseRequest:
    """The HTTP client that a setting names."""
    return AiohttpRequest(limits) if client is HttpClient.AIOHTTP else HttpxRequest(limits)


def proxy_for(url: str, given: str | None) -> str | None:
    """The proxy to an address: the given one, or what `HTTPS_PROXY` and `NO_PROXY` say.

    Raises:
        StartError: it is no HTTP proxy.
    """
    parts = urlsplit(url)
    proxies = {} if proxy_bypass(parts.hostname or "") else getproxies()
    proxy = given or proxies.get(parts.scheme) or proxies.get("all")
    if proxy and urlsplit(proxy).scheme != "http":
        raise StartError(
            "The proxy on the way to Telegram must be an http:// address; set"
            " FACTCONTEXT_TELEGRAM_PROXY_URL to one, or NO_PROXY to reach Telegram without."
        )
    return proxy


def parse_reply(payload: bytes) -> JSONDict:
    """The JSON object of a reply.

    Raises:
        TelegramError: it is something else.
    """
    try:
        reply: JSONDict = json.loads(payload.decode(errors="replace"))
    except ValueError:
        raise TelegramError("Invalid server response") from None
    return reply


def never_left(error: TelegramError) -> bool:
    """Whether a call that failed cannot have reached Telegram, by either client."""
    return isinstance(
        error.__cause__,
        aiohttp.ConnectionTimeoutError
        | aiohttp.ClientConnectorError
        | httpx.ConnectTimeout
        | httpx.PoolTimeout
        | httpx.ConnectError,
    )


def broke(error: TelegramError) -> bool:
    """Whether a connection failed, so that what Telegram made of the call is unknown."""
    return isinstance(error.__cause__, aiohttp.ClientError | OSError | httpx.TransportError)


def reply_began(error: TelegramError) -> bool:
    """Whether a connection broke inside the reply, by either client."""
    cause = error.__cause__
    return isinstance(error, ReplyLostError) or (
        # httpx tells the two breaks apart in words only.
        isinstance(cause, httpx.RemoteProtocolError) and "complete message body" in str(cause)
    )


async def _translated(
    call: Callable[[], Awaitable[tuple[int, bytes]]], *, tries: int
) -> tuple[int, bytes]:
    """Make a call; foreign errors become the library's, with causes that name no URL."""
    while True:
        tries -= 1
        try:
            return await call()
        except aiohttp.InvalidURL:
            raise NetworkError("The address of the Bot API is no URL.") from None
        except (aiohttp.ServerTimeoutError, TimeoutError) as error:
            raise TimedOut from error
        except aiohttp.ClientPayloadError as error:
            raise ReplyLostError(type(error).__name__) from error
        except aiohttp.ClientResponseError as error:
            # It holds the request, and that the URL.
            raise NetworkError(f"{type(error).__name__} {error.status}") from None
        except (aiohttp.ClientError, OSError) as error:
            if tries and not isinstance(error, aiohttp.ClientConnectorError):
                continue
            raise NetworkError(type(error).__name__) from error


async def _read(response: aiohttp.ClientResponse) -> bytes:
    try:
        return await response.read()
    except TimeoutError:
        raise
    except (aiohttp.ClientError, OSError) as error:
        if response.status != HTTPStatus.OK:
            raise
        raise aiohttp.ClientPayloadError(type(error).__name__) from error


def _body(data: RequestData | None) -> tuple[Any, dict[str, str] | None]:
    """What is sent of the parameters: JSON, or a form of many parts where there are files."""
    if data is None:
        return None, None
    if not data.contains_files:
        # An answer is markup and words of all scripts: percent-encoded it is three times as long.
        return json.dumps(data.parameters, ensure_ascii=False).encode(), _JSON
    # Names stay as they are: percent-encoded ones would be shown so.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form, None


def _url(url: str) -> URL:
    return URL(url, encoded=True)


def _seconds(given: ODVInput[float], default: float | None) -> float | None:
    return default if isinstance(given, DefaultValue) else given
