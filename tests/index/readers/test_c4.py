from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from index.errors import MalformedError
from index.model import Document

ReadOne = Callable[..., Document]

BODY = (
    "The ferry between the two islands will not sail this winter, because the only engineer who "
    "knows its engine has retired and nobody has been trained to follow her."
)
TEXT = (
    f"No ferry\r\n\r\nPhoto: Bo\r\n\r\n{BODY}\r\n\r\nIda Berg\r\n\r\nThen we swim, all of us.\r\n"
)


def record(**fields: object) -> str:
    url = "https://www.example.org/ferry"
    return json.dumps({"url": url, "text": TEXT, "timestamp": "2019-04-25T12:57:54Z", **fields})


def test_the_text_is_read_as_a_flattened_page(read_one: ReadOne) -> None:
    document = read_one(record(), "c4.jsonl")
    assert (document.title, document.credit) == ("No ferry", "Photo: Bo")
    assert [p.text for p in document.body] == [BODY]
    assert [(c.author, c.text) for c in document.comments] == [
        ("Ida Berg", "Then we swim, all of us.")
    ]
    assert document.parse_confidence < 1


def test_a_record_with_an_id_of_its_database_is_read_too(read_one: ReadOne) -> None:
    document = read_one(record(_id="5f1"), "pages.jsonl")
    assert (document.record, document.title, len(document.comments)) == ("5f1", "No ferry", 1)


def test_when_a_page_was_fetched_is_not_when_it_was_published(read_one: ReadOne) -> None:
    document = read_one(record(), "c4.jsonl")
    assert document.published is None
    assert "2019" not in repr(document)


def test_url_and_source_come_from_the_record(read_one: ReadOne) -> None:
    document = read_one(record(), "c4.jsonl")
    assert (document.url, document.source, document.record) == (
        *("https://www.example.org/ferry", "example.org", ""),
    )


def test_stated_fields_of_a_record_are_taken(read_one: ReadOne) -> None:
    document = read_one(record(published="2018-11", language="en", author="Bo"), "c4.jsonl")
    assert document.published is not None
    assert (document.published.isoformat(), document.language, document.author) == (
        *("2018-11", "en", "Bo"),
    )


def test_it_is_known_by_its_content_under_any_name(read_one: ReadOne) -> None:
    assert read_one(record(), "page.txt").title == "No ferry"


@pytest.mark.parametrize("text", ["", "\n\n", "Only a title"])
def test_a_page_with_no_text_is_a_fault_with_its_line(read_one: ReadOne, text: str) -> None:
    with pytest.raises(MalformedError, match="line 1"):
        read_one(record(text=text), "c4.jsonl")
