"""Passages with their texts: all of a lane for an index, a few for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from index.dates import PartialDate
from index.library.analyses import language_of
from index.library.batches import IDS_A_STATEMENT, batches
from index.library.codec import date_from_text, mentions_from_json, paragraphs_from_json
from index.library.hiding import is_hidden
from index.library.kin import Relations, is_superseded, relations
from index.library.schema import (
    analyses,
    comment_languages,
    comments,
    documents,
    kin,
    passages,
    sources,
)
from index.library.sources import source_from_row, with_source
from index.library.values import CommentHead, PassageRow, StoredPassage
from index.library.versions import updates
from index.model import ArticleHead, Lane, Reply
from index.passages import CONTEXT_WORDS, TITLE_WORDS, embedding_text, own_words, text_hash
from index.text import ELLIPSIS, shorten

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
        comments.c.thread_id,
        comments.c.author,
        comments.c.published,
        comments.c.uncertain,
        comments.c.text,
        comment_languages.c.language,
        _parents.c.id.label("parent_id"),
        _parents.c.author.label("parent_author"),
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
_DOCUMENTS = with_source(
    select(
        documents.c.id,
        documents.c.title,
        documents.c.author,
        documents.c.url,
        documents.c.source,
        documents.c.source_id,
        documents.c.published,
        documents.c.day_from,
        documents.c.day_to,
        documents.c.mentions,
        language_of.label("language"),
        kin.c.family_id,
        is_superseded(documents).label("superseded"),
        sources.c.name.label("source_name"),
        sources.c.domain.label("source_domain"),
        sources.c.note.label("source_note"),
    )
    .outerjoin(analyses, analyses.c.document_id == documents.c.id)
    .outerjoin(kin, kin.c.document_id == documents.c.id)
).where(documents.c.id.in_(_ids))
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


def hydrate(connection: Connection, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
    """What an answer shows of each passage; what must not answer is left out."""
    stored: dict[int, StoredPassage] = {}
    for batch in batches(passage_ids, IDS_A_STATEMENT):
        found = connection.execute(_BY_ID, {"ids": batch}).all()
        shown = [row for row in found if not (row.document_hidden or row.comment_hidden)]
        documents_by_id = _documents(connection, {row.document_id for row in shown})
        shown = [row for row in shown if _answers(row, documents_by_id)]
        bodies = _bodies(connection, {row.document_id for row in shown if row.comment_id is None})
        heads = _heads(connection, documents_by_id)
        for row in shown:
            stored[row.id] = StoredPassage(
                passage_id=row.id,
                lane=Lane(row.lane),
                document=heads[row.document_id],
                comment=None if row.comment_id is None else _comment_head(row),
                text=_span(row, bodies),
                start=row.start,
                end=row.end,
            )
    return stored


def article_heads(connection: Connection, document_ids: Iterable[int]) -> dict[int, ArticleHead]:
    """What is said of each article wherever a line of it is shown."""
    return _heads(connection, _documents(connection, document_ids))


def _heads(connection: Connection, rows: dict[int, AnyRow]) -> dict[int, ArticleHead]:
    related = relations(connection, [id_ for id_, row in rows.items() if row.family_id])
    updated = updates(connection, rows)
    return {
        document_id: _head(row, related.get(document_id), updated.get(document_id))
        for document_id, row in rows.items()
    }


def _passage_rows(connection: Connection, found: Iterable[AnyRow]) -> list[PassageRow]:
    shown = [row for row in found if not (row.document_hidden or row.comment_hidden)]
    documents_by_id = _documents(connection, {row.document_id for row in shown})
    shown = [row for row in shown if _answers(row, documents_by_id)]
    bodies = _bodies(connection, {row.document_id for row in shown if row.comment_id is None})
    return [_passage_row(row, documents_by_id[row.document_id], bodies) for row in shown]


def _head(row: AnyRow, related: Relations | None, updated: PartialDate | None) -> ArticleHead:
    published = date_from_text(row.published)
    if related is not None and related.updates:
        updated = updated or published
    return ArticleHead(
        document_id=row.id,
        title=row.title,
        source=source_from_row(row),
        author=row.author,
        url=row.url,
        published=published,
        updated=updated,
        mentions=mentions_from_json(row.mentions),
        family_id=row.family_id,
        copies=related.copies if related else (),
    )


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


def _comment_head(row: AnyRow) -> CommentHead:
    answered = _answered(row)
    start = shorten(answered, CONTEXT_WORDS)
    if start != answered:
        start += ELLIPSIS
    return CommentHead(
        comment_id=row.comment_id,
        thread_id=row.thread_id,
        author=row.author,
        published=date_from_text(row.published),
        answers=Reply(comment_id=row.parent_id, author=row.parent_author, text=start)
        if start
        else None,
        uncertain=row.uncertain,
    )
