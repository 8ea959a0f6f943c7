"""Which outlet a document is from."""

from __future__ import annotations

from sqlalchemy import Connection, and_, exists, func, insert, or_, select, update

from index.library.schema import documents, sources
from index.library.values import SourceSummary


def source_of(connection: Connection, name: str | None, domain: str | None) -> int:
    """The id of the outlet that a document states, made on first sight.

    One outlet is one row, found by the domain of the document's url and by its stated name. Only
    where two outlets share a domain or a name, and the other half differs, are they told apart.
    """
    name = (name or "").strip()
    if domain is None and _looks_like_domain(name):
        domain = name.lower().removeprefix("www.")
    if domain is not None and (not name or _looks_like_domain(name)):
        return _by_domain(connection, domain)
    return _by_name(connection, name, domain)


def source_ids(connection: Connection, names: frozenset[str]) -> frozenset[int]:
    """Ids of the outlets with one of these names or domains; case does not matter."""
    keys = {name.strip().casefold() for name in names} - {""}
    domains = {key.removeprefix("www.") for key in keys}
    found = connection.execute(
        select(sources.c.id).where(
            or_(sources.c.name_key.in_(keys), sources.c.domain.in_(domains))
        )
    )
    return frozenset(found.scalars())


def list_sources(connection: Connection) -> list[SourceSummary]:
    """All outlets with the number of their documents, by name."""
    counts = (
        select(documents.c.source_id, func.count().label("n")).group_by(documents.c.source_id)
    ).subquery()
    rows = connection.execute(
        select(sources, func.coalesce(counts.c.n, 0).label("n"))
        .outerjoin(counts, counts.c.source_id == sources.c.id)
        .order_by(sources.c.name_key, sources.c.id)
    )
    return [
        SourceSummary(
            source_id=row.id, name=row.name, domain=row.domain, note=row.note, documents=row.n
        )
        for row in rows
    ]


def forget_unused(connection: Connection) -> None:
    """Drop outlets that no document is from any more, unless the operator wrote a note on them."""
    used = exists().where(documents.c.source_id == sources.c.id)
    connection.execute(sources.delete().where(~used, sources.c.note.is_(None)))


def _looks_like_domain(name: str) -> bool:
    return "." in name and "/" not in name and not any(c.isspace() for c in name)


def _by_domain(connection: Connection, domain: str) -> int:
    found = connection.execute(
        select(sources.c.id).where(sources.c.domain == domain).order_by(sources.c.id).limit(1)
    ).scalar()
    return _make(connection, domain, domain) if found is None else found


def _by_name(connection: Connection, name: str, domain: str | None) -> int:
    key = name.casefold()
    same_name = sources.c.name_key == key
    if domain is None:
        candidates = [same_name]
    else:
        candidates = [
            and_(same_name, sources.c.domain == domain),
            and_(sources.c.name_key == domain, sources.c.domain == domain),
            and_(same_name, sources.c.domain.is_(None)),
        ]
    for condition in candidates:
        found = connection.execute(
            select(sources.c.id).where(condition).order_by(sources.c.id).limit(1)
        ).scalar()
        if found is not None:
            if domain is not None and condition is not candidates[0]:
                connection.execute(
                    update(sources)
                    .where(sources.c.id == found)
                    .values(name=name, name_key=key, domain=domain)
                )
            return int(found)
    return _make(connection, name, domain)


def _make(connection: Connection, name: str, domain: str | None) -> int:
    # What the operator wrote on an outlet holds for all that is on its domain.
    note = None
    if domain is not None:
        note = connection.execute(
            select(sources.c.note).where(sources.c.domain == domain, sources.c.note.is_not(None))
        ).scalar()
    row = {"name": name, "name_key": name.casefold(), "domain": domain, "note": note,
           "registered": False}  # fmt: skip
    made: int = connection.execute(
        insert(sources).values(row).returning(sources.c.id)
    ).scalar_one()
    return made
