"""Politeness: one request at a time to a host, with a pause between two."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_MOST_HOSTS = 1_000


@dataclass(slots=True, kw_only=True)
class _Host:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    free_at: float = 0.0


class Hosts:
    """Takes turns at each host; other hosts are not waited for."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    @asynccontextmanager
    async def turn(self, host: str, *, pause_s: float) -> AsyncIterator[None]:
        """Wait for the host to be free, and keep it until the block ends and `pause_s` after."""
        place = self._hosts.setdefault(host, _Host())
        self._hosts.move_to_end(host)
        place.users += 1
        loop = asyncio.get_running_loop()
        try:
            async with place.turn:
                await asyncio.sleep(max(0.0, place.free_at - loop.time()))
                try:
                    yield
                finally:
                    place.free_at = loop.time() + pause_s
        finally:
            place.users -= 1
            self._forget(loop.time())

    def _forget(self, now: float) -> None:
        """Drop what was used longest ago, where nobody waits and the pause is over."""
        while len(self._hosts) > _MOST_HOSTS:
            name, place = next(iter(self._hosts.items()))
            if place.users or place.free_at > now:
                return
            del self._hosts[name]
