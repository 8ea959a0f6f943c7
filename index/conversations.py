"""Which comment answers which, made safe: no unknown parents, no circles, no recursion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.model import Comment


@dataclass(frozen=True, slots=True)
class Conversations:
    """The threads of one document, by comment key."""

    parents: dict[str, str]
    """What each comment answers; those that open a conversation are not in it."""
    openings: dict[str, str]
    """The comment that opened the conversation of each."""


def conversations(comments: Sequence[Comment]) -> Conversations:
    """Follow stated parents; where comments answer each other in a circle, the first opens it."""
    positions = {comment.key: position for position, comment in enumerate(comments)}
    parents = {c.key: c.parent for c in comments if c.parent is not None and c.parent in positions}
    openings: dict[str, str] = {}
    for key in positions:
        path = [key]
        on_path = {key}
        while path[-1] not in openings and (parent := parents.get(path[-1])) is not None:
            if parent in on_path:
                first = min(path[path.index(parent) :], key=positions.__getitem__)
                del parents[first]
                path.append(first)
                break
            path.append(parent)
            on_path.add(parent)
        opening = openings.get(path[-1], path[-1])
        openings.update((step, opening) for step in path)
    return Conversations(parents, openings)
