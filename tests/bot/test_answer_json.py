"""The fixed JSON shape of an answer: keys are only ever added."""

from __future__ import annotations

import json

import pytest
from support.answers import SAMPLES, differing, hostile, strong

from bot.answer_json import to_json
from index.model import Answer, Article, ArticleHead, Claim, Excerpt, Source, Strength

HEAD = ["title", "source", "note", "url", "published", "updated", "id"]


def parsed(answer: Answer) -> dict[str, object]:
    shape = json.loads(json.dumps(to_json(answer)))
    assert isinstance(shape, dict)
    return shape


def test_an_answer_has_these_keys_in_this_order() -> None:
    assert list(parsed(strong())) == [
        "claim",
        "abstained",
        "strength",
        "reporting",
        "discussion",
        "generation",
        "took_ms",
    ]


def test_articles_threads_passages_and_comments_have_these_keys() -> None:
    shape = to_json(strong())
    (article, *_), (thread, *_) = shape["reporting"], shape["discussion"]
    assert list(article) == [*HEAD, "also_published", "strength", "passages"]
    assert list(article["passages"][0]) == ["text", "start", "end", "differences"]
    assert list(thread) == ["document", "comments"]
    assert list(thread["document"]) == HEAD
    assert list(thread["comments"][0]) == [
        "author",
        "published",
        "text",
        "start",
        "end",
        "answers",
        "above",
        "answered",
        "id",
    ]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_sample_is_json_with_every_text_as_it_is_stored(name: str) -> None:
    answer = SAMPLES[name]()
    shape = to_json(answer)
    texts = [p["text"] for article in shape["reporting"] for p in article["passages"]]
    assert texts == [p.text for article in answer.reporting for p in article.passages]
    remarks = [c["text"] for thread in shape["discussion"] for c in thread["comments"]]
    assert remarks == [r.excerpt.text for t in answer.discussion for r in t.remarks]
    json.dumps(shape)


def test_nothing_is_escaped_twice() -> None:
    assert to_json(hostile())["reporting"][0]["title"] == hostile().reporting[0].head.title


def test_an_abstention_is_told_by_a_flag_and_by_its_strength() -> None:
    none = Answer(
        claim=Claim(text="x"), strength=Strength.NONE, generation="0001", took_ms=1.23456
    )
    assert parsed(none) == {
        "claim": "x",
        "abstained": True,
        "strength": "none",
        "reporting": [],
        "discussion": [],
        "generation": "0001",
        "took_ms": 1.23,
    }


def test_what_is_not_known_is_null() -> None:
    article = Article(
        head=ArticleHead(document_id=1, title="T", source=Source(name="")),
        strength=Strength.RELATED,
        passages=(Excerpt(passage_id=1, text="t", start=0, end=1),),
    )
    answer = Answer(
        claim=Claim(text="x"), strength=Strength.RELATED, generation="1", reporting=(article,)
    )
    shown = to_json(answer)["reporting"][0]
    assert (shown["note"], shown["url"], shown["published"]) == (None, None, None)


def test_a_passage_says_in_what_it_differs() -> None:
    (article,) = to_json(differing())["reporting"]  # type: ignore[misc,unused-ignore]
    assert article["passages"][0]["differences"] == [
        {"kind": "number", "claim": "4,000", "passage": "40"}
    ]
