"""Records of the C4 shape: a page's url, and its text in the founding layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from index.model import Document
from index.readers.decoding import normalise
from index.readers.fields import domain_of
from index.readers.layout import parse_layout
from index.readers.records import Record


def fits(value: Mapping[str, object]) -> bool:
    """Whether a record has a url and a text, and neither title nor comments of its own."""
    return (
        isinstance(value.get("url"), str)
        and isinstance(value.get("text"), str)
        and not {"title", "comments", "body"} & value.keys()
    )


def document_of(record: Record) -> Document:
    """The document of a record; line numbers count in its text.

    `timestamp` is when the page was fetched. It says nothing about publication and is dropped.

    Raises:
        MalformedError: the text holds nothing below a title.
        TooLargeError: the text is beyond the limits.
    """
    parsed = parse_layout(normalise(record.string("text") or ""), record.where, record.limits)
    url = record.url()
    return replace(
        parsed,
        url=url,
        source=record.line("source") or domain_of(url),
        author=record.name("author") or parsed.author,
        published=record.date("published") or parsed.published,
        language=record.language(),
        warnings=(*parsed.warnings, *record.warnings),
    )
