from __future__ import annotations

import asyncio
import gzip
import socket
from typing import Any

import pytest
from aiohttp import web
from support.site import AGENT, Site

from index.errors import FetchError, RefusedUrlError, TooLargeError, UnreachableError
from index.fetch.fetcher import Fetcher
from index.fetch.values import Validators


async def test_a_page_comes_with_its_encoding_and_what_tells_its_state(
    site: Site, fetcher: Fetcher
) -> None:
    url = site.put("/a", "é".encode("cp1252"), "text/html; charset=windows-1252", ETag='"1"',
                   Last_Modified="Fri, 03 May 2024 10:00:00 GMT")  # fmt: skip
    fetched = await fetcher.get(url)
    assert (fetched.url, fetched.content, fetched.charset) == (url, b"\xe9", "windows-1252")
    assert fetched.validators == Validators(
        etag='"1"', last_modified="Fri, 03 May 2024 10:00:00 GMT"
    )


async def test_what_is_known_already_is_not_sent_again(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/a", "x", ETag='"1"')
    assert await fetcher.get_if_changed(url, Validators(etag='"1"')) is None
    changed = await fetcher.get_if_changed(url, Validators(etag='"0"'))
    assert changed is not None
    assert changed.content == b"x"


async def test_no_change_since_nothing_is_a_fault(site: Site, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="not changed"):
        await fetcher.get(site.fail("/a", 304))


async def test_it_says_who_it_is_and_sends_no_cookies(site: Site, fetcher: Fetcher) -> None:
    url = site.put("/a", "x", Set_Cookie="a=b")
    await fetcher.get(url)
    await fetcher.get(url)
    assert {request.headers["User-Agent"] for request in site.requests} == {AGENT}
    assert [request for request in site.requests if "Cookie" in request.headers] == []


# ---------------------------------------------------------------- redirects


async def test_a_redirect_is_followed_and_told(site: Site, fetcher: Fetcher) -> None:
    site.fail("/old", 301, Location="/new")
    site.put("/new", "x")
    assert (await fetcher.get(site.url("/old"))).url == site.url("/new")


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/",
        "http://[::1]/",
        "http://localhost:9/",
        "http://169.254.169.254/latest/",
        "file:///etc/passwd",
        "http://user:pw@127.0.0.1/",
        "http://[::",
    ],
)
async def test_every_redirect_is_checked_again(site: Site, fetcher: Fetcher, target: str) -> None:
    site.fail("/out", 302, Location=target)
    with pytest.raises(RefusedUrlError):
        await fetcher.get(site.url("/out"))


async def test_redirects_are_bounded(site: Site, fetcher: Fetcher) -> None:
    site.fail("/loop", 302, Location="/loop")
    with pytest.raises(FetchError, match="more than 5 times"):
        await fetcher.get(site.url("/loop"))
    assert site.asked("/loop") == 6


async def test_a_name_is_resolved_once_and_the_connection_goes_there(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look could be given another answer: that is how such checks are got around."""
    answers = iter(["127.0.0.1", "10.0.0.1"])
    asked: list[str] = []
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    site.put("/robots.txt", "")
    site.put("/a", "x")
    async with site.fetcher() as fetcher:
        fetched = await fetcher.get(f"http://rebinding.example:{site.port}/a")
    assert fetched.content == b"x"
    assert asked == ["rebinding.example"]


async def test_of_a_name_with_mixed_addresses_only_allowed_ones_are_connected_to(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(_host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("10.0.0.1", "127.0.0.1")
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    site.put("/a", "x")
    # The network guard of the tests would fail on any other address.
    assert (await fetcher.get(f"http://mixed.example:{site.port}/a")).content == b"x"


# ---------------------------------------------------------------- bounds


@pytest.mark.parametrize("packed", [False, True])
async def test_bytes_are_bounded_after_unpacking(site: Site, packed: bool) -> None:
    body = b"x" * 2_000_000
    headers = {"Content_Encoding": "gzip"} if packed else {}
    url = site.put("/a", gzip.compress(body) if packed else body, **headers)
    async with site.fetcher(max_bytes=2_000_000) as fetcher:
        assert (await fetcher.get(url)).content == body
    async with site.fetcher(max_bytes=1_999_999) as fetcher:
        with pytest.raises(TooLargeError, match="1,999,999 bytes"):
            await fetcher.get(url)


async def test_packed_parts_after_each_other_are_one_content(site: Site, fetcher: Fetcher) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    assert (await fetcher.get(site.put("/a", body, Content_Encoding="gzip"))).content == (
        b"one two"
    )


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b"x" * 10_000)[:-12], "gzip"),
        (b"no gzip", "gzip"),
        (b"x", "br"),
        (b"x", "gzip, gzip"),
    ],
)
async def test_what_cannot_be_unpacked_is_a_named_fault(
    site: Site, fetcher: Fetcher, body: bytes, encoding: str
) -> None:
    url = site.put("/a", body, Content_Encoding=encoding)
    with pytest.raises(FetchError, match="/a"):
        await fetcher.get(url)


async def test_an_answer_that_does_not_end_is_given_up(site: Site) -> None:
    site.put("/robots.txt", "")
    async with site.fetcher() as fetcher:
        await fetcher.get(site.put("/a", "x"))
    site.held.clear()
    async with site.fetcher(timeout_s=0.2) as fetcher:
        with pytest.raises(FetchError, match="robots"):
            await fetcher.get(site.url("/a"))


async def test_a_body_cut_short_is_a_fault(site: Site, fetcher: Fetcher) -> None:
    def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
        request.transport.close()
        return web.Response()

    site.answers["/a"] = cut
    with pytest.raises(FetchError, match="/a cannot be fetched"):
        await fetcher.get(site.url("/a"))


# ---------------------------------------------------------------- faults


async def test_a_server_that_cannot_be_connected_to_is_named_and_no_rule_of_its_site(
    site: Site, fetcher: Fetcher, unused_tcp_port: int
) -> None:
    site.port = unused_tcp_port
    url = site.url("/a")
    with pytest.raises(UnreachableError) as told:
        await fetcher.get(url)
    assert f"{url} cannot be fetched: 127.0.0.1 cannot be connected to" in str(told.value)
    assert "robots" not in str(told.value)


async def test_a_misspelt_host_is_told_as_one(
    site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(UnreachableError) as told:
        await fetcher.get("http://outlte.example/a")
    assert str(told.value) == (
        "http://outlte.example/a cannot be fetched: no server called outlte.example was found; "
        "check the address, and whether this machine is on the network."
    )


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410, 500, 503, 600])
async def test_a_refusal_tells_its_status(site: Site, fetcher: Fetcher, status: int) -> None:
    url = site.fail("/a", status)
    with pytest.raises(FetchError, match=f"answers {status}") as refused:
        await fetcher.get(url)
    assert refused.value.status == status


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("120", 120.0), ("", None), ("soon", None), ("-5", None), ("99999999999", 604_800.0),
     ("Fri, 03 May 2024 10:00:00 GMT", 0.0)],
)  # fmt: skip
async def test_a_server_says_how_long_it_wants_to_be_left_alone(
    site: Site, fetcher: Fetcher, stated: str, seconds: float | None
) -> None:
    url = site.fail("/a", 503, Retry_After=stated)
    with pytest.raises(FetchError) as refused:
        await fetcher.get(url)
    assert refused.value.retry_after_s == seconds


async def test_a_server_that_is_not_there_is_a_named_fault(site: Site, fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site.port = port
    with pytest.raises(FetchError, match=r"127\.0\.0\.1"):
        await fetcher.get(site.url("/a"))


async def test_closing_twice_is_safe(site: Site) -> None:
    fetcher = site.fetcher()
    await fetcher.aclose()
    await fetcher.aclose()
