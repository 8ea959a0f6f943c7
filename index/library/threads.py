"""A comment in its conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from index.library.batches import IDS_A_STATEMENT, batches
from index.library.codec import date_from_text, paragraphs_from_json
from index.library.hiding import is_hidden
from index.library.hydrating import article_heads
from index.library.schema import comments, documents
from index.library.values import Conversation, ThreadComment


def conversation(connection: Connection, comment_id: int, limit: int) -> Conversation | None:
    """What a comment answers and what answers it; None where it is hidden or unknown."""
    start = connection.execute(
        select(comments.c.document_id, comments.c.thread_id)
        .join(documents, documents.c.id == comments.c.document_id)
        .where(comments.c.id == comment_id, ~is_hidden(comments), ~is_hidden(documents))
    ).first()
    if start is None:
        return None
    nodes = connection.execute(
        select(comments.c.id, comments.c.parent_id, is_hidden(comments).label("hidden"))
        .where(comments.c.thread_id == start.thread_id)
        .order_by(comments.c.position)
    ).all()
    parents = {node.id: node.parent_id for node in nodes}
    hidden = {node.id for node in nodes if node.hidden}
    up = _ancestors(parents, comment_id)
    down = _descendants(parents, comment_id)
    ancestors = [i for i in up if i not in hidden]
    replies = [i for i in down if i not in hidden]
    depths = {step: depth for depth, step in enumerate(up)}
    depths[comment_id] = len(up)
    for step in down:
        depths[step] = depths[parents[step]] + 1
    shown = [*ancestors, comment_id, *replies[:limit]]
    texts = comment_rows(connection, shown)
    made = {i: thread_comment(texts[i], depths[i]) for i in shown}
    return Conversation(
        head=article_heads(connection.connection, [start.document_id])[start.document_id],
        ancestors=tuple(made[i] for i in ancestors),
        comment=made[comment_id],
        replies=tuple(made[i] for i in replies[:limit]),
        more=max(0, len(replies) - limit),
    )


def _ancestors(parents: Mapping[int, int | None], comment_id: int) -> list[int]:
    """From the opening comment down; conversations are free of circles when they are stored."""
    path: list[int] = []
    parent = parents[comment_id]
    while parent is not None:
        path.append(parent)
        parent = parents[parent]
    return path[::-1]


def _descendants(parents: Mapping[int, int | None], comment_id: int) -> list[int]:
    """In reading order, without recursion: conversations can be thousands deep."""
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in parents.items():
        if parent is not None:
            children[parent].append(child)
    order: list[int] = []
    waiting = children[comment_id][::-1]
    while waiting:
        step = waiting.pop()
        order.append(step)
        waiting.extend(reversed(children[step]))
    return order


def comment_rows(connection: Connection, comment_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """These comments as they are stored, hidden ones among them."""
    found: dict[int, Row[Any]] = {}
    ids: Iterable[list[int]] = batches(comment_ids, IDS_A_STATEMENT)
    for batch in ids:
        rows = connection.execute(select(comments).where(comments.c.id.in_(batch)))
        found.update((row.id, row) for row in rows)
    return found


def thread_comment(row: Row[Any], depth: int = 0) -> ThreadComment:
    """A comment as it is shown."""
    return ThreadComment(
        comment_id=row.id,
        parent_id=row.parent_id,
        depth=depth,
        author=row.author,
        published=date_from_text(row.published),
        paragraphs=paragraphs_from_json(row.text, row.paragraphs),
        uncertain=row.uncertain,
    )
