"""Nobody opens pages without end, and whoever opens many is told when to come back."""

from __future__ import annotations

from pathlib import Path

import lxml.html
from support.web_pages import SEL, web_pages


async def test_too_many_pages_get_a_polite_one_until_a_minute_has_passed(folder: Path) -> None:
    async with web_pages(folder, visits_per_min=3, behind_proxy=True) as pages:
        here, there = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "203.0.113.10"}
        opened = [await pages.get(path, **here) for path in ("/", f"/d/{SEL}", "/c/gone12345")]
        assert [status for status, _ in opened] == [200, 200, 404]
        url = f"{pages.url}/d/{SEL}?lang=de"
        async with pages.client.get(url, headers=here) as response:
            heading = lxml.html.document_fromstring(await response.text()).findtext(".//h1")
        assert (response.status, response.headers["retry-after"], heading) == (
            429,
            "60",
            "Das waren viele Seiten auf einmal. Bitte versuchen Sie es in einer Minute wieder.",
        )
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert (await pages.get("/", **there))[0] == 200


async def test_without_a_limit_and_for_what_pages_load_there_is_none(folder: Path) -> None:
    async with web_pages(folder, visits_per_min=1) as pages:
        _, text = await pages.get("/")
        style = lxml.html.document_fromstring(text).xpath("//link[@rel='stylesheet']/@href")[0]
        assert [(await pages.get(style))[0] for _ in range(3)] == [200] * 3
    async with web_pages(folder, visits_per_min=0) as pages:
        assert [(await pages.get("/nothing"))[0] for _ in range(3)] == [404] * 3
        assert [(await pages.get("/"))[0] for _ in range(3)] == [200] * 3
