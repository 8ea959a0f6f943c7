"""What a browser gets of an answer and of an article, over real HTTP from a real library."""

from __future__ import annotations

import asyncio
import re
import threading
from dataclasses import replace

import lxml.html
import pytest
from support.collection import load
from support.web_pages import (
    ARABIC,
    CLAIM,
    EARLIER,
    EVIL,
    HOSTILE,
    LATER,
    LONG,
    LONG_COMMENTS,
    SEL,
    WebPages,
    comment_saying,
    documents,
    web_pages,
)

from bot.web.pages.tree import COMMENTS_A_PAGE
from index.library import WholeDocument
from index.model import Claim
from index.reference import AnswerReference, references_to_json


def read(text: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(text)


def words(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


async def page(pages: WebPages, path: str, **headers: str) -> lxml.html.HtmlElement:
    status, text = await pages.get(path, **headers)
    assert status == 200
    return read(text)


async def test_an_answer_shows_its_passages_and_leads_to_their_place(pages: WebPages) -> None:
    answer_id = await pages.answered(CLAIM)
    shown = await page(pages, f"/c/{answer_id}")
    assert "Close match" in words(shown)
    card = shown.xpath("//article[.//a[contains(., 'Sel dam holds')]]")[0]
    assert "The Harbour Post · Ida Holm · November 2018" in words(card)
    assert "About the source: Owned by the port authority." in words(card)
    assert card.xpath(".//h3/a/@href") == [f"/c/{answer_id}/{SEL}#match"]
    assert "https://harbourpost.example/sel?page=1&all=yes" in card.xpath(".//a/@href")
    assert "opinions of readers, not checked" in words(shown)


async def test_several_claims_have_a_heading_each(pages: WebPages) -> None:
    answer_id = await pages.answered(CLAIM, "The lanterns on the old quay were lit again")
    shown = await page(pages, f"/c/{answer_id}")
    headings = [words(heading) for heading in shown.xpath("//h2")]
    assert [h for h in headings if h.startswith("Claim")] == ["Claim 1", "Claim 2"]


async def test_an_article_in_its_place_marks_what_the_answer_quotes(pages: WebPages) -> None:
    answer_id = await pages.answered(CLAIM)
    shown = await page(pages, f"/c/{answer_id}/{SEL}")
    body = [words(p) for p in shown.xpath("//div[@class='body']/p")]
    assert body[0].endswith("The reservoir fell by three metres after the storm.")
    assert body[-1].endswith("The council meets again on Friday.")
    strong = "".join(shown.xpath("//div[@class='body']//mark/strong/text()"))
    assert CLAIM in strong
    assert shown.xpath("count(//*[@id='match'])") == 1
    assert shown.xpath("//div[@class='body']/@lang") == ["en"]
    matched = shown.xpath("//article[contains(@class, 'matched')]")
    assert matched
    assert all("matching comment" in words(one) for one in matched)
    assert shown.xpath("//header//a/@href")[0] == f"/c/{answer_id}"


async def test_an_article_of_its_own_has_numbered_paragraphs_and_no_marks(
    pages: WebPages,
) -> None:
    shown = await page(pages, f"/d/{SEL}")
    assert shown.xpath("//div[@class='body']/p/@id") == ["p1", "p2", "p3"]
    assert shown.xpath("//mark") == []
    assert shown.xpath("//nav[@class='order']") == []


async def test_hidden_and_deleted_comments_are_never_shown_and_their_replies_are(
    pages: WebPages,
) -> None:
    answer_id = await pages.answered(CLAIM)
    for path in (f"/d/{SEL}", f"/c/{answer_id}/{SEL}", f"/c/{answer_id}/{SEL}?order=match"):
        _, text = await pages.get(path)
        assert "Secret words" not in text
        assert "Cleo" not in text
        shown = read(text)
        (reply,) = shown.xpath("//article[contains(., 'A reply to what is hidden.')]")
        above = reply.xpath("ancestor::details/preceding-sibling::article")[-1]
        assert words(above) == "This comment is not shown."
        assert words(shown).count("This comment is not shown.") == 2


async def test_the_discussion_is_a_tree_with_quotes_and_guesses_told(pages: WebPages) -> None:
    shown = await page(pages, f"/d/{SEL}")
    mara = shown.xpath("//ul[@class='thread']/li[.//article[contains(., 'I live below')]]")[0]
    assert words(mara.xpath("./details/summary")[0]) == "3 replies"
    assert [words(q) for q in mara.xpath(".//blockquote[@class='quoted']")] == ["nothing happened"]
    assert "where this comment begins and ends was guessed" in words(mara)
    levels = {
        len(one.xpath("ancestor::details")) for one in shown.xpath("//article[@class='comment']")
    }
    assert max(levels) == 6
    assert "in reply to anonymous reader: “Deeper 8 into the valley.”" in words(mara)


async def test_conversations_are_sorted_as_wished(pages: WebPages) -> None:
    answer_id = await pages.answered("The water at the dam was low in one night")
    zoe = comment_saying(pages.library, "The water at the dam was low")
    by_thread = await page(pages, f"/c/{answer_id}/{SEL}")
    by_match = await page(pages, f"/c/{answer_id}/{SEL}?order=match")
    first = "(//ul[@class='thread']/li/article)[1]/@id"
    assert by_thread.xpath(first) != [f"c{zoe}"]
    assert by_match.xpath(first) == [f"c{zoe}"]
    assert by_match.xpath("//nav[@class='order']/a[@aria-current]/text()") == ["Matching first"]


async def test_a_long_discussion_has_pages_and_a_comment_is_found_on_its_own(
    pages: WebPages,
) -> None:
    first = await page(pages, f"/d/{LONG}")
    assert len(first.xpath("//article[@id and starts-with(@id, 'c')]")) == COMMENTS_A_PAGE
    assert words(first.xpath("//nav[@class='pager']/span")[0]) == "1/3"
    last = comment_saying(pages.library, f"number{LONG_COMMENTS - 2}", LONG)
    shown = await page(pages, f"/d/{LONG}?at={last}")
    assert shown.xpath(f"//article[@id='c{last}']") != []
    assert words(shown.xpath("//nav[@class='pager']/span")[0]) == "3/3"
    beyond = await page(pages, f"/d/{LONG}?page=999999999")
    assert words(beyond.xpath("//nav[@class='pager']/span")[0]) == "3/3"


async def test_hostile_texts_stay_texts(pages: WebPages) -> None:
    answer_id = await pages.answered("wrote the paper about zebras", "said the zebra")
    for path in (f"/d/{HOSTILE}", f"/c/{answer_id}", f"/c/{answer_id}/{HOSTILE}", "/"):
        status, text = await pages.get(path)
        assert status == 200
        assert "<script>document" not in text
        assert "onerror=alert(1)>" not in re.sub(r"&[a-z#0-9]+;", "", text.replace(">", ""))
        shown = read(text)
        assert shown.xpath("//img") == []
        assert [s.get("src").partition("?")[0] for s in shown.xpath("//script")] == [
            "/assets/page.js"
        ]
        assert shown.xpath("//@style | //@onerror | //@onclick | //style") == []
        assert [a for a in shown.xpath("//a/@href") if a.startswith("javascript")] == []
    assert EVIL in "".join(read((await pages.get(f"/d/{HOSTILE}"))[1]).xpath("//h1//text()"))


async def test_arabic_runs_from_right_to_left_inside_any_page(pages: WebPages) -> None:
    shown = await page(pages, f"/d/{ARABIC}")
    assert shown.get("dir") == "ltr"
    assert shown.xpath("//h1/@dir | //div[@class='body']/p/@dir") == ["rtl", "rtl"]
    whole = await page(pages, f"/d/{ARABIC}?lang=ar")
    assert (whole.get("lang"), whole.get("dir")) == ("ar", "rtl")
    assert {"lang=ar" in a for a in whole.xpath("//header//a/@href")} == {True}


async def test_the_language_is_the_one_the_browser_wishes_most(pages: WebPages) -> None:
    wishes = {"Accept-Language": "xx, en;q=0.3, uk;q=0.8, de;q=zero"}
    assert (await page(pages, f"/d/{SEL}", **wishes)).get("lang") == "uk"
    assert (await page(pages, f"/d/{SEL}?lang=tr", **wishes)).get("lang") == "tr"
    assert (await page(pages, f"/d/{SEL}?lang=<b>", **wishes)).get("lang") == "en"


async def test_a_corrected_article_shows_only_its_newest_words(pages: WebPages) -> None:
    earlier = await page(pages, f"/d/{EARLIER}")
    assert earlier.xpath("//div[@class='body']/p") == []
    assert earlier.xpath("//p[@class='note']/a/@href") == [f"/d/{LATER}"]
    assert "updated 9 May 2020" in words(await page(pages, f"/d/{LATER}"))
    pages.library.hide([LATER], reason="test")
    hidden = await page(pages, f"/d/{EARLIER}")
    assert hidden.xpath("//div[@class='body']/p | //p[@class='note']/a") == []


async def test_copies_of_other_outlets_are_named_with_their_links(pages: WebPages) -> None:
    copy = replace(
        documents()[LATER - 1], source="Island Gazette", url="https://gazette.example/ferry"
    )
    load(pages.library, [copy], path="copy.jsonl")
    shown = await page(pages, f"/d/{LATER}")
    copies = shown.xpath("//p[@class='copies']")[0]
    assert words(copies) == "Also published by Island Gazette · 9 May 2020"
    assert copies.xpath("./a/@href") == ["https://gazette.example/ferry"]


@pytest.mark.parametrize(
    "path",
    [
        "/c/nothing-kept",
        "/c/x'--/1",
        "/d/0",
        "/d/999",
        "/d/99999999999999999999999999",
        "/d/-1",
        "/d/one",
    ],
)
async def test_what_is_not_there_is_said_on_a_page(pages: WebPages, path: str) -> None:
    status, text = await pages.get(path)
    assert status == 404
    assert read(text).xpath("//h1/text()")[0] in (
        "There is no such page.",
        "This answer is no longer kept. Send the claim again.",
    )


async def test_what_is_taken_down_is_gone_from_every_page_at_once(pages: WebPages) -> None:
    answer_id = await pages.answered(CLAIM)
    assert (await pages.get(f"/c/{answer_id}/{SEL}"))[0] == 200
    pages.library.hide([SEL], reason="test")
    assert (await pages.get(f"/d/{SEL}"))[0] == 404
    assert (await pages.get(f"/c/{answer_id}/{SEL}"))[0] == 404
    assert "Sel dam holds" not in (await pages.get(f"/c/{answer_id}"))[1]


async def test_of_several_claims_the_one_whose_texts_were_taken_down_says_so(
    pages: WebPages,
) -> None:
    lanterns, dam = await pages.service.answer(
        [Claim(text="The lanterns on the old quay were lit again"), Claim(text=CLAIM)]
    )
    of_sel = tuple(one for one in dam.reporting if one.head.document_id == SEL)
    parts = (lanterns, replace(dam, reporting=of_sel, discussion=()))
    reference = references_to_json([AnswerReference.of(answer) for answer in parts])
    answer_id = await pages.answers.add(chat_id=5, question_id=1, reference=reference)
    pages.library.hide([SEL], reason="test")
    first, second = (await page(pages, f"/c/{answer_id}")).xpath("//section[@class='answer']")
    assert "What this answer showed was withdrawn." in words(second)
    assert "withdrawn" not in words(first)


async def test_a_document_that_the_answer_does_not_quote_is_shown_without_marks(
    pages: WebPages,
) -> None:
    answer_id = await pages.answered("السد لم يتضرر")
    found = await pages.answers.find(answer_id)
    assert found is not None
    async with pages.client.get(
        f"{pages.url}/c/{answer_id}/999", allow_redirects=False
    ) as response:
        assert (response.status, response.headers["location"]) == (303, "/d/999")


async def test_every_page_has_a_strict_policy_and_loads_only_what_is_ours(
    pages: WebPages,
) -> None:
    answer_id = await pages.answered(CLAIM)
    for path in ("/", f"/c/{answer_id}", f"/d/{SEL}", "/c/nothing-kept"):
        async with pages.client.get(pages.url + path) as response:
            policy = dict(
                part.strip().split(" ", 1)
                for part in response.headers["content-security-policy"].split(";")
            )
            shown = read(await response.text())
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == "https://web.telegram.org"
        assert "unsafe" not in str(policy)
        assert response.headers["referrer-policy"] == "no-referrer"
        loaded = shown.xpath("//link/@href | //script/@src | //img/@src")
        assert {address.startswith("/assets/") for address in loaded} == {True}
        assert shown.xpath("//script[text()]") == []
    async with pages.client.get(pages.url + loaded[0]) as response:
        assert "immutable" in response.headers["cache-control"]
    assert (await pages.get("/assets/..%2fbase.html"))[0] == 404


async def test_few_articles_are_read_at_a_time_and_all_are_shown(
    pages: WebPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, now, most = pages.library.whole, 0, 0
    several = threading.Event()

    def counted(document_id: int) -> WholeDocument | None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        if now > 1:
            several.set()
        # The first waits for a second, so that they do stand side by side.
        assert several.wait(60)
        found = whole(document_id)
        now -= 1
        return found

    monkeypatch.setattr(pages.library, "whole", counted)
    shown = await asyncio.gather(*(pages.get(f"/d/{SEL}") for _ in range(6)))
    assert [status for status, _ in shown] == [200] * 6
    assert most == 2


async def test_behind_a_path_of_the_proxy_every_address_has_it(pages: WebPages) -> None:
    folder = pages.library.path.parent
    async with web_pages(folder, root="/context") as inner:
        shown = await page(inner, f"/d/{SEL}")
        own = [a for a in shown.xpath("//@href | //@src") if a.startswith("/")]
        assert own
        assert all(address.startswith("/context/") for address in own)
