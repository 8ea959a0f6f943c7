"""What an operator sees and does in the area."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
from support.operator import KEYS, Operator, said
from support.web_pages import CLAIM, EVIL, SEL, comment_saying, web_pages

from bot.latency import Cell, bucket_of, middle_s
from bot.pages import Vote


@pytest.fixture
async def operator(folder: Path) -> AsyncIterator[Operator]:
    async with web_pages(folder, keys=KEYS) as running:
        inside = Operator(running)
        await inside.enter()
        yield inside


DAY = datetime.now(UTC).date().isoformat()


def words(text: str) -> str:
    return " ".join(" ".join(lxml.html.document_fromstring(text).itertext()).split())


async def test_the_overview_says_how_the_collection_and_the_index_stand(
    operator: Operator,
) -> None:
    _, text = await operator.get()
    assert "Documents 6 with" in words(text)
    assert "0001" in words(text)
    assert "in use" in words(text)
    assert "run factcontext rebuild" not in words(text)
    operator.pages.library.hide([SEL], reason="test")
    assert "run factcontext rebuild" in words((await operator.get())[1])


async def test_answers_are_counted_by_day_and_strength(operator: Operator) -> None:
    await operator.pages.answered(CLAIM)
    await operator.pages.answered(CLAIM, "The lanterns on the old quay were lit again")
    days = await operator.pages.answers.by_day()
    assert [(strength, count) for _, strength, count in days] == [("strong", 2)]
    assert "strong: 2" in (await operator.get("/answers.svg"))[1]
    months = (await operator.get("/months.svg"))[1]
    assert "2018-11, The Harbour Post: 1" in months
    assert "2020-05, Ferry: 2" in months


async def test_the_time_to_an_answer_is_drawn_by_day(operator: Operator) -> None:
    assert "Time to an answer" not in (await operator.get())[1]
    today = datetime.now(UTC).date().isoformat()
    await operator.pages.latency.add(lambda: {Cell(today, "whole", bucket_of(0.2)): 19})
    await operator.pages.latency.add(lambda: {Cell(today, "whole", bucket_of(0.8)): 1})
    await operator.pages.latency.add(lambda: {Cell(today, "rank", bucket_of(0.1)): 1})
    drawn = lxml.etree.fromstring((await operator.get("/latency.svg"))[1].encode())
    took = f"{middle_s(bucket_of(0.2)):.3g} s"
    dots = drawn.xpath("//*[local-name()='circle']/*[local-name()='title']/text()")
    assert dots == [f"{today}, half within: {took}", f"{today}, 95 % within: {took}"]
    text = words((await operator.get())[1])
    assert f"{today} whole 20 {took} {took} {today} rank 1" in text


async def test_the_bench_tells_both_legs_fusion_and_outcome(operator: Operator) -> None:
    text = await operator.submit("/bench", claim=CLAIM)
    shown = lxml.html.document_fromstring(text)
    assert shown.xpath("//textarea/text()") == [CLAIM]
    best = shown.xpath("//h2[.='Reporting']/following-sibling::div[1]//tbody/tr[1]/td")
    cells = [" ".join(cell.text_content().split()) for cell in best]
    assert cells[0].startswith(f"Sel dam holds, engineers say · {SEL}The dam")
    assert cells[1].endswith("(no. 1)")
    assert cells[2].endswith("(no. 1)")
    assert cells[-1] == "strong"
    assert "Shown from 0.00 close" in words(text)


async def test_the_bench_names_what_was_hidden_since(operator: Operator) -> None:
    operator.pages.library.hide([SEL], reason="test")
    text = await operator.submit("/bench", claim=CLAIM)
    assert "Sel dam holds" not in text
    assert "hidden or removed" in words(text)


async def test_a_hostile_claim_on_the_bench_is_words(operator: Operator) -> None:
    shown = lxml.html.document_fromstring(await operator.submit("/bench", claim=EVIL))
    assert shown.xpath("//img | //script[not(starts-with(@src, '/assets/'))]") == []
    assert said(await operator.submit("/bench", claim=" ")) == "The claim is empty."


async def test_a_note_is_shown_with_the_next_passage(operator: Operator) -> None:
    done = await operator.submit("/sources", what="Ferry", note="  Sells   <b>tickets</b>. ")
    assert said(done) == "Noted: Ferry."
    assert "Sells <b>tickets</b>." in words((await operator.pages.get("/"))[1])
    assert said(await operator.submit("/sources", what="Ferry", note="")) == (
        "The note was deleted: Ferry."
    )
    assert "tickets" not in (await operator.pages.get("/"))[1]
    assert "nobody" in said(await operator.submit("/sources", what="nobody", note="x"))
    assert "at most 1,000" in said(
        await operator.submit("/sources", what="Ferry", note="x" * 2_000)
    )


async def test_what_is_hidden_here_is_gone_at_once_and_comes_back(operator: Operator) -> None:
    path = f"/d/{SEL}"
    done = await operator.submit("/takedowns", what=str(SEL), reason="Court order")
    assert said(done).startswith("1 document hidden. ")
    again = await operator.submit("/takedowns", what=str(SEL), reason="Court order")
    assert said(again) == "0 documents hidden; 1 hidden already."
    assert (await operator.pages.get(path))[0] == 404
    newest = lxml.html.document_fromstring(done).xpath("//input[@name='takedown']/@value")[0]
    assert "Court order" in done
    assert said(await operator.submit("/takedowns", takedown=newest)) == "1 document shown again."
    assert (await operator.pages.get(path))[0] == 200


async def test_a_comment_is_hidden_by_the_number_that_stands_beside_it(operator: Operator) -> None:
    mara = comment_saying(operator.pages.library, "I live below the dam")
    shown = lxml.html.document_fromstring((await operator.pages.get(f"/d/{SEL}"))[1])
    (number,) = shown.xpath(f"//article[@id='c{mara}']/p[@class='byline']/a")
    assert number.get("href").endswith(f"?order=thread&at={mara}#c{mara}")
    name = number.text_content()
    done = await operator.submit("/takedowns", what=name, reason="Libel")
    assert said(done).startswith("1 comment hidden. ")
    assert "I live below the dam" not in (await operator.pages.get(f"/d/{SEL}"))[1]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"what": "999", "reason": "x"}, "No stored document"),
        ({"what": "comment:999", "reason": "x"}, "No stored comment"),
        ({"what": "1", "reason": "  "}, "The reason is empty; nothing hidden."),
        ({"what": "  ", "reason": "x"}, "One of the names is empty"),
        ({"takedown": "999"}, "0 documents shown again."),
        ({"takedown": "1 OR 1"}, "0 documents shown again."),
    ],
)
async def test_what_cannot_be_done_is_said(
    operator: Operator, fields: dict[str, str], fault: str
) -> None:
    text = await operator.submit("/takedowns", **fields)
    assert fault in said(text)
    assert len(operator.pages.library.takedowns()) == 1
    typed = lxml.html.document_fromstring(text).xpath("//input[@type='text']/@value")
    assert typed == [fields.get("what", ""), fields.get("reason", "")]


async def test_what_many_asked_in_vain_is_listed_and_deleted(operator: Operator) -> None:
    store = operator.pages.unanswered
    assert "Nothing yet." in words((await operator.get("/unanswered"))[1])
    first = await store.add(f"{EVIL} water", chats=5)
    await store.add("wolves behind the school", chats=7)
    text = (await operator.get("/unanswered"))[1]
    shown = lxml.html.document_fromstring(text)
    assert shown.xpath("//img | //script[not(starts-with(@src, '/assets/'))]") == []
    assert [" ".join(one.text_content().split()) for one in shown.xpath("//section")] == [
        f"wolves behind the school 7 chats, last on {DAY} Delete",
        f"{EVIL} water 5 chats, last on {DAY} Delete",
    ]
    assert said(await operator.submit("/unanswered", number="x")).startswith("Nothing deleted")
    assert said(await operator.submit("/unanswered", number=str(first))) == "1 deleted."
    assert said(await operator.submit("/unanswered", number=str(first))) == "0 deleted."
    assert said(await operator.submit("/unanswered", number="9" * 50)) == "0 deleted."
    assert said(await operator.submit("/unanswered", number="all")) == "1 deleted."
    assert "Nothing yet." in words((await operator.get("/unanswered"))[1])


async def test_where_that_is_off_the_page_says_how_to_switch_it_on(folder: Path) -> None:
    async with web_pages(folder, keys=KEYS, unanswered_kept_days=0) as running:
        inside = Operator(running)
        await inside.enter()
        text = words((await inside.get("/unanswered"))[1])
    assert "FACTCONTEXT_UNANSWERED_KEPT_DAYS=30" in text
    assert "Nothing yet" not in text


async def test_votes_are_listed_with_their_passage(operator: Operator) -> None:
    await operator.pages.feedback.count(1, generation="0001", vote=Vote.UNHELPFUL)
    text = words((await operator.get("/feedback"))[1])
    assert "Sel dam holds, engineers say" in text
    assert "The reservoir fell by three metres" in text
