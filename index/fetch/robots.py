"""What sites ask programs not to fetch, each read once a day."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from protego import Protego
from yarl import URL

from index.errors import FetchError, ReadError, RefusedUrlError, UnreachableError

KEPT_S = 24 * 3_600
RETRIED_S = 600
"""How soon a file that could not be read is asked for again."""
MAX_BYTES = 500 * 1024
MAX_DELAY_S = 30.0
"""No site may keep the program waiting for longer between two requests."""

_MOST_SITES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    rules: Protego | None
    until: float
    fault: ReadError | None = None
    """Why there are none: then nothing may be fetched."""


class Robots:
    """Asks `/robots.txt` of each site before anything else of it is fetched."""

    def __init__(self, fetch: Callable[[URL], Awaitable[bytes]], user_agent: str) -> None:
        """Take what gets a file from its address, and what the program calls itself."""
        self._fetch = fetch
        self._user_agent = user_agent
        self._asked: OrderedDict[str, asyncio.Task[_Rules]] = OrderedDict()

    async def delay_before(self, url: URL) -> float:
        """Seconds that the site wants between two requests, if it allows this one at all.

        Raises:
            RefusedUrlError: the site does not want this address to be fetched by programs.
            FetchError: the site does not say what it wants.
        """
        asked = await self._of(url.origin())
        rules = asked.rules
        if isinstance(asked.fault, RefusedUrlError):
            raise RefusedUrlError(str(asked.fault)) from asked.fault
        if isinstance(asked.fault, UnreachableError):
            # That says nothing about robots.txt: nothing there can be fetched.
            about = str(asked.fault).replace(str(_file_of(url)), str(url))
            raise UnreachableError(about) from asked.fault
        if rules is None:
            raise FetchError(
                f"{url.host} does not say what programs may fetch, its robots.txt cannot be "
                f"read: {asked.fault}"
            ) from asked.fault
        if not rules.can_fetch(str(url), self._user_agent):
            raise RefusedUrlError(
                f"{url.host} does not want programs to fetch {url} (robots.txt). Save the page in "
                "a browser and add the file."
            )
        return min(float(rules.crawl_delay(self._user_agent) or 0.0), MAX_DELAY_S)

    async def aclose(self) -> None:
        """Give up what is being asked."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)
        self._asked.clear()

    async def _of(self, origin: URL) -> _Rules:
        loop = asyncio.get_running_loop()
        task = self._asked.get(str(origin))
        if task is None or (
            task.done() and (task.cancelled() or task.result().until < loop.time())
        ):
            task = loop.create_task(self._read(origin))
            self._asked[str(origin)] = task
        self._asked.move_to_end(str(origin))
        while len(self._asked) > _MOST_SITES and next(iter(self._asked.values())).done():
            self._asked.popitem(last=False)
        # Others may wait for the same file: who gives up does not give up for them.
        return await asyncio.shield(task)

    async def _read(self, origin: URL) -> _Rules:
        """As RFC 9309 has it: what is not there forbids nothing, what is broken everything."""
        now = asyncio.get_running_loop().time()
        try:
            text = (await self._fetch(_file_of(origin))).decode("utf-8", "replace")
        except ReadError as error:
            if not _is_missing(error):
                return _Rules(rules=None, until=now + RETRIED_S, fault=error)
            text = ""
        return _Rules(rules=Protego.parse(text), until=now + KEPT_S)


def _file_of(url: URL) -> URL:
    return url.origin() / "robots.txt"


def _is_missing(error: ReadError) -> bool:
    status = error.status if isinstance(error, FetchError) else None
    return (
        status is not None
        and HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        and status != HTTPStatus.TOO_MANY_REQUESTS
    )
