"""A document that holds only what is new of an article, joined to what is stored of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from index.model import Comment, Document

MAX_COMMENTS = 50_000
"""A discussion that has as many does not grow any more."""


def joined(stored: Document, new: Document) -> Document:
    """The document to store: of texts the fuller one, of comments all that were ever met.

    Args:
        stored: as the library holds it.
        new: one whose `newest_only` says that there may be more than it holds.
    """
    kept = stored if keeps_text(stored, new) else new
    return replace(kept, comments=join_comments(stored.comments, new.comments))


def keeps_text(stored: Document, new: Document) -> bool:
    """Whether a document tells less of the article than is stored: a summary, or nothing."""
    if new.only_comments:
        return True
    return new.is_summary and bool(stored.body) and not stored.is_summary


def join_comments(first: Iterable[Comment], more: Iterable[Comment]) -> tuple[Comment, ...]:
    """All comments of both, each once.

    Two are the same where author and words are, or where an author's comment of the same key was
    edited. One that was met before keeps its key and what it answers: so no circle can arise.
    """
    known = {comment.key: comment for comment in first}
    by_words = {(c.author, c.text): c.key for c in known.values() if c.paragraphs}
    result, names = dict(known), dict[str, str]()
    for comment in more:
        key = by_words.get((comment.author, comment.text)) or _own_key(comment, result)
        names[comment.key] = key
        if key in known:
            result[key] = replace(comment, key=key, parent=known[key].parent)
        elif len(result) < MAX_COMMENTS:
            parent = names.get(comment.parent, comment.parent) if comment.parent else None
            result[key] = replace(comment, key=key, parent=parent)
    return tuple(result.values())


def _own_key(comment: Comment, taken: dict[str, Comment]) -> str:
    """Its key, unless another author's comment has it: some formats only number their comments."""
    key, number = comment.key, 1
    while key in taken and taken[key].author != comment.author:
        number += 1
        key = f"{comment.key}~{number}"
    return key
