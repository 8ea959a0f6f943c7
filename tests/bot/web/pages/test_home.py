"""The front door, and a claim that is tried there."""

from __future__ import annotations

from pathlib import Path

import lxml.html
from support.web_pages import CLAIM, EVIL, SEL, WebPages, web_pages


async def test_it_says_what_the_bot_is_and_what_it_holds(pages: WebPages) -> None:
    status, text = await pages.get("/")
    shown = lxml.html.document_fromstring(text)
    assert status == 200
    assert shown.xpath("//h1/text()") == ["Context for what you read"]
    assert "https://t.me/context_bot" in shown.xpath("//a/@href")
    lines = [" ".join(" ".join(li.itertext()).split()) for li in shown.xpath("//ul/li")]
    note = "About the source: Owned by the port authority."
    assert f"The Harbour Post : 1 article {note}" in lines
    assert "Ferry : 2 articles" in lines


async def test_a_claim_is_answered_on_a_page_that_leads_on(pages: WebPages) -> None:
    status, text = await pages.try_claim(CLAIM)
    shown = lxml.html.document_fromstring(text)
    assert status == 200
    assert shown.xpath("//blockquote[@class='claim']/text()") == [CLAIM]
    (place,) = shown.xpath("//h3/a[contains(., 'Sel dam holds')]/@href")[:1]
    assert place.endswith(f"/{SEL}#match")
    assert (await pages.get(place.partition("#")[0]))[0] == 200


async def test_the_claim_is_written_nowhere(pages: WebPages) -> None:
    word = "Xylophonists"
    await pages.try_claim(f"{word}: {CLAIM}")
    folder = pages.library.path.parent
    for path in folder.glob("bot.sqlite3*"):
        assert word.encode() not in path.read_bytes()


async def test_the_address_of_an_answer_to_a_form_leads_back_to_the_field(
    pages: WebPages,
) -> None:
    async with pages.client.get(f"{pages.url}/try?lang=de", allow_redirects=False) as response:
        assert (response.status, response.headers["location"]) == (303, "/?lang=de")


async def test_a_hostile_claim_comes_back_as_words(pages: WebPages) -> None:
    for claim in (f"{EVIL} wrote the paper about zebras", '"><script>alert(1)</script> ok'):
        _, text = await pages.try_claim(claim)
        shown = lxml.html.document_fromstring(text)
        assert shown.xpath("//script[not(starts-with(@src, '/assets/'))] | //img") == []
        assert "<script>" not in text


async def test_what_states_nothing_is_told_so_beside_the_field(pages: WebPages) -> None:
    status, text = await pages.try_claim("ok")
    shown = lxml.html.document_fromstring(text)
    assert status == 422
    assert "I found no claim in this." in shown.xpath("//p[@role='alert']")[0].text_content()
    assert shown.xpath("//textarea")[0].text == "ok"


async def test_a_link_to_a_page_that_is_not_held_is_called_that(pages: WebPages) -> None:
    _, text = await pages.try_claim("https://news.example/unknown")
    assert "The collection does not hold the page behind this link." in text


async def test_nobody_may_ask_without_end(pages: WebPages) -> None:
    statuses = [(await pages.try_claim(CLAIM))[0] for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    assert (await pages.get("/"))[0] == 200


async def test_behind_a_proxy_visitors_are_told_apart_by_its_word_alone(folder: Path) -> None:
    async with web_pages(folder, claims_per_min=1, behind_proxy=True) as pages:
        said = [
            (await pages.try_claim(CLAIM, **{"X-Forwarded-For": chain}))[0]
            for chain in ("203.0.113.1", "203.0.113.2", "198.51.100.9, 203.0.113.1")
        ]
    assert said == [200, 200, 429]


async def test_trying_can_be_switched_off(folder: Path) -> None:
    async with web_pages(folder, claims_per_min=0) as pages:
        assert "<form" not in (await pages.get("/"))[1]
        assert (await pages.try_claim(CLAIM))[0] == 404


async def test_other_bodies_than_a_form_are_refused(pages: WebPages) -> None:
    url = f"{pages.url}/try"
    async with pages.client.post(url, json={"claim": CLAIM}) as response:
        assert response.status == 415
    async with pages.client.post(url, data={"claim": "x" * 100_000}) as response:
        assert response.status == 413
    many = {f"field{n}": "x" for n in range(50)}
    async with pages.client.post(url, data=many) as response:
        assert response.status == 400
