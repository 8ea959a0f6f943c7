from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import pdf

from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import Limits, SourceFile
from index.readers import pdf as reader
from index.readers.pdf import CONFIDENCE, PdfReader
from index.readers.pdf_lines import Line, body_lines, paragraphs_of_lines

Read = Callable[..., list[Document]]
PAGES = [
    [
        *("Harbour Post", "", "Bridge closes", ""),
        "The harbour bridge will close to all traffic for four nights from Mon-",
        "day so that the worn bearings can be replaced.",
        "",
        "Buses will be diverted over the old lock, and a new timetable goes",
        "Page 1",
    ],
    ["Harbour Post", "", "on until the end of the month.", "Page 2"],
    ["Harbour Post", "", "The third page has a paragraph of its own.", "Page 3"],
]


def test_paragraphs_are_rebuilt_and_what_is_on_every_page_goes(read: Read) -> None:
    [document] = read(pdf(PAGES), "a.pdf")
    assert document.title == "Bridge closes"
    assert [p.text for p in document.body] == [
        "The harbour bridge will close to all traffic for four nights from Monday so that the "
        "worn bearings can be replaced.",
        "Buses will be diverted over the old lock, and a new timetable goes on until the end of "
        "the month.",
        "The third page has a paragraph of its own.",
    ]
    assert (document.comments, document.parse_confidence) == ((), CONFIDENCE)


def test_a_stated_title_is_taken_where_a_person_wrote_it(read: Read) -> None:
    text = [["The bridge will close."]]
    assert read(pdf(text, "Harbour bridge"), "a.pdf")[0].title == "Harbour bridge"
    [document] = read(pdf(text, "Microsoft Word - bridge.docx"), "a.pdf")
    assert (document.title, document.text) == ("The bridge will close.", "The bridge will close.")


def test_a_title_above_a_single_line_is_no_part_of_it(read: Read) -> None:
    [document] = read(pdf([["Tide tables", "", "They change on Monday."]]), "a.pdf")
    assert (document.title, document.text) == ("Tide tables", "They change on Monday.")


def test_lines_on_two_pages_only_are_kept() -> None:
    pages = [[Line(text="Same"), Line(text=f"Text {n}")] for n in range(2)]
    assert len(body_lines(pages)) == 4


def test_a_hyphen_before_a_capital_is_kept() -> None:
    lines = [Line(text="The north-"), Line(text="South line is shut and re-"), Line(text="opened")]
    assert paragraphs_of_lines(lines) == ["The north- South line is shut and reopened"]


def test_pages_and_bytes_are_bounded(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_PAGES", 2)
    with pytest.raises(TooLargeError, match="3 pages"):
        read(pdf(PAGES), "a.pdf")
    monkeypatch.setattr(reader, "MAX_PDF_BYTES", 100)
    with pytest.raises(TooLargeError, match="100 bytes"):
        read(pdf(PAGES), "a.pdf")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf(PAGES)[:300], "broken"),
        (b"%PDF-1.7\njunk", "broken"),
        (pdf([[]]), "scan"),
    ],
    ids=["cut", "junk", "no text"],
)
def test_bad_files_are_named_faults(read: Read, data: bytes, said: str) -> None:
    with pytest.raises(MalformedError, match=rf"a\.pdf .*{said}"):
        read(data, "a.pdf")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=8)), max_size=8))
def test_any_damage_gives_a_document_or_a_named_fault(damage: list[tuple[int, bytes]]) -> None:
    data = bytearray(pdf(PAGES))
    for at, piece in damage:
        data[at : at + len(piece)] = piece
    file = SourceFile(name="a.pdf", opener=lambda: io.BytesIO(bytes(data)), limits=Limits())
    try:
        documents, fault = list(PdfReader().read(file)), "a.pdf"
    except ReadError as error:
        documents, fault = [], str(error)
    assert "a.pdf" in fault
    assert all(document.title for document in documents)
