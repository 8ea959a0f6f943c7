"""Takedowns outlast every load: the same file, a changed one, or one added after a removal."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, and_, bindparam, or_, select, text, update

from index.library.schema import comments, documents, takedowns

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_PLACE = ("url", "path", "record", "occurrence")
_DOCUMENT = select(
    documents.c.id, documents.c.content_hash, *(documents.c[name] for name in _PLACE)
).where(documents.c.id == bindparam("document_id"))
_in_force = takedowns.c.lifted_at.is_(None)


def any_in_force(connection: Connection) -> bool:
    """Whether anything is hidden; mostly nothing is, and loads need not look further."""
    return connection.execute(select(takedowns.c.id).where(_in_force).limit(1)).first() is not None


def last_comment(connection: Connection) -> int:
    """The greatest number that a comment has had."""
    found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'comments'"))
    return int(found.scalar() or 0)


def restore(connection: Connection, document_id: int, *, newer_than: int) -> None:
    """Hide what is hidden of a document that was just stored.

    What a takedown hides is known by its content, wherever that has moved to. Where nothing
    stored has that content any more, it is known by its place: it was edited.

    Args:
        connection: the transaction of the load.
        document_id: the document.
        newer_than: comments with greater ids came with this load. An older one that took over
            the key of a hidden one is another remark: some formats number their comments.
    """
    document = connection.execute(_DOCUMENT, {"document_id": document_id}).one()
    if document.url is not None:
        same_place = takedowns.c.url == document.url
    else:
        same_place = and_(takedowns.c.url.is_(None), *(
            takedowns.c[name] == getattr(document, name) for name in _PLACE[1:]
        ))  # fmt: skip
    same_content = takedowns.c.document_hash == document.content_hash
    found = connection.execute(
        select(takedowns).where(_in_force, or_(same_place, same_content)).order_by(takedowns.c.id)
    ).all()
    for takedown in found:
        if takedown.comment_hash is None:
            _hide_document(connection, document, takedown)
        else:
            _hide_comment(connection, document_id, takedown, newer_than)


def follow(connection: Connection, path: str) -> None:
    """Note where and what the hidden documents and comments of a loaded file are now."""
    of_document = [
        documents.c.takedown_id,
        *(documents.c[name] for name in _PLACE),
        documents.c.content_hash.label("document_hash"),
    ]
    own = select(*of_document).where(documents.c.takedown_id.is_not(None))
    inside = (
        select(
            comments.c.takedown_id,
            *of_document[1:],
            comments.c.key.label("comment_key"),
            comments.c.content_hash.label("comment_hash"),
        )
        .join(documents, documents.c.id == comments.c.document_id)
        .where(comments.c.takedown_id.is_not(None))
    )
    for query in (own, inside):
        for row in connection.execute(query.where(documents.c.path == path)).all():
            values = row._asdict()
            takedown_id = values.pop("takedown_id")
            connection.execute(
                update(takedowns).where(takedowns.c.id == takedown_id).values(values)
            )


def _hide_document(connection: Connection, document: AnyRow, takedown: AnyRow) -> None:
    bearing = documents.c.takedown_id == takedown.id
    bearer = connection.execute(select(documents.c.id).where(bearing)).scalar()
    moved = takedown.document_hash == document.content_hash
    if bearer == document.id or (bearer is not None and not moved):
        return
    connection.execute(update(documents).where(bearing).values(takedown_id=None))
    here = documents.c.id == document.id
    connection.execute(update(documents).where(here).values(takedown_id=takedown.id))


def _hide_comment(
    connection: Connection, document_id: int, takedown: AnyRow, newer_than: int
) -> None:
    bearing = comments.c.takedown_id == takedown.id
    bearer = connection.execute(
        select(comments.c.id, comments.c.content_hash).where(bearing)
    ).first()
    if bearer is not None and bearer.content_hash == takedown.comment_hash:
        return
    of_document = select(comments.c.id).where(comments.c.document_id == document_id)
    same_key = comments.c.key == takedown.comment_key
    target = connection.execute(
        of_document.where(comments.c.content_hash == takedown.comment_hash)
        .order_by(same_key.desc(), comments.c.position)
        .limit(1)
    ).scalar()
    if target is None and bearer is None:
        target = connection.execute(
            of_document.where(same_key, comments.c.id > newer_than)
        ).scalar()
    if target is not None:
        connection.execute(update(comments).where(bearing).values(takedown_id=None))
        connection.execute(
            update(comments).where(comments.c.id == target).values(takedown_id=takedown.id)
        )
