"""An article in full as a page shows it: what matched is marked, the discussion is a tree."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.markup import shorten
from bot.web.pages.marks import MarkedParagraph, around_match, marked
from bot.web.pages.tree import Discussion, Order, arrange, walk
from index.library import ThreadComment, WholeDocument
from index.model import Answer, Excerpt

_BODY_CHARS = 200_000
"""Of one page; more is no article."""
_ANSWERED_UNITS = 140


class Collection(Protocol):
    """What is stored, read on a thread; `index.library.Library` is one."""

    def whole(self, document_id: int) -> WholeDocument | None:
        """An article in full and its discussion in outline; None where it is hidden or unknown."""
        ...

    def comments(self, comment_ids: Iterable[int]) -> dict[int, ThreadComment]:
        """These comments by id, without hidden and unknown ones."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What an answer quotes of one document."""

    body: tuple[Excerpt, ...] = ()
    comments: Mapping[int, tuple[Excerpt, ...]]
    """By comment, best first."""

    @classmethod
    def of(cls, answers: Iterable[Answer | None], document_id: int) -> Matches:
        """What the answers to one message quote of it."""
        body: list[Excerpt] = []
        comments: dict[int, list[Excerpt]] = {}
        for answer in answers:
            if answer is None:
                continue
            for article in answer.reporting:
                if article.head.document_id == document_id:
                    body += article.passages
            for thread in answer.discussion:
                if thread.head.document_id == document_id:
                    for remark in thread.remarks:
                        comments.setdefault(remark.comment_id, []).append(remark.excerpt)
        return cls(
            body=tuple(body), comments={id_: tuple(found) for id_, found in comments.items()}
        )

    @property
    def any(self) -> bool:
        """Whether it quotes anything of it."""
        return bool(self.body or self.comments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComment:
    """A comment of the page."""

    comment: ThreadComment
    paragraphs: tuple[MarkedParagraph, ...]
    matched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A comment in short, where another one answers it from afar."""

    author: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """Everything that the template shows."""

    whole: WholeDocument
    body: Sequence[MarkedParagraph]
    cut_before: bool
    cut_after: bool
    discussion: Discussion
    comments: Mapping[int, ShownComment]
    answered: Mapping[int, Answered]
    matches: Matches


async def article_page(
    collection: Collection,
    document_id: int,
    matches: Matches,
    *,
    order: Order = Order.THREAD,
    page: int = 1,
    at: int | None = None,
) -> ArticlePage | None:
    """Read what a page shows; None where the article is hidden or unknown.

    Args:
        collection: where it is stored.
        document_id: which article.
        matches: what to mark.
        order: of the conversations.
        page: of the discussion, 1-based.
        at: a comment; the page that it stands on is shown.
    """
    whole = await asyncio.to_thread(collection.whole, document_id)
    if whole is None:
        return None
    discussion = arrange(whole.outline, list(matches.comments), order=order, page=page, at=at)
    afar = {b.answers for b in walk(discussion.branches) if b.answers is not None}
    texts = await asyncio.to_thread(collection.comments, {*discussion.comment_ids, *afar})
    body = marked(whole.body, matches.body)
    part = around_match(body, _BODY_CHARS)
    return ArticlePage(
        whole=whole,
        body=body[part],
        cut_before=part.start > 0,
        cut_after=part.stop < len(body),
        discussion=discussion,
        comments={
            id_: _shown(texts[id_], matches.comments.get(id_, ()))
            for id_ in discussion.comment_ids
            if id_ in texts and texts[id_].paragraphs
        },
        answered={id_: _in_short(texts[id_]) for id_ in afar if id_ in texts},
        matches=matches,
    )


def _shown(comment: ThreadComment, excerpts: Sequence[Excerpt]) -> ShownComment:
    return ShownComment(
        comment=comment,
        paragraphs=marked(comment.paragraphs, excerpts),
        matched=bool(excerpts),
    )


def _in_short(comment: ThreadComment) -> Answered:
    own = " ".join(p.text for p in comment.paragraphs if not p.quote)
    return Answered(author=comment.author, text=shorten(own, _ANSWERED_UNITS))
