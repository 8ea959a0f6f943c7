"""A document as `add --dry-run --json` prints it; the keys and their order are fixed."""

from __future__ import annotations

from typing import Any

from index.model import Comment, Document, Paragraph


def to_expected(document: Document) -> dict[str, Any]:
    """The document as JSON values.

    `line`, `lines`, `quote` and `boundary` stand only where there is something to say: lines
    where the format has them. `parent` is the format's own id of the answered comment, or its
    1-based position among the comments where the format has no ids.
    """
    published = document.published
    return {
        "title": document.title,
        "credit": document.credit,
        "author": document.author,
        "url": document.url,
        "published": None if published is None else published.isoformat(),
        "body": [_body_paragraph(paragraph) for paragraph in document.body],
        "comments": [_comment(comment) for comment in document.comments],
        "parse_confidence": document.parse_confidence,
        "warnings": list(document.warnings),
    }


def _body_paragraph(paragraph: Paragraph) -> dict[str, Any]:
    line = {} if paragraph.lines is None else {"line": paragraph.lines[0]}
    return {**line, "text": paragraph.text}


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "author": comment.author,
        "parent": comment.parent,
        "paragraphs": [_comment_paragraph(paragraph) for paragraph in comment.paragraphs],
    }


def _comment_paragraph(paragraph: Paragraph) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if paragraph.lines is not None:
        shown["lines"] = list(paragraph.lines)
    shown["text"] = paragraph.text
    if paragraph.quote:
        shown["quote"] = True
    if paragraph.uncertain:
        shown["boundary"] = "uncertain"
    return shown
