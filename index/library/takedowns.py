"""What the operator keeps out of answers: hiding, showing again, and the record of both."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from index.library.batches import IDS_A_STATEMENT, batches
from index.library.places import standing_at
from index.library.schema import comments, documents, takedowns
from index.library.values import Takedown

COMMENT = "comment:"
TAKEDOWN = "takedown:"

_place = (
    documents.c.url,
    documents.c.path,
    documents.c.record,
    documents.c.occurrence,
    documents.c.content_hash.label("document_hash"),
)
_DOCUMENTS = select(documents.c.id.label("row_id"), *_place)
_COMMENTS = select(
    comments.c.id.label("row_id"),
    *_place,
    comments.c.key.label("comment_key"),
    comments.c.content_hash.label("comment_hash"),
).join(documents, documents.c.id == comments.c.document_id)


def hide(
    connection: Connection,
    document_ids: Collection[int],
    comment_ids: Collection[int],
    reason: str,
    now: datetime,
) -> list[Takedown]:
    """Hide what is not hidden by the operator yet; returns what was done."""
    made: list[int] = []
    for table, query, ids in (
        (documents, _DOCUMENTS, document_ids),
        (comments, _COMMENTS, comment_ids),
    ):
        for batch in batches(sorted(ids), IDS_A_STATEMENT):
            shown = query.where(table.c.id.in_(batch), table.c.takedown_id.is_(None))
            for row in connection.execute(shown.order_by(table.c.id)).all():
                values = row._asdict()
                row_id = values.pop("row_id")
                values |= {"reason": reason, "hidden_at": now.isoformat()}
                takedown_id = connection.execute(
                    insert(takedowns).values(values).returning(takedowns.c.id)
                ).scalar_one()
                connection.execute(
                    update(table).where(table.c.id == row_id).values(takedown_id=takedown_id)
                )
                made.append(takedown_id)
    return list(_of_ids(connection, made))


def lift(connection: Connection, takedown_ids: Collection[int], now: datetime) -> int:
    """Show again what was hidden; the record stays. Returns how many takedowns were lifted."""
    lifted = 0
    for batch in batches(takedown_ids, IDS_A_STATEMENT):
        for table in (documents, comments):
            connection.execute(
                update(table).where(table.c.takedown_id.in_(batch)).values(takedown_id=None)
            )
        lifted += connection.execute(
            update(takedowns)
            .where(takedowns.c.id.in_(batch), takedowns.c.lifted_at.is_(None))
            .values(lifted_at=now.isoformat())
        ).rowcount
    return lifted


def list_takedowns(connection: Connection, *, lifted: bool) -> list[Takedown]:
    """Everything that is hidden, oldest first; with `lifted` also what was shown again."""
    return _takedowns(connection, None if lifted else takedowns.c.lifted_at.is_(None))


def find(connection: Connection, selector: str) -> list[Takedown]:
    """Takedowns in force that a person means.

    A selector is `comment:ID`, `takedown:ID`, or a document by its id, url, file or folder, which
    means the document and not single comments of it.
    """
    if (number := numbered(selector, COMMENT)) is not None:
        meant = comments.c.id == number
    elif (number := numbered(selector, TAKEDOWN)) is not None:
        meant = takedowns.c.id == number
    elif (number := numbered(selector, "")) is not None:
        meant = documents.c.id == number
    elif selector:
        at_place = or_(takedowns.c.url == selector, standing_at(takedowns.c.path, selector))
        meant = and_(takedowns.c.comment_hash.is_(None), at_place)
    else:
        return []
    return _takedowns(connection, and_(takedowns.c.lifted_at.is_(None), meant))


def numbered(selector: str, prefix: str) -> int | None:
    """The number after a prefix, if that is what a selector is."""
    digits = selector.removeprefix(prefix)
    if not selector.startswith(prefix) or len(digits) > 18:
        return None
    return int(digits) if digits.isascii() and digits.isdigit() else None


def known_comments(connection: Connection, comment_ids: Collection[int]) -> frozenset[int]:
    """Which of these comments are stored."""
    return frozenset(
        comment_id
        for batch in batches(comment_ids, IDS_A_STATEMENT)
        for comment_id in connection.execute(
            select(comments.c.id).where(comments.c.id.in_(batch))
        ).scalars()
    )


def _of_ids(connection: Connection, takedown_ids: Collection[int]) -> Iterator[Takedown]:
    for batch in batches(takedown_ids, IDS_A_STATEMENT):
        yield from _takedowns(connection, takedowns.c.id.in_(batch))


def _takedowns(connection: Connection, where: ColumnElement[bool] | None) -> list[Takedown]:
    around = documents.alias("around")
    query = (
        select(
            takedowns,
            documents.c.id.label("document_id"),
            comments.c.id.label("comment_id"),
            comments.c.author,
            func.coalesce(documents.c.title, around.c.title).label("title"),
        )
        .outerjoin(documents, documents.c.takedown_id == takedowns.c.id)
        .outerjoin(comments, comments.c.takedown_id == takedowns.c.id)
        .outerjoin(around, around.c.id == comments.c.document_id)
        .order_by(takedowns.c.id)
    )
    rows = connection.execute(query if where is None else query.where(where))
    return [_from_row(row) for row in rows]


def _from_row(row: Row[Any]) -> Takedown:
    return Takedown(
        takedown_id=row.id,
        document_id=row.document_id,
        comment_id=row.comment_id,
        of_comment=row.comment_hash is not None,
        title=row.title,
        author=row.author,
        url=row.url,
        path=row.path,
        reason=row.reason,
        hidden_at=datetime.fromisoformat(row.hidden_at),
        lifted_at=datetime.fromisoformat(row.lifted_at) if row.lifted_at else None,
    )
