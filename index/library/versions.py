"""What a document said before it was updated: kept, listed, and never shown in an answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    PoolProxiedConnection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from index.dates import PartialDate
from index.library.codec import date_from_text
from index.library.prepared import WANTED, Prepared, PreparedRow
from index.library.schema import documents, versions
from index.library.values import Version
from index.model import Document

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

MOST_KEPT = 20
"""Of one document: a page that changes every hour does not fill the disk."""

# Written once: building a statement costs more than running it.
_SAID = select(
    documents.c.id.label("document_id"),
    documents.c.title,
    documents.c.published,
    documents.c.day_to,
    documents.c.loaded_at,
    documents.c.body,
).where(documents.c.id == bindparam("of"))
_KEEP = insert(versions)
_OLDEST = (
    select(versions.c.id)
    .where(versions.c.document_id == bindparam("of"))
    .order_by(versions.c.id.desc())
    .offset(MOST_KEPT)
)
_FORGET = delete(versions).where(versions.c.id.in_(_OLDEST))
_newest = (
    select(func.max(versions.c.id).label("id"))
    .where(versions.c.document_id.in_(WANTED))
    .group_by(versions.c.document_id)
    .subquery()
)
_UPDATES = Prepared(
    select(
        documents.c.id,
        documents.c.url,
        documents.c.published,
        documents.c.day_from,
        versions.c.day_to,
        versions.c.replaced_at,
    )
    .join(versions, versions.c.document_id == documents.c.id)
    .join(_newest, _newest.c.id == versions.c.id)
)
_WORDED = select(func.count()).select_from(versions).where(versions.c.body != "")
_FORGET_WORDS = update(versions).where(versions.c.body != "").values(title="", body="")


def keep(connection: Connection, document_id: int, now: Document, replaced_at: str) -> None:
    """Before a document is changed: remember what it says, if that is what changes.

    What had less than half of the words was a summary, as feeds have them, and no version; a
    document that is only a discussion says nothing itself.
    """
    said = connection.execute(_SAID, {"of": document_id}).one()
    if not said.body:
        return
    before, after = _words(said.title, said.body), _words(now.title, now.text)
    if before == after or 2 * len(before) < len(after):
        return
    connection.execute(_KEEP, said._asdict() | {"replaced_at": replaced_at})
    connection.execute(_FORGET, {"of": document_id})


def list_versions(connection: Connection, document_id: int, *, current: bool) -> list[Version]:
    """The earlier versions of a document, oldest first, with `current` also what it says now."""
    rows = connection.execute(
        select(versions).where(versions.c.document_id == document_id).order_by(versions.c.id)
    )
    found = [_version(row, datetime.fromisoformat(row.replaced_at)) for row in rows]
    if current:
        now = connection.execute(_SAID, {"of": document_id}).one()
        found.append(_version(now, None))
    return found


def count_worded(connection: Connection) -> int:
    """How many earlier versions there are whose words are kept."""
    return int(connection.execute(_WORDED).scalar_one())


def forget_words(connection: Connection) -> None:
    """Delete what earlier versions said, not that there were any: answers tell of updates."""
    connection.execute(_FORGET_WORDS)


def _version(row: AnyRow, replaced_at: datetime | None) -> Version:
    return Version(
        document_id=row.document_id,
        title=row.title,
        published=date_from_text(row.published),
        text=row.body,
        loaded_at=datetime.fromisoformat(row.loaded_at),
        replaced_at=replaced_at,
    )


def updates(
    connection: PoolProxiedConnection, document_ids: Iterable[int]
) -> dict[int, PartialDate]:
    """When each document that replaced an earlier version of itself was updated.

    That is its own date where that is later than the earlier version's. Otherwise, for a page
    that is known by its address, it is the day on which the other words were loaded. A file that
    states neither may only have been mended: nothing is said then.
    """
    rows = _UPDATES.fetch(connection, list(document_ids))
    told = {row.id: _updated(row) for row in rows}
    return {document_id: updated for document_id, updated in told.items() if updated is not None}


def _updated(row: PreparedRow) -> PartialDate | None:
    dated = row.day_from is not None and row.day_to is not None
    if dated and row.day_from > row.day_to:
        return date_from_text(row.published)
    if row.url is None:
        return None
    return PartialDate.from_datetime(date.fromisoformat(row.replaced_at[:10]))


def _words(title: str, body: str) -> list[str]:
    return f"{title}\n{body}".split()
