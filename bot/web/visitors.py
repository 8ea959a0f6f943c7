"""Who asks by HTTP, and how often: addresses lie in memory alone, until a visit a minute later."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

_MINUTE_S = 60.0
_REMEMBERED = 10_000
_UNKNOWN = "unknown"


class Visitors:
    """Tells visitors apart, and how many requests each may make."""

    def __init__(self, *, behind_proxy: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody has come yet.

        Args:
            behind_proxy: whether every connection comes from a proxy of the operator's, which
                puts the visitor's address last in `X-Forwarded-For`.
            clock: seconds.
        """
        self._behind_proxy = behind_proxy
        self._clock = clock
        self._came: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def address(self, request: Request) -> str:
        """One visitor's address; of version 6 the network, of which each visitor has a whole."""
        stated = request.client.host if request.client else ""
        if self._behind_proxy:
            # What stands before the last one is the visitor's own word.
            stated = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        try:
            address = ipaddress.ip_address(stated)
        except ValueError:
            return _UNKNOWN
        if isinstance(address, ipaddress.IPv6Address):
            if address.ipv4_mapped is not None:
                return str(address.ipv4_mapped)
            return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
        return str(address)

    def may(self, request: Request, what: str, *, per_min: int) -> bool:
        """Count a request; false where this visitor has made too many of its kind in a minute.

        Args:
            request: what is asked.
            what: the kind.
            per_min: how many are allowed.
        """
        now = self._clock()
        key = (what, self.address(request))
        recent = [moment for moment in self._came.pop(key, ()) if now - moment < _MINUTE_S]
        allowed = len(recent) < per_min
        if allowed:
            recent.append(now)
        if recent:
            self._came[key] = recent
        while self._came and self._forgettable(now):
            self._came.popitem(last=False)
        return allowed

    def _forgettable(self, now: float) -> bool:
        """Whether the one who came least recently counts for nothing any more, or is too many."""
        if len(self._came) > _REMEMBERED:
            return True
        return now - next(iter(self._came.values()))[-1] >= _MINUTE_S
