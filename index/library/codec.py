"""Documents to rows and back, without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import xxhash

from index.dates import DateMention, PartialDate
from index.model import PARAGRAPH_BREAK, Comment, Document, Paragraph
from index.passages import RULES

Row: TypeAlias = Mapping[str, Any]


def paragraphs_to_json(paragraphs: Iterable[Paragraph]) -> list[dict[str, Any]]:
    """Lengths and flags; the words stand in the joined text."""
    rows = []
    for paragraph in paragraphs:
        row: dict[str, Any] = {"length": len(paragraph.text)}
        if paragraph.lines is not None:
            row["lines"] = list(paragraph.lines)
        if paragraph.quote:
            row["quote"] = True
        if paragraph.uncertain:
            row["uncertain"] = True
        rows.append(row)
    return rows


def paragraphs_from_json(text: str, rows: Sequence[Row]) -> tuple[Paragraph, ...]:
    """The paragraphs of a stored text."""
    found = []
    start = 0
    for row in rows:
        end = start + row["length"]
        lines = row.get("lines")
        found.append(
            Paragraph(
                text=text[start:end],
                lines=(lines[0], lines[1]) if lines else None,
                quote=row.get("quote", False),
                uncertain=row.get("uncertain", False),
            )
        )
        start = end + len(PARAGRAPH_BREAK)
    return tuple(found)


def mentions_to_json(mentions: Iterable[DateMention]) -> list[dict[str, Any]]:
    """Dates that the body mentions."""
    return [
        {
            "text": mention.text,
            "date": mention.date.isoformat(),
            "paragraph": mention.paragraph,
            "start": mention.start,
        }
        for mention in mentions
    ]


def mentions_from_json(rows: Sequence[Row]) -> tuple[DateMention, ...]:
    """The inverse of `mentions_to_json`."""
    return tuple(
        DateMention(
            text=row["text"],
            date=_parsed(row["date"]),
            paragraph=row["paragraph"],
            start=row["start"],
        )
        for row in rows
    )


def date_from_text(text: str | None) -> PartialDate | None:
    """A stored date."""
    return None if text is None else _parsed(text)


@lru_cache(maxsize=10_000)
def _parsed(text: str) -> PartialDate:
    return PartialDate.parse(text)


def document_to_row(document: Document) -> dict[str, Any]:
    """The columns that a document fills by itself."""
    bounds = document.published.bounds() if document.published else None
    return {
        "record": document.record,
        "url": document.url,
        "title": document.title,
        "credit": document.credit,
        "author": document.author,
        "source": document.source,
        "published": document.published.isoformat() if document.published else None,
        "day_from": bounds[0].toordinal() if bounds else None,
        "day_to": bounds[1].toordinal() if bounds else None,
        "language": document.language,
        "body": document.text,
        "paragraphs": paragraphs_to_json(document.body),
        "mentions": mentions_to_json(document.mentions),
        "parse_confidence": document.parse_confidence,
        "warnings": list(document.warnings),
    }


def comment_to_row(comment: Comment) -> dict[str, Any]:
    """The columns that a comment fills by itself."""
    return {
        "key": comment.key,
        "parent_key": comment.parent,
        "author": comment.author,
        "published": comment.published.isoformat() if comment.published else None,
        "text": comment.text,
        "paragraphs": paragraphs_to_json(comment.paragraphs),
        "uncertain": any(paragraph.uncertain for paragraph in comment.paragraphs),
        "hidden": comment.hidden,
        "content_hash": comment_hash(comment),
    }


def document_from_rows(row: Row, comment_rows: Iterable[Row]) -> Document:
    """The document as it was loaded."""
    return Document(
        title=row["title"],
        record=row["record"],
        credit=row["credit"],
        author=row["author"],
        source=row["source"],
        url=row["url"],
        published=date_from_text(row["published"]),
        language=row["language"],
        body=paragraphs_from_json(row["body"], row["paragraphs"]),
        comments=tuple(comment_from_row(comment) for comment in comment_rows),
        mentions=mentions_from_json(row["mentions"]),
        parse_confidence=row["parse_confidence"],
        warnings=tuple(row["warnings"]),
    )


def comment_from_row(row: Row) -> Comment:
    """The comment as it was loaded."""
    return Comment(
        key=row["key"],
        parent=row["parent_key"],
        author=row["author"],
        published=date_from_text(row["published"]),
        paragraphs=paragraphs_from_json(row["text"], row["paragraphs"]),
        hidden=row["hidden"],
    )


# ---------------------------------------------------------------- hashes


def comment_hash(comment: Comment) -> bytes:
    """Two comments of one document with this in common are the same remark."""
    return _hash([[comment.author, comment.text]])


def state_hash(document: Document) -> bytes:
    """Covers everything that is stored of a document but its place, and how it is split."""
    head = document_to_row(document) | {"record": None}
    comments = (comment_to_row(c) | {"content_hash": None} for c in document.comments)
    return _hash(chain([RULES, head], comments))


def content_hash(document: Document) -> bytes:
    """Two documents with this in common are copies of one article of one outlet.

    Another outlet's copy is another document: what is shown must name where it stands.
    """
    head = [document.title, document.text, document.source, domain_of(document.url)]
    return _hash(chain([head], ([c.author, c.text] for c in document.comments)))


def domain_of(url: str | None) -> str | None:
    """The host of a web address, lower case, without `www.`."""
    if not url:
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") or None if host else None


def _hash(parts: Iterable[object]) -> bytes:
    digest = xxhash.xxh3_128()
    for part in parts:
        digest.update(json.dumps(part, ensure_ascii=True, sort_keys=True).encode())
        digest.update(b"\n")
    return digest.digest()
