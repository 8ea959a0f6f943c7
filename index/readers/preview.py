"""A document as `add --dry-run` prints it as JSON; the keys and their order are fixed."""

from __future__ import annotations

from typing import Any

from index.model import Comment, Document, Paragraph

_BRIEF_CHARS = 200
_BRIEF_WARNINGS = 5


def to_brief(document: Document) -> dict[str, Any]:
    """What tells whether a document was read rightly, in a few hundred characters.

    Texts are cut; `begins` is the beginning of the body, `first_comment` author and beginning of
    the first comment.
    """
    published = document.published
    first = next(iter(document.comments), None)
    return {
        "title": _cut(document.title),
        "source": _cut(document.source),
        "url": _cut(document.url),
        "published": None if published is None else published.isoformat(),
        "paragraphs": len(document.body),
        "comments": len(document.comments),
        "begins": _cut(document.body[0].text) if document.body else None,
        "first_comment": first and _comment_line(first),
        "parse_confidence": document.parse_confidence,
        "warnings": [_cut(warning) for warning in document.warnings[:_BRIEF_WARNINGS]],
    }


def _comment_line(comment: Comment) -> str | None:
    own = " ".join(paragraph.text for paragraph in comment.paragraphs if not paragraph.quote)
    return _cut(f"{comment.author}: {own}" if comment.author else own)


def _cut(text: str | None) -> str | None:
    if text is None:
        return None
    flat = " ".join(text[: 4 * _BRIEF_CHARS].split())
    return flat if len(flat) <= _BRIEF_CHARS else flat[: _BRIEF_CHARS - 2].rstrip() + " …"


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
