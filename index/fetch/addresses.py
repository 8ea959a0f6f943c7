"""Which addresses may be fetched from: those of the public internet, and nothing behind it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from index.errors import RefusedUrlError
from index.readers.fields import MAX_URL_CHARS

Allows: TypeAlias = Callable[[IPv4Address | IPv6Address, int], bool]
"""Whether an address and a port may be connected to."""

_PORTS = frozenset({80, 443, 8080, 8443})
_GLOBAL_V6 = ip_network("2000::/3")
# `is_global` lets all of these through, or depends on the version of Python for them.
_LEAD_ELSEWHERE: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(network)
    for network in (
        "192.88.99.0/24",  # relays of 6to4
        "64:ff9b::/96",  # NAT64: any IPv4 address in disguise
        "64:ff9b:1::/48",
        "2001::/23",  # Teredo and other protocols' own
        "2002::/16",  # 6to4
        "2001:db8::/32",  # documentation
        "3fff::/20",
        "fec0::/10",  # site-local
    )
)


def is_public(address: IPv4Address | IPv6Address, port: int) -> bool:
    """Whether an address is one of the public internet, and the port one of the web.

    Loopback, private, link-local, site-local, multicast and reserved addresses are not, nor are
    those that carry an IPv4 address in themselves: behind such a one may stand any of these.
    """
    if port not in _PORTS or not address.is_global:
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if isinstance(address, IPv6Address) and address not in _GLOBAL_V6:
        return False
    return not any(
        address in network for network in _LEAD_ELSEWHERE if network.version == address.version
    )


def checked(url: str, allows: Allows) -> URL:
    """An address that may be asked for, unless its host leads to another place than it seems.

    Raises:
        RefusedUrlError: it is no http or https address, has a password, or names what is not to
            be connected to.
    """
    try:
        parsed = URL(url.strip())
        host, port = parsed.host, parsed.port
    except ValueError as error:
        raise RefusedUrlError(f"{url[:200]!r} is no address of the web: {error}.") from error
    if parsed.scheme not in ("http", "https") or not host or port is None:
        raise RefusedUrlError(f"{url[:200]!r} is no http:// or https:// address.")
    if len(url) > MAX_URL_CHARS or not url.isprintable():
        raise RefusedUrlError(f"{url[:200]!r} is no address: it is too long, or has odd letters.")
    if parsed.user is not None or parsed.password is not None:
        raise RefusedUrlError(
            f"The address on {host} carries a user name or a password; give it without."
        )
    try:
        literal = ip_address(host.rstrip("."))
    except ValueError:
        return parsed  # A name: what it leads to is looked at when it is resolved.
    if not allows(literal, port):
        raise _refused(host, port)
    return parsed


class PinningResolver(AbstractResolver):
    """Resolves a name once, for the connection that is made to just what was looked at."""

    def __init__(self, allows: Allows) -> None:
        self._allows = allows

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name that may be connected to.

        Raises:
            RefusedUrlError: it has only others.
            OSError: it cannot be resolved.
        """
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM
        )
        results = [
            ResolveResult(
                hostname=host,
                host=str(place[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, place in found
            if self._allows(ip_address(str(place[0])), port)
        ]
        if not results:
            raise _refused(host, port)
        return results

    async def close(self) -> None:
        """Nothing is held."""


def _refused(host: str, port: int) -> RefusedUrlError:
    return RefusedUrlError(
        f"{host}, port {port}, is not of the public internet; only that is fetched from. Save "
        "the page or the file and add it."
    )
