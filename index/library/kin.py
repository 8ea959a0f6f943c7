"""Families: documents that are one text, each with its own outlet, address and discussion.

Within a family the later of two that one outlet dates is an update of the earlier one, which then
says nothing in answers any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    PoolProxiedConnection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from index.library.batches import IDS_A_STATEMENT, batches
from index.library.codec import date_from_text
from index.library.hiding import is_hidden
from index.library.prepared import WANTED, Prepared, PreparedRow
from index.library.schema import bands, documents, kin, sources
from index.library.sources import source_from_row, with_source
from index.likeness import Text, are_copies
from index.model import Copy

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_MOST_MET = 200
"""Documents that are looked at because of a band: a notice that thousands of pages carry joins
none of them, and must not cost more with each page."""
_MOST_COMPARED = 20
MOST_COPIES = 20
"""Members of a family that are told of, the earliest first."""

_own = kin.alias("own_kin")
_newer, _newer_kin = documents.alias("newer"), kin.alias("newer_kin")
_outlet, _newer_outlet = sources.alias("outlet"), sources.alias("newer_outlet")

# Written once: building a statement costs more than running it.
_TEXT = select(documents.c.title, documents.c.body).where(documents.c.id == bindparam("of"))
_FORGET_BANDS = delete(bands).where(bands.c.document_id == bindparam("of"))
_FORGET_KIN = delete(kin).where(kin.c.document_id == bindparam("of"))
_MET = (
    select(bands.c.document_id, kin.c.family_id)
    .outerjoin(kin, kin.c.document_id == bands.c.document_id)
    .where(bands.c.band.in_(bindparam("bands", expanding=True)))
    .limit(_MOST_MET)
)
_FIRST = select(func.min(kin.c.document_id)).where(kin.c.family_id == bindparam("family_id"))
_JOIN = upsert(kin).on_conflict_do_nothing()
_FAMILIES = Prepared(
    select(kin.c.document_id, kin.c.family_id).where(kin.c.document_id.in_(WANTED))
)
_MEMBERS = Prepared(
    with_source(
        select(
            documents.c.id,
            documents.c.title,
            documents.c.url,
            documents.c.source,
            documents.c.published,
            documents.c.day_from,
            documents.c.day_to,
            is_hidden(documents).label("hidden"),
            sources.c.id.label("owner"),
            sources.c.name.label("source_name"),
            sources.c.domain.label("source_domain"),
            sources.c.note.label("source_note"),
        ).join(kin, kin.c.document_id == documents.c.id)
    )
    .where(kin.c.family_id.in_(WANTED))
    .order_by(documents.c.day_from.nulls_last(), documents.c.id)
    .limit(_MOST_MET)
)
_NEXT_FAMILY = select(func.coalesce(func.max(kin.c.family_id), 0) + 1)


def settle(connection: Connection, document_id: int) -> None:
    """Find the family of a stored document anew, by what its text is now."""
    here = {"of": document_id}
    connection.execute(_FORGET_BANDS, here)
    connection.execute(_FORGET_KIN, here)
    row = connection.execute(_TEXT, here).one()
    text = Text.of(row.title, row.body)
    found = text.bands()
    if not found:
        return
    met = connection.execute(_MET, {"bands": found}).all()
    for other, family_id in _candidates(connection, met)[:_MOST_COMPARED]:
        row = connection.execute(_TEXT, {"of": other}).one()
        if are_copies(text, Text.of(row.title, row.body)):
            number = family_id or connection.execute(_NEXT_FAMILY).scalar_one()
            members = [{"document_id": id_, "family_id": number} for id_ in (document_id, other)]
            connection.execute(_JOIN, members)
            break
    connection.execute(
        insert(bands), [{"band": band, "document_id": document_id} for band in set(found)]
    )


def _candidates(connection: Connection, met: Iterable[AnyRow]) -> list[tuple[int, int | None]]:
    """The first member of each family that was met, and those without one, oldest first.

    Who joins is like the first: otherwise a chain of small steps would lead from one to another.
    """
    alone = {row.document_id: None for row in met if row.family_id is None}
    families = {row.family_id for row in met if row.family_id is not None}
    firsts = {
        connection.execute(_FIRST, {"family_id": family}).scalar_one(): family
        for family in families
    }
    return sorted((alone | firsts).items())


def is_superseded(rows: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table or an alias of it
    """Whether its own outlet has published a later version of a document.

    Also where that is hidden: what is taken down must not come back in its older words.

    Args:
        rows: the table of documents, or an alias of it.
    """
    same_outlet = func.coalesce(_newer_outlet.c.same_as, _newer_outlet.c.id) == func.coalesce(
        _outlet.c.same_as, _outlet.c.id
    )
    return (
        select(_newer.c.id)
        .select_from(_own)
        .join(_newer_kin, _newer_kin.c.family_id == _own.c.family_id)
        .join(_newer, _newer.c.id == _newer_kin.c.document_id)
        .join(_outlet, _outlet.c.id == rows.c.source_id)
        .join(_newer_outlet, _newer_outlet.c.id == _newer.c.source_id)
        .where(
            _own.c.document_id == rows.c.id,
            _newer.c.day_from > rows.c.day_to,
            same_outlet,
            _outlet.c.name != "",
        )
        .exists()
    )


def relatives(connection: Connection, document_ids: Iterable[int]) -> dict[int, list[int]]:
    """The other documents of the family of each document that has one."""
    found: dict[int, list[int]] = {}
    for batch in batches(document_ids, IDS_A_STATEMENT):
        rows = connection.execute(
            select(_own.c.document_id.label("of"), kin.c.document_id)
            .join(kin, kin.c.family_id == _own.c.family_id)
            .where(_own.c.document_id.in_(batch), kin.c.document_id != _own.c.document_id)
            .order_by(kin.c.document_id)
        )
        for row in rows:
            found.setdefault(row.of, []).append(row.document_id)
    return found


def outdated(connection: Connection, document_id: int) -> list[int]:
    """Documents of which this one is a later version."""
    members = _members(connection, document_id)
    own = next((row for row in members if row.id == document_id), None)
    return [row.id for row in members if own is not None and _succeeds(own, row)]


def successor(connection: Connection, document_id: int) -> int:
    """The newest version of a document that its own outlet published; mostly itself."""
    members = _members(connection, document_id)
    own = next((row for row in members if row.id == document_id), None)
    later = [row for row in members if own is not None and _succeeds(row, own)]
    return int(max(later, key=lambda row: row.day_from).id) if later else document_id


def _members(connection: Connection, document_id: int) -> Sequence[PreparedRow]:
    """The family of a document, itself included; nobody where it has none."""
    family_id = select(kin.c.family_id).where(kin.c.document_id == document_id)
    found = connection.execute(family_id).scalar()
    return [] if found is None else _MEMBERS.fetch(connection.connection, [found])


# ---------------------------------------------------------------- what an answer says of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What is known of a document by its family."""

    family_id: int
    copies: tuple[Copy, ...]
    """The others that are shown in answers, the earliest first."""
    updates: bool
    """It is a later version of another one of its own outlet."""


def relations(
    connection: PoolProxiedConnection, document_ids: Iterable[int]
) -> dict[int, Relations]:
    """The families of those documents that have one."""
    found: dict[int, Relations] = {}
    by_family: dict[int, list[int]] = defaultdict(list)
    for row in _FAMILIES.fetch(connection, list(document_ids)):
        by_family[row.family_id].append(row.document_id)
    for family_id, ids in by_family.items():
        members = _MEMBERS.fetch(connection, [family_id])
        for document_id in ids:
            found[document_id] = _relations(document_id, family_id, members)
    return found


def _relations(document_id: int, family_id: int, members: Sequence[PreparedRow]) -> Relations:
    own = next((row for row in members if row.id == document_id), None)
    others = [row for row in members if row.id != document_id]
    shown = (row for row in others if not row.hidden and not _has_successor(row, members))
    return Relations(
        family_id=family_id,
        copies=tuple(_copy(row) for row in islice(shown, MOST_COPIES)),
        updates=own is not None and any(_succeeds(own, other) for other in others),
    )


def _has_successor(row: PreparedRow, members: Sequence[PreparedRow]) -> bool:
    return any(_succeeds(other, row) for other in members)


def _succeeds(later: PreparedRow, earlier: PreparedRow) -> bool:
    """As `is_superseded` says it."""
    dated = later.day_from is not None and earlier.day_to is not None
    same = later.owner == earlier.owner and bool(later.source_name)
    return same and dated and later.day_from > earlier.day_to


def _copy(row: PreparedRow) -> Copy:
    return Copy(
        document_id=row.id,
        title=row.title,
        source=source_from_row(row),
        url=row.url,
        published=date_from_text(row.published),
    )
