"""The starter corpus is read as it was meant, and the golden queries name texts that exist."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.errors import UnknownFormatError
from index.model import Comment, Document
from index.readers import read_path, walk

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
FOLDERS = ("plain", "jsonl", "c4", "markdown")

# Paragraphs and comments as they were written: flattened pages leave both to be guessed.
INTENDED = {
    "The Cheapest Medicine in the Building Is Next to the Sink": (7, 11),
    "Six Names on a List: What We Know and Do Not Know About the Fire of 1666": (7, 12),
    "What Happens to a Postal Vote After You Let Go of It": (7, 12),
    "A Hand's Width: Reading the Tide Gauges Since 1901": (7, 10),
    "Why a Phone Mast Cannot Give You a Virus": (8, 12),
    "Elder Bridge Shut at Once After Engineers Find Cracked Hangers": (7, 22),
    "The War Ends, the Field Does Not Know It": (9, 11),
    "Pass the Salt, but Look Where It Already Is": (6, 12),
    "In Defence of the Animal in Your Roof": (7, 9),
    "No, the Green Stuff Does Not Mean You Need Antibiotics": (7, 11),
    "Twelve Children, One Retraction and a Very Long Echo": (7, 18),
    "What the Number on the Sunscreen Means": (6, 11),
    "The Letter That Gave a Seasoning a Bad Name": (6, 7),
    "Four Hundred Thousand People Kept No Secret": (8, 12),
    "What End-to-End Encryption Hides, and What It Does Not": (7, 11),
    "Where the Displaced Actually Live": (5, 13),
    "Why Prices Do Not Come Back Down When Inflation Does": (7, 12),
    "Turnout Is a Fraction, and Everyone Picks a Different Bottom Half": (8, 11),
    "Six Days of Boiling Water: What Went Wrong on Hallow Hill": (7, 12),
    "Пятая часть воды: сколько на самом деле весит Байкал": (8, 10),
    "ستة أيام أوقفت القناة: ماذا حدث للسفينة إيفر غيفن": (8, 10),
    "The Flu That Spain Got the Blame For": (7, 10),
    "Ten Things People Get Wrong About Their Batteries": (8, 10),
    "Who Votes on Where the World Cup Goes": (7, 10),
    "Line 14 Carries More Riders Than Before the Fare Was Dropped, and Loses More Money": (6, 11),
    "Un virus, veintidós niños y un barco: cómo desapareció la viruela": (7, 9),
    "Can You See the Great Wall from Space? Ask the People Who Looked": (7, 5),
    "A Fridge Turned Inside Out: Heat Pumps in the Cold": (7, 11),
    "What a Chatbot Knows When It Sounds Sure": (7, 11),
    "Seventy Years of Not Being at Peace: The Line Across Korea": (9, 11),
    "Council Keeps the Library Open Five Days a Week, by One Vote": (6, 10),
    "2024 Was the Warmest Year on Record: How We Know and What It Does Not Mean": (7, 12),
    "Der rote Umschlag: Was mit einem Wahlbrief geschieht": (7, 10),
}
UNDATED = {
    "The Cheapest Medicine in the Building Is Next to the Sink",
    "Six Names on a List: What We Know and Do Not Know About the Fire of 1666",
    "A Hand's Width: Reading the Tide Gauges Since 1901",
    "Pass the Salt, but Look Where It Already Is",
    "In Defence of the Animal in Your Roof",
    "The Flu That Spain Got the Blame For",
    "Ten Things People Get Wrong About Their Batteries",
    "Who Votes on Where the World Cup Goes",
    "Un virus, veintidós niños y un barco: cómo desapareció la viruela",
}
KINDS = {
    "paraphrase",
    "exaggeration",
    "distorted number",
    "attributed",
    "informal",
    "question",
    "other-language",
    "two-in-one",
    "unanswerable-near",
    "unanswerable-far",
    "unanswerable-language",
}
FIELDS = {
    "id",
    "claim",
    "kind",
    "document",
    "passage",
    "comments",
    "not_comments",
    "nothing",
}


@cache
def corpus() -> tuple[tuple[Path, Document], ...]:
    files = walk([SEEDS / folder for folder in FOLDERS])
    return tuple((file, document) for file in files for document in read_path(file))


@cache
def golden() -> tuple[dict[str, Any], ...]:
    lines = (SEEDS / "golden.jsonl").read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def documents() -> list[Document]:
    return [document for _, document in corpus()]


def in_folder(folder: str) -> list[Document]:
    return [document for file, document in corpus() if file.parent.name == folder]


def by_title() -> dict[str, Document]:
    return {document.title: document for document in documents()}


def own_words(comment: Comment) -> str:
    return next(p.text for p in comment.paragraphs if not p.quote)


def named(beginning: str, texts: list[str]) -> list[str]:
    return [text for text in texts if text.startswith(beginning)]


# ---------------------------------------------------------------- articles


def test_every_article_is_read_with_the_paragraphs_and_comments_it_was_written_with() -> None:
    actual = {d.title: (len(d.body), len(d.comments)) for d in documents()}
    assert actual == INTENDED


def test_every_format_is_there_and_no_article_twice() -> None:
    counts = Counter(file.parent.name for file, _ in corpus())
    assert {folder: counts[folder] for folder in FOLDERS} == {
        "plain": 9,
        "jsonl": 12,
        "c4": 5,
        "markdown": 7,
    }
    assert len(by_title()) == len(corpus())
    urls = [d.url for d in documents() if d.url]
    assert len(set(urls)) == len(urls)


@pytest.mark.parametrize("title", INTENDED)
def test_an_article_is_short_and_discussed(title: str) -> None:
    document = by_title()[title]
    assert 5 <= len(document.body) <= 9
    assert 250 <= len(document.text.split()) <= 500
    assert 5 <= len(document.comments) <= 25
    keys = [comment.key for comment in document.comments]
    assert len(set(keys)) == len(keys)
    assert all(c.parent in keys for c in document.comments if c.parent is not None)
    assert any(c.author for c in document.comments)
    assert all(own_words(c) for c in document.comments)


def test_no_comment_is_written_twice() -> None:
    texts = [comment.text for document in documents() for comment in document.comments]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


@pytest.mark.parametrize("folder", ["jsonl", "markdown"])
def test_structured_formats_are_read_without_doubt(folder: str) -> None:
    assert [(d.title, d.warnings) for d in in_folder(folder) if d.warnings] == []
    assert {d.parse_confidence for d in in_folder(folder)} == {1.0}


@pytest.mark.parametrize("folder", ["plain", "c4"])
def test_flattened_pages_admit_that_they_were_guessed(folder: str) -> None:
    assert all(0.5 <= d.parse_confidence <= 1.0 for d in in_folder(folder))
    assert any(d.parse_confidence < 0.7 for d in in_folder(folder))
    assert {c.parent for d in in_folder(folder) for c in d.comments} == {None}


def test_flattened_articles_with_a_marker_or_a_settled_boundary_are_trusted_more() -> None:
    trusted = {d.title for d in in_folder("plain") if d.parse_confidence >= 0.9}
    assert trusted == {
        "What Happens to a Postal Vote After You Let Go of It",
        "In Defence of the Animal in Your Roof",
        "The War Ends, the Field Does Not Know It",
    }


def test_a_sidecar_keeps_a_heading_in_the_body_out_of_the_comments() -> None:
    document = by_title()["The War Ends, the Field Does Not Know It"]
    assert "Metre by metre" in [paragraph.text for paragraph in document.body]
    assert document.comments[0].author == "Benedita Muchanga"
    assert document.source == "Border and Bridge"


def test_readers_quote_each_other_in_every_format() -> None:
    for folder in FOLDERS:
        paragraphs = [p for d in in_folder(folder) for c in d.comments for p in c.paragraphs]
        assert any(p.quote for p in paragraphs), folder


def test_replies_go_at_least_four_deep() -> None:
    deepest = 0
    for document in documents():
        parents = {comment.key: comment.parent for comment in document.comments}
        for key in parents:
            depth, at = 1, parents[key]
            while at is not None:
                depth, at = depth + 1, parents[at]
            deepest = max(deepest, depth)
    assert deepest >= 4


def test_dates_have_every_precision_and_some_are_not_stated() -> None:
    stated = {d.published.precision.value for d in documents() if d.published}
    assert stated == {"day", "month", "year"}
    assert {d.title for d in documents() if d.published is None} == UNDATED


def test_outlets_are_invented_and_several() -> None:
    urls = [d.url for d in documents() if d.url]
    assert all(url.split("/")[2].endswith(".example") for url in urls)
    assert len({url.split("/")[2] for url in urls}) >= 8


def test_four_languages_besides_english_are_there() -> None:
    stated = {d.language for d in documents()}
    assert {"en", "ru", "ar", "de"} <= stated
    # C4 records state no language.
    spanish = "Un virus, veintidós niños y un barco: cómo desapareció la viruela"
    assert spanish in by_title()


@pytest.mark.parametrize("name", ["README.md", "golden.jsonl"])
def test_what_stands_beside_the_articles_is_no_document(name: str) -> None:
    with pytest.raises(UnknownFormatError):
        list(read_path(SEEDS / name))


# ---------------------------------------------------------------- golden queries


def test_golden_lines_have_the_same_fields_and_known_kinds() -> None:
    assert {frozenset(row) for row in golden()} == {frozenset(FIELDS)}
    assert {row["kind"] for row in golden()} == KINDS
    assert len({row["id"] for row in golden()}) == len(golden())
    assert len({row["claim"] for row in golden()}) == len(golden())


def test_there_are_enough_golden_lines_of_each_sort() -> None:
    assert len(golden()) >= 120
    judged = [row for row in golden() if row["comments"] and row["not_comments"]]
    assert len(judged) >= 80
    assert all(len(row[side]) <= 4 for row in golden() for side in ("comments", "not_comments"))
    nothing = Counter(row["kind"] for row in golden() if row["nothing"])
    assert nothing["unanswerable-near"] >= 15
    assert nothing["unanswerable-far"] >= 15
    assert nothing["unanswerable-language"] >= 20


def test_claims_about_nothing_expect_nothing_and_all_others_an_article() -> None:
    for row in golden():
        expected = (row["document"], row["passage"], row["comments"], row["not_comments"])
        assert row["nothing"] == row["kind"].startswith("unanswerable"), row["id"]
        assert row["nothing"] == (expected == (None, None, [], [])), row["id"]
        assert row["nothing"] or row["passage"] or row["comments"], row["id"]


def test_golden_documents_exist_and_every_article_is_asked_for() -> None:
    names = {document.url or document.title for document in documents()}
    asked = {row["document"] for row in golden() if not row["nothing"]}
    assert asked == names


def test_golden_passages_begin_one_paragraph_of_their_article() -> None:
    articles = {d.url or d.title: [p.text for p in d.body] for d in documents()}
    everywhere = [text for texts in articles.values() for text in texts]
    for row in golden():
        if row["passage"] is not None:
            assert len(row["passage"]) >= 20, row["id"]
            assert len(named(row["passage"], articles[row["document"]])) == 1, row["id"]
            assert len(named(row["passage"], everywhere)) == 1, row["id"]


def test_golden_comments_begin_one_comment_each() -> None:
    words = [own_words(comment) for document in documents() for comment in document.comments]
    for row in golden():
        beginnings = [*row["comments"], *row["not_comments"]]
        assert len(set(beginnings)) == len(beginnings), row["id"]
        for beginning in beginnings:
            assert len(named(beginning, words)) == 1, (row["id"], beginning)
