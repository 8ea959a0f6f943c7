"""A discussion as a tree of bounded depth, in pages of bounded length."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.library import OutlinedComment

COMMENTS_A_PAGE = 100
DEEPEST = 6
"""Replies below this level stand at it: a phone is not wide enough for more."""


class Order(StrEnum):
    """In which order conversations stand; the values stand in addresses."""

    THREAD = "thread"
    MATCH = "match"


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A comment and what stands below it."""

    comment_id: int
    answers: int | None
    """The comment that it answers, where that does not stand right above it."""
    open: bool
    """Whether its replies are unfolded."""
    replies: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """One page of a discussion."""

    branches: tuple[Branch, ...]
    page: int
    """1-based."""
    pages: int
    comments: int
    """That are shown on all pages."""
    comment_ids: tuple[int, ...]
    """On this page, in reading order."""


def arrange(
    outline: Sequence[OutlinedComment],
    matches: Sequence[int],
    *,
    order: Order = Order.THREAD,
    page: int = 1,
    at: int | None = None,
) -> Discussion:
    """Lay out one page.

    A comment that is not shown keeps its place where something below it is shown.

    Args:
        outline: every comment of the discussion, in the order of its file.
        matches: comments that an answer quotes, best first.
        order: of the conversations; with MATCH those with a match come first.
        page: 1-based; beyond the end the last one.
        at: a comment; the page that it stands on is shown instead.
    """
    parents = {one.comment_id: one.parent_id for one in outline}
    shown = {one.comment_id for one in outline if one.shown}
    reading = _reading_order(outline, _kept(parents, shown))
    if order is Order.MATCH:
        reading = _matches_first(reading, parents, matches)
    ids = [id_ for conversation in reading for id_ in conversation]
    pages = max(1, -(-len(ids) // COMMENTS_A_PAGE))
    if at in ids:
        page = ids.index(at) // COMMENTS_A_PAGE + 1
    page = min(max(page, 1), pages)
    here = ids[(page - 1) * COMMENTS_A_PAGE : page * COMMENTS_A_PAGE]
    wanted = {*matches, at} if at is not None else set(matches)
    return Discussion(
        branches=_nested(here, parents, _kept(parents, wanted & parents.keys())),
        page=page,
        pages=pages,
        comments=len(shown),
        comment_ids=tuple(here),
    )


def _kept(parents: Mapping[int, int | None], wanted: set[int]) -> set[int]:
    """Comments and all that they answer, directly or not."""
    kept: set[int] = set()
    for comment_id in wanted:
        step: int | None = comment_id
        while step is not None and step not in kept:
            kept.add(step)
            step = parents[step]
    return kept


def _reading_order(outline: Sequence[OutlinedComment], kept: set[int]) -> list[list[int]]:
    """Conversations, each answer below what it answers; without recursion, they can be deep."""
    replies: dict[int | None, list[int]] = defaultdict(list)
    for one in outline:
        if one.comment_id in kept:
            replies[one.parent_id].append(one.comment_id)
    conversations = []
    for opening in replies[None]:
        order, waiting = [], [opening]
        while waiting:
            step = waiting.pop()
            order.append(step)
            waiting += reversed(replies.get(step, ()))
        conversations.append(order)
    return conversations


def _matches_first(
    conversations: list[list[int]], parents: Mapping[int, int | None], matches: Sequence[int]
) -> list[list[int]]:
    ranks: dict[int, int] = {}
    for rank, comment_id in enumerate(matches):
        if comment_id in parents:
            opening = comment_id
            while (above := parents[opening]) is not None:
                opening = above
            ranks.setdefault(opening, rank)
    return sorted(conversations, key=lambda one: ranks.get(one[0], len(matches)))


def _nested(
    ids: Sequence[int], parents: Mapping[int, int | None], unfolded: set[int]
) -> tuple[Branch, ...]:
    """A stretch of a reading order as trees; what is answered on another page is told of."""
    levels: dict[int, int] = {}
    for comment_id in ids:
        parent = parents[comment_id]
        above = None if parent is None else levels.get(parent)
        levels[comment_id] = 0 if above is None else min(above + 1, DEEPEST)
    waiting: dict[int, list[Branch]] = defaultdict(list)
    for comment_id, level in reversed(levels.items()):
        parent = parents[comment_id]
        apart = parent is not None and levels.get(parent) != level - 1
        branch = Branch(
            comment_id=comment_id,
            answers=parent if apart else None,
            open=level < 2 or comment_id in unfolded,
            replies=tuple(reversed(waiting.pop(level + 1, []))),
        )
        waiting[level].append(branch)
    return tuple(reversed(waiting[0]))


def walk(branches: Sequence[Branch]) -> Iterator[Branch]:
    """All comments of a page, in reading order; trees are shallow."""
    for branch in branches:
        yield branch
        yield from walk(branch.replies)
