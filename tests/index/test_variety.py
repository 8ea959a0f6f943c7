"""Which comments are worth reading beside each other."""

from __future__ import annotations

import pytest

from index.assemble import Shown
from index.library import CommentHead, StoredPassage
from index.model import ArticleHead, Lane, Source
from index.variety import worth_reading

SHOWN = Shown(threads=2, remarks_per_thread=2, remarks=3)
TEXTS = (
    "The pharmacist gave my son the wrong dose twice.",
    "Nobody vaccinated in our valley before harvest ended.",
    "Our goats drank there and lived another nine years.",
    "Teachers counted absent pupils every winter morning.",
    "A cousin drives trucks through that tunnel weekly.",
    "Rainfall tables hang framed inside the lighthouse.",
)


def said(
    number: int, thread: int, text: str | None = None, comment: int | None = None
) -> StoredPassage:
    words = TEXTS[number] if text is None else text
    return StoredPassage(
        passage_id=number,
        lane=Lane.DISCUSSION,
        document=ArticleHead(document_id=70, title="T", source=Source(name="S")),
        comment=CommentHead(
            comment_id=number if comment is None else comment,
            thread_id=thread,
            author=None,
            published=None,
            parent_id=None,
            uncertain=False,
        ),
        text=words,
        start=0,
        end=len(words),
    )


def told(number: int) -> StoredPassage:
    return StoredPassage(
        passage_id=number,
        lane=Lane.REPORTING,
        document=ArticleHead(document_id=70, title="T", source=Source(name="S")),
        comment=None,
        text=TEXTS[number],
        start=0,
        end=len(TEXTS[number]),
    )


def chosen(*ranked: StoredPassage, shown: Shown = SHOWN) -> list[list[int]]:
    return [[p.passage_id for p in thread] for thread in worth_reading(ranked, shown)]


def beside(*texts: str) -> list[int]:
    """Numbers of those that are shown, each in a thread of its own."""
    passages = [said(n, n, text) for n, text in enumerate(texts)]
    return [n for thread in chosen(*passages, shown=Shown(threads=9)) for n in thread]


def test_the_best_remark_stands_first_and_conversations_together() -> None:
    assert chosen(said(2, 8), said(0, 7), said(1, 8)) == [[2, 1], [0]]


def test_every_conversation_is_heard_once_before_one_is_heard_twice() -> None:
    ranked = [said(0, 7), said(1, 7), said(2, 7), said(3, 8), said(4, 8), said(5, 9)]
    assert chosen(*ranked) == [[0, 1], [3]]
    assert chosen(*ranked, shown=Shown(threads=3, remarks=3)) == [[0], [3], [5]]
    assert chosen(*ranked, shown=Shown(threads=5, remarks=2)) == [[0], [3], [5]]


def test_a_long_comment_is_shown_once_by_its_best_passage() -> None:
    assert chosen(said(1, 7, comment=9), said(0, 7, comment=9), said(2, 7)) == [[1, 2]]


def test_reporting_never_gets_among_the_discussion() -> None:
    assert chosen(told(0), said(1, 7)) == [[1]]


def test_nothing_ranked_gives_nothing() -> None:
    assert chosen() == []


@pytest.mark.parametrize(
    "text",
    ["first!!", "And who owns the foundation?", "Fair enough.", "So what?? 😂", "", "А кому это?"],
)
def test_a_remark_of_few_words_is_no_evidence(text: str) -> None:
    assert beside(text, TEXTS[1]) == [1]


@pytest.mark.parametrize(
    "text", ["Wembley cost 757 million pounds.", "地震は人工的に起こされたと言われている"]
)
def test_numbers_and_unspaced_scripts_are_words_too(text: str) -> None:
    assert beside(text) == [0]


def test_the_same_remark_is_shown_once_whoever_makes_it() -> None:
    same = (
        "The masts went up while everybody was locked at home.",
        "the masts went up WHILE everybody was locked at home!!!",
        "Funny, the masts went up while everybody was locked at home, coincidence I guess.",
        "Masts! Everybody locked at home!",
    )
    assert beside(*same, TEXTS[0]) == [0, 4]


def test_a_remark_and_its_contradiction_are_two_positions() -> None:
    assert beside(
        "The engineers inspected the northern bridge cables in May.",
        "The engineers did not inspect the northern bridge cables in May.",
    ) == [0, 1]


def test_remarks_on_one_matter_that_say_different_things_are_both_shown() -> None:
    assert beside(
        "My vote was rejected because I put today's date instead of my birthday.",
        "My vote arrived late because the post lost it between two villages.",
    ) == [0, 1]
