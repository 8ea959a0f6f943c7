from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import MalformedError, TooLargeError
from index.model import Document
from index.readers import Limits, read_path

ReadOne = Callable[..., Document]

TEXT = (
    "Wrong title\n\nThe ferry will not sail this winter, the harbour office said.\n\n"
    "A note by the office\n\nThe bus takes three hours.\n\nIda Berg\n\nThen we swim.\n"
)


def test_every_field_can_be_set_right(read_one: ReadOne) -> None:
    document = read_one(
        TEXT,
        sidecar={
            "title": "No ferry",
            "credit": "Photo: Bo",
            "author": "Ida Berg",
            "source": "Bay Post",
            "url": "https://example.org/ferry",
            "published": "4 November 2018",
            "language": "pt-BR",
        },
    )
    assert document.published is not None
    assert (
        document.title,
        document.credit,
        document.author,
        document.source,
        document.url,
        document.published.isoformat(),
        document.language,
    ) == (
        *("No ferry", "Photo: Bo", "Ida Berg", "Bay Post", "https://example.org/ferry"),
        *("2018-11-04", "pt"),
    )


def test_a_field_that_is_not_stated_stays(read_one: ReadOne) -> None:
    document = read_one(TEXT, sidecar={"source": "Bay Post"})
    assert (document.title, document.source) == ("Wrong title", "Bay Post")


def test_null_takes_a_field_away(read_one: ReadOne) -> None:
    text = "No ferry\n\nBy Ida Berg\n\nThe ferry will not sail."
    assert read_one(text).author == "Ida Berg"
    assert read_one(text, "other.txt", sidecar={"author": None}).author is None


def test_a_url_names_the_source_where_nothing_else_does(read_one: ReadOne) -> None:
    document = read_one(TEXT, sidecar={"url": "https://www.example.org/ferry"})
    assert document.source == "example.org"


def test_the_comment_boundary_can_be_set_right(read_one: ReadOne) -> None:
    guessed = read_one(TEXT)
    assert guessed.comments[0].author == "A note by the office"
    told = read_one(TEXT, "other.txt", sidecar={"comments_start_line": 9})
    assert [p.text for p in told.body][1:] == [
        "A note by the office",
        "The bus takes three hours.",
    ]
    assert [c.author for c in told.comments] == ["Ida Berg"]
    assert (told.parse_confidence, told.warnings) == (1.0, ())


def test_the_boundary_may_fall_inside_a_block(read_one: ReadOne) -> None:
    document = read_one(
        "No ferry\n\nThe ferry is off.\nI knew it.\n", sidecar={"comments_start_line": 4}
    )
    assert [p.text for p in document.body] == ["The ferry is off."]
    assert [c.text for c in document.comments] == ["I knew it."]


def test_zero_says_that_there_are_no_comments(read_one: ReadOne) -> None:
    document = read_one(TEXT, sidecar={"comments_start_line": 0})
    assert (document.comments, len(document.body), document.parse_confidence) == ((), 5, 1.0)


def test_a_boundary_with_nothing_below_it_is_a_fault(read_one: ReadOne) -> None:
    with pytest.raises(MalformedError, match="0 for no comments"):
        read_one(TEXT + "\n\n", sidecar={"comments_start_line": 12})


def test_stated_comments_replace_those_that_were_read(read_one: ReadOne) -> None:
    listed = [
        {"id": "a", "text": "No!"},
        {"id": "b", "parent": "a", "author": "Bo", "text": "Yes."},
    ]
    document = read_one(TEXT, sidecar={"comments": listed})
    assert [(c.key, c.parent, c.author, c.text) for c in document.comments] == [
        ("a", None, None, "No!"),
        ("b", "a", "Bo", "Yes."),
    ]


@pytest.mark.parametrize(
    ("sidecar", "key", "allowed"),
    [
        ({"titel": "No ferry"}, "titel", "title, credit, author"),
        ({"title": ""}, "title", "text"),
        ({"title": None}, "title", "text"),
        ({"title": 7}, "title", "text"),
        ({"published": "yesterday"}, "published", "2018-11-04"),
        ({"published": True}, "published", "text or null"),
        ({"url": "javascript:alert(1)"}, "url", "http"),
        ({"url": "https://bo:secret@example.org/"}, "url", "password"),
        ({"language": "English"}, "language", "two letters"),
        ({"comments_start_line": "9"}, "comments_start_line", "line number"),
        ({"comments_start_line": -1}, "comments_start_line", "line number"),
        ({"comments_start_line": True}, "comments_start_line", "line number"),
        ({"comments_start_line": 400}, "comments_start_line", "11 lines"),
        ({"comments": {}}, "comments", "list"),
        ({"comments": ["No!"]}, "comment 1", "object"),
    ],
)
def test_a_bad_value_is_a_fault_that_says_what_is_allowed(
    read_one: ReadOne, sidecar: dict[str, object], key: str, allowed: str
) -> None:
    with pytest.raises(MalformedError) as fault:
        read_one(TEXT.rstrip("\n"), sidecar=sidecar)
    assert key in str(fault.value)
    assert allowed in str(fault.value)
    assert "story.txt" in str(fault.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"title"', b"\xff\xfe", b'{"title": NaN}'])
def test_a_sidecar_that_is_no_json_object_is_a_fault(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "story.txt").write_text(TEXT)
    (tmp_path / "story.meta.json").write_bytes(content)
    with pytest.raises(MalformedError, match=r"story\.meta\.json"):
        list(read_path(tmp_path / "story.txt"))


@pytest.mark.parametrize("name", ["story.txt.meta.json", "story.meta.json"])
def test_both_names_of_a_sidecar_are_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "story.txt").write_text(TEXT)
    (tmp_path / name).write_text(json.dumps({"title": "No ferry"}))
    (document,) = read_path(tmp_path / "story.txt")
    assert document.title == "No ferry"


def test_two_sidecars_are_a_fault(tmp_path: Path) -> None:
    for name in ("story.txt.meta.json", "story.meta.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "story.txt").write_text(TEXT)
    with pytest.raises(MalformedError, match="keep one"):
        list(read_path(tmp_path / "story.txt"))


def test_markdown_takes_a_sidecar_but_no_boundary(read_one: ReadOne) -> None:
    text = "---\ntitle: Wrong\n---\nThe ferry is off.\n"
    assert read_one(text, "a.md", sidecar={"title": "No ferry"}).title == "No ferry"
    with pytest.raises(MalformedError, match="comments_start_line"):
        read_one(text, "b.md", sidecar={"comments_start_line": 4})


def test_a_file_of_many_documents_takes_no_sidecar(read_one: ReadOne) -> None:
    with pytest.raises(MalformedError, match="in each record"):
        read_one('{"title": "a", "text": "b"}\n', "a.jsonl", sidecar={"title": "No ferry"})


def test_a_huge_sidecar_is_refused(read_one: ReadOne) -> None:
    limits = Limits(max_document_bytes=1_000)
    with pytest.raises(TooLargeError, match=r"meta\.json"):
        read_one(TEXT, sidecar={"title": "x" * 1_000}, limits=limits)
