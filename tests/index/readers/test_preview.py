from __future__ import annotations

import json
from collections.abc import Callable

from index.dates import PartialDate
from index.model import Comment, Document, Paragraph
from index.readers.preview import to_brief, to_expected

ReadOne = Callable[..., Document]

PLAIN = (
    "No ferry\n\nPhoto: Bo\n\nThe ferry will not sail this winter, says the office.\n\n"
    "Comments\n\nIda\n\nThe office also said so last year, remember.\n\n\n"
    "The office also said so last year, remember.\n\nWell.\n"
)


def test_the_keys_and_their_order_are_fixed(read_one: ReadOne) -> None:
    shown = to_expected(read_one(PLAIN))
    assert list(shown) == [
        *("title", "credit", "author", "url", "published", "body", "comments"),
        *("parse_confidence", "warnings"),
    ]
    assert [list(entry) for entry in shown["body"]] == [["line", "text"]]
    assert [list(comment) for comment in shown["comments"]] == [
        ["author", "parent", "paragraphs"]
    ] * 2
    assert [list(p) for c in shown["comments"] for p in c["paragraphs"]] == [
        ["lines", "text"],
        ["lines", "text", "quote"],
        ["lines", "text", "boundary"],
    ]


def test_flags_say_what_the_founding_shape_says(read_one: ReadOne) -> None:
    shown = to_expected(read_one(PLAIN))
    quote, doubtful = shown["comments"][1]["paragraphs"]
    assert (quote["quote"], doubtful["boundary"]) == (True, "uncertain")


def test_a_date_is_shown_with_its_precision() -> None:
    document = Document(title="T", published=PartialDate(month=11, day=4))
    assert to_expected(document)["published"] == "--11-04"


def test_formats_without_lines_show_none() -> None:
    paragraph = Paragraph(text="a")
    document = Document(
        title="T", body=(paragraph,), comments=(Comment(key="1", paragraphs=(paragraph,)),)
    )
    shown = to_expected(document)
    assert shown["body"] == [{"text": "a"}]
    assert shown["comments"] == [{"author": None, "parent": None, "paragraphs": [{"text": "a"}]}]


def test_a_parent_is_the_id_of_the_format_or_the_position(read_one: ReadOne) -> None:
    named = [{"id": "c7", "text": "a"}, {"parent": "c7", "text": "b"}]
    nested = [{"text": "a"}, {"text": "b", "replies": [{"text": "c"}]}]
    parents = []
    for name, comments in (("a.jsonl", named), ("b.jsonl", nested)):
        record = {"title": "T", "text": "x", "comments": comments}
        shown = to_expected(read_one(json.dumps(record), name))
        parents.append([comment["parent"] for comment in shown["comments"]])
    assert parents == [[None, "c7"], [None, None, "2"]]


def test_it_is_plain_json(read_one: ReadOne) -> None:
    shown = to_expected(read_one(PLAIN))
    assert json.loads(json.dumps(shown)) == shown


def test_in_brief_every_text_is_cut_and_a_comment_is_its_own_words() -> None:
    quoting = Comment(
        key="1",
        author="Ann",
        paragraphs=(Paragraph(text="quoted", quote=True), Paragraph(text="I doubt\nit.")),
    )
    brief = to_brief(
        Document(title="x" * 500, body=(Paragraph(text="word " * 500),), comments=(quoting,))
    )
    assert brief["first_comment"] == "Ann: I doubt it."
    assert (len(brief["title"]), brief["begins"][-5:]) == (200, "wor …")
    assert (brief["paragraphs"], brief["comments"], brief["published"]) == (1, 1, None)


def test_in_brief_what_is_not_there_is_none() -> None:
    brief = to_brief(Document(title="", body=(), comments=()))
    assert (brief["begins"], brief["first_comment"], brief["url"]) == (None, None, None)
