"""Nothing but the public internet is reached, by whatever name."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from support.site import AGENT

from index.errors import FetchError, RefusedUrlError
from index.fetch.addresses import PinningResolver, checked, is_public
from index.fetch.fetcher import Fetcher, FetchLimits

REFUSED = {
    "loopback": "127.0.0.1 127.8.8.8 ::1",
    "private": "10.0.0.1 172.16.0.1 192.168.1.1 fc00::1 fd12:3456::1",
    "link-local": "169.254.169.254 fe80::1",
    "shared": "100.64.0.1",
    "site-local": "fec0::1",
    "multicast": "224.0.0.1 239.255.255.250 ff02::1 ff0e::1",
    "reserved": "240.0.0.1 255.255.255.255 0.0.0.0 ::",
    "IPv4-mapped": "::ffff:127.0.0.1 ::ffff:8.8.8.8",
    "IPv4-compatible": "::127.0.0.1 ::8.8.8.8",
    "NAT64": "64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1",
    "6to4": "2002:7f00:1:: 2002:808:808::1 192.88.99.1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "documentation": "192.0.2.1 198.51.100.1 203.0.113.9 2001:db8::1 3fff::1",
    "benchmarks": "198.18.0.1 2001:2::1",
    "other protocols": "192.0.0.1 100::1 5f00::1",
}


@pytest.mark.parametrize("kind", REFUSED)
def test_addresses_that_lead_behind_the_public_internet_are_refused(kind: str) -> None:
    let_through = [a for a in REFUSED[kind].split() if is_public(ip_address(a), 443)]
    assert let_through == []


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111"])
def test_public_addresses_are_let_through_on_ports_of_the_web(address: str) -> None:
    ports = [port for port in (22, 25, 80, 443, 6379, 8080, 8443, 9200, 0)
             if is_public(ip_address(address), port)]  # fmt: skip
    assert ports == [80, 443, 8080, 8443]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/x",
        "gopher://a.example/x",
        "javascript:alert(1)",
        "//a.example/x",
        "a.example/x",
        "http://",
        "http:///x",
        "http://user@a.example/",
        "http://user:secret@a.example/",
        "http://a.example:99999/",
        "http://[::1",
        "http://a.example/" + "x" * 3_000,
        "http://a.example/\x00",
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://8.8.8.8:22/",
        "",
    ],
)
def test_addresses_that_are_none_of_the_public_web_are_refused_before_anything_is_asked(
    url: str,
) -> None:
    with pytest.raises(RefusedUrlError):
        checked(url, is_public)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(RefusedUrlError) as refused:
        checked("http://user:secret@a.example/", is_public)
    assert "secret" not in str(refused.value)


HERE = ["localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"]
"""Shorthands are no addresses for the check of the text; the resolver knows what they mean."""


@pytest.mark.parametrize("host", HERE)
async def test_names_that_lead_to_this_machine_are_refused_when_resolved(host: str) -> None:
    with pytest.raises(RefusedUrlError, match="public internet"):
        await PinningResolver(is_public).resolve(host, 80)


@pytest.mark.parametrize("host", HERE)
async def test_nothing_is_fetched_by_such_a_name(host: str) -> None:
    async with Fetcher(user_agent=AGENT, limits=FetchLimits(timeout_s=60)) as fetcher:
        with pytest.raises(FetchError, match=r"public internet|canonical"):
            await fetcher.get(f"http://{host}/")
