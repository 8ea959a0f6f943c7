"""Which column of a table is which field of a document or of a comment on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_DOCUMENT: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "post_title", "article_title"),
    "text": ("text", "body", "content", "article_text", "article_body", "post_content", "article"),
    "id": ("_id", "id", "record", "article_id", "post_id"),
    "url": ("url", "link", "permalink", "article_url", "web_url"),
    "source": ("source", "publication", "outlet", "publisher"),
    "author": ("author", "authors", "byline"),
    "credit": ("credit",),
    "published": (
        *("published", "date", "published_date", "published_at", "publish_date"),
        *("publication_date", "pub_date", "post_date"),
    ),
    "language": ("language", "lang"),
    "comments": ("comments",),
    "status": ("status", "post_status"),
}
"""The names of JSON Lines, and what spreadsheets, databases and corpora call the same; the first
that a table has counts."""
_COMMENT: Mapping[str, tuple[str, ...]] = {
    "text": ("comment", "comment_text", "comment_body", "comment_content"),
    "id": ("comment_id",),
    "parent": (
        "comment_parent",
        "comment_parent_id",
        "parent_comment_id",
        "comment_reply_to",
        "parent_id",
    ),
    "author": ("comment_author", "comment_user", "comment_name", "user_display_name"),
    "published": (
        *("comment_date", "comment_published", "comment_time", "comment_created_at"),
        "create_date",
    ),
    "status": ("comment_approved", "comment_status"),
}
_OF_THE_ROW = ("_id", "id")
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_NAME = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """The places of the fields in a row."""

    count: int
    document: Mapping[str, int]
    comment: Mapping[str, int]
    """Empty where rows are documents without comments in columns of their own."""

    @property
    def telling(self) -> tuple[int | None, ...]:
        """The places of what makes a row more than an empty one: title, text and comment."""
        return (self.document.get("title"), self.document.get("text"), self.comment.get("text"))


def columns_of(header: Sequence[str]) -> TableColumns | None:
    """The columns by their names, as in `articleId` or `Article ID`; None for no such table.

    A table of documents has a title, and a text or comments.
    """
    names = [_plain(name) for name in header]
    document, comment = _places(names, _DOCUMENT), _places(names, _COMMENT)
    if "text" not in comment:
        comment = {}
    elif "id" not in comment and document.get("id") in _at(names, _OF_THE_ROW):
        # Where each row is a comment, so is what numbers the rows.
        comment["id"] = document.pop("id")
        document |= _places(names, {"id": _DOCUMENT["id"][len(_OF_THE_ROW) :]})
    if "title" not in document or not ("text" in document or comment):
        return None
    return TableColumns(count=len(names), document=document, comment=comment)


def _plain(name: str) -> str:
    return _NO_NAME.sub("_", _NEW_WORD.sub("_", name.strip()).lower()).rstrip("_")


def _at(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    return [place for place, name in enumerate(names) if name in wanted]


def _places(names: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    return {
        field: names.index(found[0])
        for field, called in known.items()
        if (found := [name for name in called if name in names])
    }
