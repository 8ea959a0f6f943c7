"""Which outlet a document is from."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    insert,
    or_,
    select,
    update,
)

from index.library.schema import documents, sources
from index.library.values import SourceSummary
from index.model import Source

_owner = func.coalesce(sources.c.same_as, sources.c.id)
"""The row that says what is shown of an outlet."""
_stated = sources.alias("stated")


def with_source(query: Select[Any]) -> Select[Any]:
    """Join to documents the row that says what is shown of their outlet."""
    return query.join(_stated, _stated.c.id == documents.c.source_id).join(
        sources, sources.c.id == func.coalesce(_stated.c.same_as, _stated.c.id)
    )


def source_of(connection: Connection, name: str | None, domain: str | None) -> int:
    """The id of the outlet that a document states, made on first sight.

    One outlet is one row, found by the domain of the document's url and by its stated name. Only
    where two outlets share a domain or a name, and the other half differs, are they told apart.
    """
    name = (name or "").strip()
    if domain is None and looks_like_domain(name):
        domain = name.lower().removeprefix("www.")
    if domain is not None and (not name or looks_like_domain(name)):
        return _by_domain(connection, domain)
    return _by_name(connection, name, domain)


def source_ids(connection: Connection, names: frozenset[str]) -> frozenset[int]:
    """Ids of the outlets with one of these names or domains; case does not matter."""
    keys = {name.strip().casefold() for name in names} - {""}
    domains = {key.removeprefix("www.") for key in keys}
    meant = select(_owner).where(or_(sources.c.name_key.in_(keys), sources.c.domain.in_(domains)))
    owners = connection.execute(meant).scalars().all()
    return frozenset(connection.execute(select(sources.c.id).where(_owner.in_(owners))).scalars())


def list_sources(connection: Connection) -> list[SourceSummary]:
    """All outlets with the number of their documents, by name."""
    counts: dict[int, int] = {}
    also: dict[int, list[str]] = {}
    stated = connection.execute(
        select(sources.c.id, _owner.label("owner"), sources.c.name, func.count(documents.c.id))
        .outerjoin(documents, documents.c.source_id == sources.c.id)
        .group_by(sources.c.id)
        .order_by(sources.c.name_key)
    )
    for source_id, owner, name, number in stated:
        counts[owner] = counts.get(owner, 0) + number
        if source_id != owner:
            also.setdefault(owner, []).append(name)
    rows = connection.execute(
        select(sources)
        .where(sources.c.same_as.is_(None))
        .order_by(sources.c.name_key, sources.c.id)
    )
    return [
        SourceSummary(
            source_id=row.id,
            name=row.name,
            domain=row.domain,
            note=row.note,
            documents=counts[row.id],
            also=tuple(name for name in also.get(row.id, ()) if name.casefold() != row.name_key),
        )
        for row in rows
    ]


def by_month(connection: Connection) -> list[tuple[str, str, int]]:
    """How many documents each outlet published in each month: name, month as 2018-11, count.

    Those without a month and a year are left out.
    """
    month = func.substr(documents.c.published, 1, 7)
    query = with_source(select(sources.c.name, month.label("month"), func.count().label("count")))
    rows = connection.execute(
        query.where(documents.c.published.like("____-__%"))
        .group_by(sources.c.id, month)
        .order_by(month, sources.c.name)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def source_from_row(row: Row[Any]) -> Source:
    """The outlet as a document states it, with what the registry adds.

    Where a document states no more than the domain, the registry's name says more.
    """
    stated = (row.source or "").strip()
    if not stated or (row.source_domain and domain_key(stated) == row.source_domain):
        stated = row.source_name
    return Source(name=stated, domain=row.source_domain, note=row.source_note)


def forget_unused(connection: Connection) -> None:
    """Drop outlets that no document is from any more, unless the operator registered them."""
    names = sources.alias("names")
    used = (
        select(documents.c.id)
        .join(names, names.c.id == documents.c.source_id)
        .where(or_(names.c.id == sources.c.id, names.c.same_as == sources.c.id))
        .exists()
    )
    connection.execute(
        sources.delete().where(
            sources.c.same_as.is_(None), ~used, sources.c.note.is_(None), ~sources.c.registered
        )
    )


@lru_cache(maxsize=1_000)
def domain_key(name: str) -> str | None:
    """The domain that a person or a document gives as a name, as it is compared."""
    key = name.strip().casefold().removeprefix("www.")
    return key if looks_like_domain(key) else None


def looks_like_domain(name: str) -> bool:
    """Whether a name is rather the domain of a site."""
    return "." in name and "/" not in name and not any(c.isspace() for c in name)


def _by_domain(connection: Connection, domain: str) -> int:
    """Its one outlet, or the one that has only the domain for a name."""
    rows = connection.execute(
        select(sources.c.id, sources.c.name_key)
        .where(sources.c.domain == domain, sources.c.same_as.is_(None))
        .order_by(sources.c.id)
    ).all()
    if len(rows) == 1:
        return int(rows[0].id)
    found = next((row.id for row in rows if row.name_key == domain), None)
    return make(connection, domain, domain) if found is None else int(found)


def _by_name(connection: Connection, name: str, domain: str | None) -> int:
    same_name = sources.c.name_key == name.casefold()
    if domain is None:
        found = _first(connection, same_name)
        return make(connection, name, None) if found is None else found
    found = _first(connection, and_(same_name, sources.c.domain == domain))
    if found is not None:
        return found
    nameless = _only_nameless(connection, domain)
    homeless = _first(connection, and_(same_name, sources.c.domain.is_(None)))
    if nameless is not None:
        rename(connection, nameless, name)
        if homeless is not None:
            merge(connection, homeless, nameless)
        return nameless
    if homeless is None:
        return make(connection, name, domain)
    connection.execute(update(sources).where(sources.c.id == homeless).values(domain=domain))
    _take_on_note(connection, homeless, domain)
    return homeless


def _first(connection: Connection, where: ColumnElement[bool]) -> int | None:
    """The outlet that a name of this kind belongs to."""
    rows = select(_owner).where(where).order_by(sources.c.same_as.is_not(None), sources.c.id)
    found = connection.execute(rows.limit(1)).scalar()
    return None if found is None else int(found)


def _only_nameless(connection: Connection, domain: str) -> int | None:
    """The one outlet of a domain if it has no other name yet.

    Where a domain carries several outlets, what states none stays nameless.
    """
    rows = connection.execute(
        select(sources.c.id, sources.c.name_key).where(
            sources.c.domain == domain, sources.c.same_as.is_(None)
        )
    ).all()
    alone = len(rows) == 1 and rows[0].name_key == domain
    return int(rows[0].id) if alone else None


def rename(connection: Connection, source_id: int, name: str) -> None:
    """Give an outlet another name."""
    values = {"name": name, "name_key": name.casefold()}
    connection.execute(update(sources).where(sources.c.id == source_id).values(values))


def merge(connection: Connection, source_id: int, into: int) -> None:
    """Make an outlet another name of one; documents and built indexes keep its id."""
    gone = connection.execute(select(sources).where(sources.c.id == source_id)).one()
    names = or_(sources.c.id == source_id, sources.c.same_as == source_id)
    connection.execute(update(sources).where(names).values(same_as=into, note=None))
    connection.execute(
        update(sources)
        .where(sources.c.id == into)
        .values(
            note=func.coalesce(sources.c.note, gone.note),
            registered=or_(sources.c.registered, gone.registered),
        )
    )


def make(connection: Connection, name: str, domain: str | None) -> int:
    """A new outlet."""
    row = {"name": name, "name_key": name.casefold(), "domain": domain, "registered": False}
    made: int = connection.execute(
        insert(sources).values(row).returning(sources.c.id)
    ).scalar_one()
    _take_on_note(connection, made, domain)
    return made


def _take_on_note(connection: Connection, source_id: int, domain: str | None) -> None:
    """What the operator wrote on an outlet holds for all that is on its domain."""
    if domain is None:
        return
    note = connection.execute(
        select(sources.c.note).where(sources.c.domain == domain, sources.c.note.is_not(None))
    ).scalar()
    own = and_(sources.c.id == source_id, sources.c.note.is_(None))
    connection.execute(update(sources).where(own).values(note=note))
