"""Questions about documents, and their removal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Table,
    delete,
    func,
    or_,
    select,
    update,
)

from index.library.analyses import language_of
from index.library.batches import IDS_A_STATEMENT, batches
from index.library.codec import date_from_text, document_from_rows
from index.library.copies import records_of
from index.library.hiding import is_hidden
from index.library.kin import relatives
from index.library.places import standing_at
from index.library.schema import analyses, comments, documents, library_state, passages, sources
from index.library.sources import forget_unused, source_from_row, with_source
from index.library.values import DocumentRow, LibraryState
from index.model import Document, Lane


def revision(connection: Connection) -> int:
    """How many changes the library has seen."""
    return int(connection.execute(select(library_state.c.revision)).scalar_one())


def count_change(connection: Connection) -> None:
    """Move the revision on, in the transaction of the change."""
    connection.execute(update(library_state).values(revision=library_state.c.revision + 1))


def state(connection: Connection) -> LibraryState:
    """How much there is."""
    lanes = connection.execute(
        select(passages.c.lane, func.count()).group_by(passages.c.lane)
    ).all()
    counts = {Lane(lane): int(count) for lane, count in lanes}
    return LibraryState(
        revision=revision(connection),
        documents=_count(connection, documents),
        comments=_count(connection, comments),
        sources=connection.execute(
            select(func.count(documents.c.source_id.distinct()))
        ).scalar_one(),
        passages={lane: counts.get(lane, 0) for lane in Lane},
    )


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def problems(connection: Connection) -> list[str]:
    """What is wrong with the file, in SQLite's words; reads all of it."""
    found = [
        f"The library's file: {line}"
        for line in connection.exec_driver_sql("PRAGMA quick_check").scalars()
        if line != "ok"
    ]
    strays = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return found + [f"Row {row[1]} of {row[0]} belongs to no row of {row[2]}." for row in strays]


# ---------------------------------------------------------------- lists


def list_documents(connection: Connection, limit: int, offset: int) -> list[DocumentRow]:
    """Documents in the order in which they were first added."""
    return _rows(connection, _listing().limit(limit).offset(offset))


def find(connection: Connection, selector: str) -> list[DocumentRow]:
    """Documents that a person means: one id, a url, a file, or all files of a folder."""
    if selector.isascii() and selector.isdigit() and len(selector) < 19:
        return _rows(connection, _listing().where(documents.c.id == int(selector)))
    if not selector:
        return []
    chosen = or_(documents.c.url == selector, standing_at(documents.c.path, selector))
    return _rows(connection, _listing().where(chosen))


def named(connection: Connection, names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Ids of the documents with each url or title; names that nothing has are left out."""
    found: dict[str, list[int]] = {}
    for batch in batches(sorted(set(names)), IDS_A_STATEMENT):
        for column in (documents.c.url, documents.c.title):
            rows = connection.execute(select(column, documents.c.id).where(column.in_(batch)))
            for name, document_id in rows:
                found.setdefault(name, []).append(document_id)
    return {name: tuple(dict.fromkeys(ids)) for name, ids in found.items()}


def _listing() -> Select[Any]:
    counts = [
        select(func.count())
        .where(table.c.document_id == documents.c.id)
        .scalar_subquery()
        .label(name)
        for table, name in ((comments, "comments"), (passages, "passages"))
    ]
    return with_source(
        select(
            documents.c.id,
            documents.c.path,
            documents.c.record,
            documents.c.title,
            documents.c.url,
            documents.c.source,
            documents.c.published,
            language_of.label("language"),
            documents.c.parse_confidence,
            is_hidden(documents).label("hidden"),
            documents.c.loaded_at,
            sources.c.name.label("source_name"),
            sources.c.domain.label("source_domain"),
            sources.c.note.label("source_note"),
            *counts,
        ).outerjoin(analyses, analyses.c.document_id == documents.c.id)
    ).order_by(documents.c.id)


def _rows(connection: Connection, query: Select[Any]) -> list[DocumentRow]:
    return [
        DocumentRow(
            document_id=row.id,
            path=row.path,
            record=row.record,
            title=row.title,
            source=source_from_row(row),
            url=row.url,
            published=date_from_text(row.published),
            language=row.language,
            comments=row.comments,
            passages=row.passages,
            parse_confidence=row.parse_confidence,
            hidden=row.hidden,
            loaded_at=datetime.fromisoformat(row.loaded_at),
        )
        for row in connection.execute(query)
    ]


def present(connection: Connection, document_ids: Sequence[int]) -> list[int]:
    """Which of these documents are stored, at most as many as one statement takes."""
    found = select(documents.c.id).where(documents.c.id.in_(document_ids))
    return list(connection.execute(found).scalars())


def document(connection: Connection, document_id: int) -> Document | None:
    """A document exactly as it was loaded."""
    row = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    if row is None:
        return None
    found = connection.execute(
        select(comments).where(comments.c.document_id == document_id).order_by(comments.c.position)
    )
    return document_from_rows(row._asdict(), (comment._asdict() for comment in found))


def record_ids(connection: Connection, document_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The records that hold each text, as their files name them.

    The document's own comes first, then those of its copies, stored or not.
    """
    family = relatives(connection, document_ids)
    everybody = sorted({*document_ids, *chain.from_iterable(family.values())})
    copied = records_of(connection, everybody)
    stored: dict[int, str] = {}
    for batch in batches(everybody, IDS_A_STATEMENT):
        rows = connection.execute(
            select(documents.c.id, documents.c.record).where(documents.c.id.in_(batch))
        )
        stored.update((row.id, row.record) for row in rows)
    return {
        number: tuple(
            dict.fromkeys(
                record
                for one in (number, *family.get(number, ()))
                for record in (stored[one], *copied.get(one, ()))
            )
        )
        for number in document_ids
        if number in stored
    }


def titles(connection: Connection, records: Iterable[str]) -> dict[str, str]:
    """The titles of records that are stored under their own names."""
    found: dict[str, str] = {}
    for batch in batches(sorted(set(records)), IDS_A_STATEMENT):
        rows = connection.execute(
            select(documents.c.record, documents.c.title).where(documents.c.record.in_(batch))
        )
        found.update((row.record, row.title) for row in rows)
    return found


# ---------------------------------------------------------------- removal


def remove(connection: Connection, document_ids: Sequence[int]) -> int:
    """Delete documents with their comments and passages; returns how many there were."""
    removed = 0
    for batch in batches(document_ids, IDS_A_STATEMENT):
        removed += connection.execute(delete(documents).where(documents.c.id.in_(batch))).rowcount
    if removed:
        forget_unused(connection)
        count_change(connection)
    return removed
