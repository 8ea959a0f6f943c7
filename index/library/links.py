"""Articles by the addresses under which they are shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from index.library.hiding import is_hidden
from index.library.kin import successor
from index.library.schema import comments, documents, passages
from index.model import Lane
from index.readers.urls import mirrors, spellings

_MOST_PASSAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedArticle:
    """What the library holds at an address; of an outdated page, what took its place."""

    document_id: int
    title: str
    reporting: tuple[int, ...]
    """Passages in the order of the text, at most 200."""
    discussion: tuple[int, ...]
    """Passages of comments in the order of the discussion, at most 200."""


def linked(connection: Connection, urls: Iterable[str]) -> list[LinkedArticle]:
    """The articles at some addresses, in their order; what is hidden or unknown is left out."""
    found: dict[int, LinkedArticle] = {}
    for url in urls:
        ways = [*spellings(url), *mirrors(url)]
        ways = list(dict.fromkeys([*ways, *(way.partition("#")[0] for way in ways)]))
        rows = connection.execute(
            select(documents.c.id, documents.c.url, documents.c.title).where(
                documents.c.url.in_(ways), ~is_hidden(documents)
            )
        ).all()
        for row in sorted(rows, key=lambda row: ways.index(row.url))[:1]:
            found[row.id] = LinkedArticle(
                document_id=row.id,
                title=row.title,
                reporting=_passages(connection, successor(connection, row.id), Lane.REPORTING),
                discussion=_passages(connection, row.id, Lane.DISCUSSION),
            )
    return list(found.values())


def _passages(connection: Connection, document_id: int, lane: Lane) -> tuple[int, ...]:
    chosen = (
        select(passages.c.id)
        .outerjoin(comments, comments.c.id == passages.c.comment_id)
        .where(passages.c.document_id == document_id, passages.c.lane == lane.value)
        .order_by(comments.c.position, passages.c.start)
        .limit(_MOST_PASSAGES)
    )
    return tuple(connection.execute(chosen).scalars())
