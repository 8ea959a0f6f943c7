"""What the operator says of outlets: their names, and a note that is shown with every passage."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select, update

from index.errors import SourceError
from index.library.schema import sources
from index.library.sources import domain_key, make, merge, rename

_owner = func.coalesce(sources.c.same_as, sources.c.id)


def set_source(
    connection: Connection, what: str, *, name: str | None, note: str | None, no_note: bool
) -> frozenset[int]:
    """Name an outlet, or write, replace or delete the note on it; returns the ids it changed.

    A domain that no document is from yet is registered. A note on a domain is a note on every
    outlet there. Another name that an outlet had goes on meaning it.

    Raises:
        SourceError: no outlet has the name, or several are on the domain that is to be named.
    """
    owners = _meant(connection, what)
    if name is not None:
        if len(owners) > 1:
            names = connection.execute(select(sources.c.name).where(sources.c.id.in_(owners)))
            listed = ", ".join(sorted(names.scalars()))
            raise SourceError(
                f"Several outlets are meant by {what!r}: {listed}. Give the name of one of them, "
                "or its domain."
            )
        _name(connection, owners[0], name)
    if note is not None or no_note:
        values = {"note": note, "registered": True}
        connection.execute(update(sources).where(sources.c.id.in_(owners)).values(values))
    return frozenset(owners)


def _meant(connection: Connection, what: str) -> list[int]:
    domain = domain_key(what)
    key = what.strip().casefold()
    same_name = select(_owner).distinct().where(sources.c.name_key == key)
    if domain is None:
        owners = connection.execute(same_name).scalars().all() if key else []
        if not owners:
            raise SourceError(
                f'No source is called {what!r}; "factcontext source list" lists them. One that '
                "no document is from yet is registered by its domain."
            )
        return list(owners)
    on_domain = select(_owner).distinct().where(sources.c.domain == domain)
    owners = connection.execute(on_domain).scalars().all()
    return list(owners or connection.execute(same_name).scalars()) or [
        make(connection, domain, domain)
    ]


def _name(connection: Connection, source_id: int, name: str) -> None:
    row = connection.execute(select(sources).where(sources.c.id == source_id)).one()
    key = name.casefold()
    rename(connection, source_id, name)
    connection.execute(update(sources).where(sources.c.id == source_id).values(registered=True))
    same = connection.execute(
        select(sources.c.id).where(
            sources.c.name_key == key,
            sources.c.id != source_id,
            sources.c.same_as.is_(None),
            sources.c.domain.is_not_distinct_from(row.domain) | sources.c.domain.is_(None),
        )
    ).scalars()
    for other in same.all():
        merge(connection, other, source_id)
    known = select(sources.c.id).where(
        sources.c.same_as == source_id, sources.c.name_key == row.name_key
    )
    if row.name_key not in (key, row.domain) and connection.execute(known).first() is None:
        # Documents that state it, loaded or still to come, are of this outlet.
        former = {"name": row.name, "name_key": row.name_key, "domain": row.domain}
        connection.execute(
            insert(sources).values(former | {"same_as": source_id, "registered": False})
        )
