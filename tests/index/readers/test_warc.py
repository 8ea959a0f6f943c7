from __future__ import annotations

import gzip
import io
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.pages import page, warc

from index.errors import MalformedError, ReadError, TooLargeError
from index.model import Document
from index.readers import Limits, SourceFile
from index.readers import warc as reader
from index.readers.warc import WarcReader

Read = Callable[..., list[Document]]
PAGE = page(head="<title>Мост</title>")
CRAWL = [
    ("https://example.org/a", "text/html; charset=windows-1251", PAGE.encode("cp1251")),
    ("https://example.org/b.css", "text/css", b"p { }"),
    ("https://example.org/c", "text/html", PAGE.encode()),
    ("https://example.org/a", "text/html", PAGE.encode()),
    ("https://example.org/d", "text/html", b"<html></html>"),
]


@pytest.mark.parametrize("packed", [False, True])
def test_pages_are_documents_at_their_address(read: Read, packed: bool) -> None:
    documents = read(warc(CRAWL, packed=packed), "crawl.warc.gz" if packed else "crawl.warc")
    assert [(d.title, d.url, d.record) for d in documents] == [
        ("Мост", "https://example.org/a", "https://example.org/a"),
        ("Мост", "https://example.org/c", "https://example.org/c"),
    ]
    assert "1 pages left out; the first:" in documents[-1].warnings[-1]


def test_a_page_that_is_too_large_is_left_out_and_the_others_are_read(read: Read) -> None:
    large = ("https://example.org/l", "text/html", PAGE.encode() * 40)
    [document] = read(
        warc([large, CRAWL[0]]), "c.warc", limits=Limits(max_document_bytes=len(PAGE) * 3)
    )
    assert document.url == "https://example.org/a"
    assert "larger than" in document.warnings[-1]


def test_a_page_cut_off_by_the_end_of_the_file_is_left_out(read: Read) -> None:
    data = warc([CRAWL[0], CRAWL[2]])[:-200]
    [document] = read(data, "c.warc")
    assert document.url == "https://example.org/a"
    assert "ends early" in document.warnings[-1]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (warc(CRAWL, packed=True)[:-60], MalformedError),
        (gzip.compress(warc(CRAWL))[:-60], MalformedError),
        (warc(CRAWL)[:30], MalformedError),
        (warc([CRAWL[1]]), MalformedError),
        (warc([CRAWL[4]]), MalformedError),
        (warc(CRAWL * 20), TooLargeError),
    ],
    ids=["cut", "cut gzip", "cut head", "no page", "no article", "too large"],
)
def test_bad_crawls_are_named_faults(read: Read, data: bytes, fault: type[ReadError]) -> None:
    with pytest.raises(fault, match=r"c\.warc"):
        read(data, "c.warc", limits=Limits(max_file_bytes=20_000))


def test_the_number_of_records_is_bounded(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORDS", 2)
    with pytest.raises(TooLargeError, match="more than 2 records"):
        read(warc(CRAWL), "c.warc")


@settings(max_examples=60, deadline=None)
@example([(56, b"[")])  # An address that is none.
@given(st.lists(st.tuples(st.integers(0, 3_000), st.binary(max_size=8)), max_size=8))
def test_any_damage_gives_documents_or_a_named_fault(damage: list[tuple[int, bytes]]) -> None:
    data = bytearray(warc(CRAWL))
    for at, piece in damage:
        data[at : at + len(piece)] = piece
    file = SourceFile(name="c.warc", opener=lambda: io.BytesIO(bytes(data)))
    try:
        documents, fault = list(WarcReader().read(file)), "c.warc"
    except ReadError as error:
        documents, fault = [], str(error)
    assert "c.warc" in fault
    assert all(document.title for document in documents)
