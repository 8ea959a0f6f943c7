"""All passages of a lane with their texts, as an index is built from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from index.library.analyses import language_of
from index.library.batches import IDS_A_STATEMENT, batches
from index.library.codec import paragraphs_from_json
from index.library.hiding import is_hidden
from index.library.kin import is_superseded
from index.library.schema import (
    analyses,
    comment_languages,
    comments,
    documents,
    kin,
    passages,
)
from index.library.values import PassageRow
from index.model import Lane
from index.passages import CONTEXT_WORDS, TITLE_WORDS, embedding_text, own_words, text_hash
from index.text import shorten

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_parents = comments.alias("parents")

# Written once: building a statement costs more than running it.
_ids: BindParameter[int] = bindparam("ids", expanding=True)
_PASSAGES = (
    select(
        passages.c.id,
        passages.c.document_id,
        passages.c.comment_id,
        passages.c.lane,
        passages.c.start,
        passages.c.end,
        is_hidden(documents).label("document_hidden"),
        is_hidden(comments).label("comment_hidden"),
        comments.c.text,
        comment_languages.c.language,
        _parents.c.id.label("parent_id"),
        is_hidden(_parents).label("parent_hidden"),
        _parents.c.text.label("parent_text"),
        _parents.c.paragraphs.label("parent_paragraphs"),
    )
    .join(documents, documents.c.id == passages.c.document_id)
    .outerjoin(comments, comments.c.id == passages.c.comment_id)
    .outerjoin(comment_languages, comment_languages.c.comment_id == comments.c.id)
    .outerjoin(_parents, _parents.c.id == comments.c.parent_id)
)
"""Passages with their comment and the comment that is answered, without bodies."""
_BY_ID = _PASSAGES.where(passages.c.id.in_(_ids))
_NEXT = (
    _PASSAGES.where(passages.c.lane == bindparam("lane"), passages.c.id > bindparam("after_id"))
    .order_by(passages.c.id)
    .limit(bindparam("rows"))
)
_DOCUMENTS = (
    select(
        documents.c.id,
        documents.c.title,
        documents.c.source_id,
        documents.c.day_from,
        documents.c.day_to,
        language_of.label("language"),
        kin.c.family_id,
        is_superseded(documents).label("superseded"),
    )
    .outerjoin(analyses, analyses.c.document_id == documents.c.id)
    .outerjoin(kin, kin.c.document_id == documents.c.id)
    .where(documents.c.id.in_(_ids))
)
_BODIES = select(documents.c.id, documents.c.body).where(documents.c.id.in_(_ids))


def passage_rows(
    connection: Connection, lane: Lane, after_id: int, limit: int
) -> tuple[list[PassageRow], int | None]:
    """The next passages of a lane in the order of ids, without what must not answer.

    That is what is hidden, and the reporting of which its outlet has published a later version.

    Returns:
        The passages, and the id to go on after, or None at the end.
    """
    found = connection.execute(
        _NEXT, {"lane": lane.value, "after_id": after_id, "rows": limit}
    ).all()
    return _passage_rows(connection, found), found[-1].id if len(found) == limit else None


def rows_of(connection: Connection, passage_ids: Iterable[int]) -> list[PassageRow]:
    """These passages in the order of their ids, without hidden and unknown ones."""
    rows: list[PassageRow] = []
    for batch in batches(sorted(passage_ids), IDS_A_STATEMENT):
        found = connection.execute(_BY_ID, {"ids": batch}).all()
        rows += _passage_rows(connection, sorted(found, key=lambda row: row.id))
    return rows


def _passage_rows(connection: Connection, found: Iterable[AnyRow]) -> list[PassageRow]:
    shown = [row for row in found if not (row.document_hidden or row.comment_hidden)]
    documents_by_id = _documents(connection, {row.document_id for row in shown})
    shown = [row for row in shown if _answers(row, documents_by_id)]
    bodies = _bodies(connection, {row.document_id for row in shown if row.comment_id is None})
    return [_passage_row(row, documents_by_id[row.document_id], bodies) for row in shown]


def _answers(row: AnyRow, documents_by_id: dict[int, AnyRow]) -> bool:
    return row.comment_id is not None or not documents_by_id[row.document_id].superseded


def _documents(connection: Connection, document_ids: Iterable[int]) -> dict[int, AnyRow]:
    return {row.id: row for row in _by_ids(connection, _DOCUMENTS, document_ids)}


def _bodies(connection: Connection, document_ids: Iterable[int]) -> dict[int, str]:
    """Read once a document, not once a passage: SQLite's substr would stop at a NUL."""
    return {row.id: row.body for row in _by_ids(connection, _BODIES, document_ids)}


def _by_ids(connection: Connection, query: Select[Any], ids: Iterable[int]) -> Iterator[AnyRow]:
    for batch in batches(ids, IDS_A_STATEMENT):
        yield from connection.execute(query, {"ids": batch})


def _span(row: AnyRow, bodies: dict[int, str]) -> str:
    text: str = bodies[row.document_id] if row.comment_id is None else row.text
    return text[row.start : row.end]


def _answered(row: AnyRow) -> str:
    """The own words of the comment that is answered, or nothing."""
    if row.parent_id is None or row.parent_hidden:
        return ""
    return own_words(paragraphs_from_json(row.parent_text, row.parent_paragraphs))


def _passage_row(row: AnyRow, document: AnyRow, bodies: dict[int, str]) -> PassageRow:
    body, context = _span(row, bodies), shorten(_answered(row), CONTEXT_WORDS)
    given = embedding_text(document.title, context, body)
    return PassageRow(
        passage_id=row.id,
        document_id=row.document_id,
        comment_id=row.comment_id,
        source_id=document.source_id,
        day_from=document.day_from,
        day_to=document.day_to,
        family_id=document.family_id,
        language=document.language if row.comment_id is None else row.language,
        # Not the stored one: after an upgrade the program may give the encoder other words.
        text_hash=text_hash(given),
        embedding_text=given,
        # No words that `text_hash` does not stand for: what is unchanged is not read again.
        title=shorten(document.title, TITLE_WORDS),
        context=context,
        body=body,
    )
