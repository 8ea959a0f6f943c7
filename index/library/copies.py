"""Where else the text of a stored document stands: the names of copies that are not stored."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from index.library.batches import IDS_A_STATEMENT, batches
from index.library.places import standing_at
from index.library.schema import copies

# Written once: building a statement costs more than running it.
_NOTE = insert(copies).on_conflict_do_nothing()
_FORGET_OF = delete(copies).where(copies.c.document_id == bindparam("of"))
_FORGET_FROM = delete(copies).where(copies.c.path == bindparam("file"))


def note(connection: Connection, document_id: int, path: str, record: str) -> None:
    """Remember that a record of a file holds the text of a stored document."""
    copy = {"document_id": document_id, "path": path, "record": record}
    connection.execute(_NOTE, copy)


def forget_of(connection: Connection, document_id: int) -> None:
    """Forget all copies of a document: its own text is another now."""
    connection.execute(_FORGET_OF, {"of": document_id})


def forget_from(connection: Connection, path: str) -> None:
    """Forget all copies that a file held."""
    connection.execute(_FORGET_FROM, {"file": path})


def count_at(connection: Connection, place: str) -> int:
    """How many copies a file, or all files of a folder, hold."""
    counted = select(func.count()).select_from(copies).where(standing_at(copies.c.path, place))
    return int(connection.execute(counted).scalar_one())


def forget_at(connection: Connection, place: str) -> int:
    """Forget the copies in a file, or in all files of a folder; returns how many."""
    return connection.execute(delete(copies).where(standing_at(copies.c.path, place))).rowcount


def records_of(connection: Connection, document_ids: Iterable[int]) -> dict[int, list[str]]:
    """The records of the copies of each document that has some."""
    records: dict[int, list[str]] = {}
    for batch in batches(document_ids, IDS_A_STATEMENT):
        rows = connection.execute(
            select(copies.c.document_id, copies.c.record)
            .where(copies.c.document_id.in_(batch))
            .order_by(copies.c.document_id, copies.c.path, copies.c.record)
        )
        for row in rows:
            records.setdefault(row.document_id, []).append(row.record)
    return records
