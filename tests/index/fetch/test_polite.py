"""robots.txt is heard, and no host is asked twice at once."""

from __future__ import annotations

import asyncio

import pytest
from support.site import Site

from index.errors import FetchError, RefusedUrlError
from index.fetch.fetcher import Fetcher
from index.fetch.hosts import Hosts
from index.fetch.robots import MAX_DELAY_S


async def test_what_a_site_does_not_want_fetched_is_not_asked_for(
    site: Site, fetcher: Fetcher
) -> None:
    site.put("/robots.txt", "User-agent: factcontext\nDisallow: /private/\n")
    site.put("/private/a", "x")
    site.put("/a", "x")
    with pytest.raises(RefusedUrlError, match=r"robots\.txt"):
        await fetcher.get(site.url("/private/a"))
    assert await fetcher.get(site.url("/a"))
    assert site.asked("/private/a") == 0


async def test_a_redirect_to_what_is_not_wanted_is_not_followed(
    site: Site, fetcher: Fetcher
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    site.fail("/out", 302, Location="/private/a")
    with pytest.raises(RefusedUrlError, match=r"robots\.txt"):
        await fetcher.get(site.url("/out"))


async def test_the_rules_of_a_site_are_read_once(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "")
    for path in ("/a", "/b"):
        site.put(path, "x")
    await asyncio.gather(*(fetcher.get(site.url(path)) for path in ("/a", "/b", "/a")))
    assert site.asked("/robots.txt") == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_rules_allows_everything(
    site: Site, fetcher: Fetcher, status: int
) -> None:
    site.fail("/robots.txt", status)
    site.put("/a", "x")
    assert await fetcher.get(site.url("/a"))


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_site_that_cannot_say_its_rules_is_left_alone(
    site: Site, fetcher: Fetcher, status: int
) -> None:
    site.fail("/robots.txt", status)
    site.put("/a", "x")
    with pytest.raises(FetchError, match=r"robots\.txt cannot be read"):
        await fetcher.get(site.url("/a"))
    assert site.asked("/a") == 0


@pytest.mark.parametrize(
    "text", ["\x00\xff\xfe", "Disallow", "User-agent: *\nDisallow: /private\nCrawl-delay: x\n"]
)
async def test_odd_rules_are_read_as_far_as_they_go(
    site: Site, fetcher: Fetcher, text: str
) -> None:
    site.put("/robots.txt", text.encode("latin-1"))
    site.put("/a", "x")
    assert await fetcher.get(site.url("/a"))


async def test_one_host_is_asked_one_thing_at_a_time(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "")
    for number in range(8):
        site.put(f"/{number}", "x")
    await asyncio.gather(*(fetcher.get(site.url(f"/{number}")) for number in range(8)))
    assert site.most_at_once == 1


async def test_between_two_requests_to_one_host_is_a_pause_and_none_to_another() -> None:
    hosts, loop = Hosts(), asyncio.get_running_loop()
    times = []
    for host in ("a", "b", "a"):
        async with hosts.turn(host, pause_s=0.2):
            times.append(loop.time())
    assert times[1] - times[0] < times[2] - times[0]
    assert times[2] - times[0] >= 0.2


async def test_a_turn_that_is_given_up_frees_the_host() -> None:
    hosts, entered = Hosts(), asyncio.Event()

    async def hold() -> None:
        async with hosts.turn("a", pause_s=0):
            entered.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(hold())
    await entered.wait()
    second = asyncio.create_task(hold())
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    async with asyncio.timeout(30), hosts.turn("a", pause_s=0):
        pass


async def test_hosts_that_nobody_waits_for_are_forgotten() -> None:
    hosts = Hosts()
    for number in range(1_500):
        async with hosts.turn(str(number), pause_s=0):
            pass
    assert len(hosts._hosts) == 1_000


async def test_the_pause_that_a_site_wants_is_kept_but_not_any(
    site: Site, fetcher: Fetcher
) -> None:
    from yarl import URL

    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 86400\n")
    url = URL(site.url("/a"))
    assert await fetcher._robots.delay_before(url) == MAX_DELAY_S
