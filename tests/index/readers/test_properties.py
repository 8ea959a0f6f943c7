from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.model import Comment, Document
from index.readers import READERS, Limits, Reader, SourceFile, read_path, select
from index.readers.decoding import normalise
from index.readers.layout import parse_layout
from index.readers.preview import to_expected

LIMITS = Limits(max_document_bytes=20_000, max_line_chars=2_000, max_comments=50, max_depth=20)
BOUNDED = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

pieces = st.sampled_from(
    [
        *("\n", "\n\n", "\n\n\n", "\r\n", " ", "Ida Berg", "Comments", "12 responses", "Photo: x"),
        *("By Bo", "It is off, the office says.", "So:", "---\n", "title: T\n", "## Comments\n"),
        *("### Ida · #a · re #b\n", "#### \n", "> ", "comments:\n  - text: a\n", "[a](b)", "\x00"),
        *(
            '{"title": "T", "text": "x"}\n',
            '{"url": "http://a.b", "text": "x\\n\\ny"}',
            "\ud7ff",
            "é",
        ),
        *("x" * 130, "a@b.example", "192.0.2.7", "November 4", "2018-11-04", "\ufeff", "\u2028"),
    ]
)
texts = st.lists(pieces, max_size=40).map("".join)
contents = st.one_of(
    st.binary(max_size=500),
    texts.map(str.encode),
    texts.map(lambda text: text.encode("utf-16")),
    texts.map(lambda text: gzip.compress(text.encode())),
    texts.map(lambda text: ("---\ntitle: T\n---\n" + text).encode()),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts)
values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner))
)
comments = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.one_of(st.integers(0, 4), values),
            "parent": st.one_of(st.integers(0, 4), values),
            "author": st.one_of(texts, values),
            "published": values,
            "text": st.one_of(texts, st.lists(texts, max_size=3)),
            "deleted": st.booleans(),
        },
    ),
    lambda inner: st.fixed_dictionaries({"text": texts, "replies": st.lists(inner, max_size=3)}),
    max_leaves=8,
)
records = st.fixed_dictionaries(
    {"title": st.one_of(texts, values), "text": st.one_of(texts, values)},
    optional={
        "id": st.one_of(st.integers(), values),
        "url": st.one_of(texts, values, st.just("https://example.org/x")),
        "published": values,
        "author": values,
        "language": values,
        "comments": st.one_of(st.lists(comments, max_size=6), values),
    },
)


def checked(documents: Iterator[Document]) -> list[Document]:
    """Whatever a reader gives can be stored, shown and linked; faults are of one family."""
    try:
        all_given = list(documents)
    except ReadError:
        return []
    for document in all_given:
        check(document)
    return all_given


def check(document: Document) -> None:
    assert document.title
    assert "\n" not in document.title
    assert 0 <= document.parse_confidence <= 1
    # It can be written as UTF-8 and as JSON.
    json.dumps(to_expected(document), ensure_ascii=False).encode()
    for text in (document.text, *(comment.text for comment in document.comments)):
        assert text == normalise(text)
    for paragraph in (*document.body, *(p for c in document.comments for p in c.paragraphs)):
        assert paragraph.text
        assert paragraph.text == paragraph.text.strip()
    for mention in document.mentions:
        assert document.body[mention.paragraph].text[mention.start :].startswith(mention.text)
    check_tree(document.comments)


def check_tree(comments: tuple[Comment, ...]) -> None:
    parents = {comment.key: comment.parent for comment in comments}
    assert len(parents) == len(comments)
    for key in parents:
        at: str | None = key
        for _ in range(len(comments) + 1):
            if at is None:
                break
            at = parents[at]
        assert at is None, "a circle"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl.gz"])
@BOUNDED
@given(content=contents)
def test_any_bytes_give_documents_or_a_read_error(
    tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    checked(read_path(tmp_path / name, LIMITS))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@BOUNDED
@given(content=contents)
def test_a_reader_stands_files_that_are_not_its_own(
    tmp_path: Path, reader: Reader, content: bytes
) -> None:
    (tmp_path / "a").write_bytes(content)
    file = SourceFile.on_disk(tmp_path / "a", LIMITS)
    assert 0 <= reader.sniff(content, "a") <= 1
    checked(reader.read(file))


@BOUNDED
@given(record=records)
def test_any_record_gives_a_document_or_a_read_error(
    tmp_path: Path, record: dict[str, object]
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    for document in checked(read_path(tmp_path / "a.jsonl", LIMITS)):
        for comment in document.comments:
            assert "@" not in (comment.author or "")
            assert "192.0.2.7" not in (comment.author or "").split()


@BOUNDED
@given(values=st.dictionaries(st.sampled_from(["title", "url", "comments", "published"]), values))
def test_any_sidecar_gives_a_document_or_a_read_error(
    tmp_path: Path, values: dict[str, object]
) -> None:
    (tmp_path / "a.txt").write_text("No ferry\n\nIt is off.\n")
    (tmp_path / "a.meta.json").write_text(json.dumps(values))
    checked(read_path(tmp_path / "a.txt", LIMITS))


@BOUNDED
@given(text=texts, comments_at=st.one_of(st.none(), st.integers(0, 60)))
def test_paragraphs_of_flattened_pages_are_verbatim_and_in_their_lines(
    text: str, comments_at: int | None
) -> None:
    text = normalise(text)
    try:
        document = parse_layout(text, "a.txt", LIMITS, comments_at)
    except ReadError:
        return
    lines = text.split("\n")
    last = 0
    for paragraph in (*document.body, *(p for c in document.comments for p in c.paragraphs)):
        assert paragraph.lines is not None
        first, end = paragraph.lines
        assert paragraph.text in "\n".join(lines[first - 1 : end])
        assert last < first <= end
        last = end
    assert all(comment.parent is None for comment in document.comments)


@BOUNDED
@given(content=contents, name=st.sampled_from(["a.txt", "a.md", "a.jsonl", "a"]))
def test_selecting_gives_a_reader_or_a_read_error(
    tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / name).write_bytes(content)
    try:
        reader = select(SourceFile.on_disk(tmp_path / name))
    except ReadError:
        return
    assert reader in READERS
