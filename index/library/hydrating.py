"""A few passages as an answer shows them: the reads that every question waits for."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, PoolProxiedConnection, Select, func, literal, select

from index.dates import PartialDate
from index.library.codec import date_from_text, mentions_from_json, paragraphs_from_json
from index.library.hiding import is_hidden
from index.library.kin import Relations, is_superseded, relations
from index.library.prepared import WANTED, Prepared, PreparedRow
from index.library.schema import comments, documents, kin, passages, sources, versions
from index.library.sources import source_from_row, with_source
from index.library.values import CommentHead, StoredPassage, StoredText
from index.library.versions import updates
from index.model import ArticleHead, Lane, Reply
from index.passages import CONTEXT_WORDS, own_words
from index.text import ELLIPSIS, shorten

_MOST_ABOVE = 20
"""Comments that are looked at above one: conversations can be thousands deep."""

_parents = comments.alias("parents")


def _shown(*columns: ColumnElement[Any]) -> Select[Any]:
    """The wanted passages that may be part of an answer."""
    return (
        select(*columns)
        .join(documents, documents.c.id == passages.c.document_id)
        .outerjoin(comments, comments.c.id == passages.c.comment_id)
        .where(
            passages.c.id.in_(WANTED),
            ~is_hidden(documents),
            func.iif(
                passages.c.comment_id.is_(None), ~is_superseded(documents), ~is_hidden(comments)
            ),
        )
    )


_PASSAGES = Prepared(
    _shown(
        passages.c.id,
        passages.c.document_id,
        passages.c.comment_id,
        passages.c.lane,
        passages.c.start,
        passages.c.end,
        comments.c.thread_id,
        comments.c.parent_id,
        comments.c.author,
        comments.c.published,
        comments.c.uncertain,
        comments.c.text,
    )
)
_PASSAGE_IDS = Prepared(_shown(passages.c.id))
_COMMENT_IDS = Prepared(
    select(comments.c.id).where(comments.c.id.in_(WANTED), ~is_hidden(comments))
)
_DOCUMENTS = Prepared(
    with_source(
        select(
            documents.c.id,
            documents.c.title,
            documents.c.author,
            documents.c.url,
            documents.c.source,
            documents.c.published,
            documents.c.mentions,
            kin.c.family_id,
            select(versions.c.id)
            .where(versions.c.document_id == documents.c.id)
            .exists()
            .label("replaced"),
            sources.c.name.label("source_name"),
            sources.c.domain.label("source_domain"),
            sources.c.note.label("source_note"),
        ).outerjoin(kin, kin.c.document_id == documents.c.id)
    ).where(documents.c.id.in_(WANTED))
)
_BODIES = Prepared(select(documents.c.id, documents.c.body).where(documents.c.id.in_(WANTED)))


def _above() -> Select[Any]:
    """The comments above each wanted one, the opening of its conversation first."""
    one = literal(1, Integer)
    up = (
        select(comments.c.id.label("below"), comments.c.parent_id, one.label("step"))
        .where(comments.c.id.in_(WANTED))
        .cte("up", recursive=True)
    )
    up = up.union_all(
        select(up.c.below, _parents.c.parent_id, up.c.step + one)
        .join(_parents, _parents.c.id == up.c.parent_id)
        .where(up.c.step < _MOST_ABOVE)
    )
    return (
        select(
            up.c.below, comments.c.id, comments.c.author, comments.c.text, comments.c.paragraphs
        )
        .join(comments, comments.c.id == up.c.parent_id)
        .where(~is_hidden(comments))
        .order_by(up.c.below, up.c.step.desc())
    )


_ABOVE = Prepared(_above())
_ANSWERED = Prepared(
    select(comments.c.parent_id)
    .where(comments.c.parent_id.in_(WANTED), ~is_hidden(comments), comments.c.text != "")
    .distinct()
)


class Snapshot:
    """Everything that one answer reads, as it stood at one moment."""

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self._connection = connection
        self._heads: dict[int, ArticleHead] = {}

    def hydrate(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """What an answer shows of each passage; what must not answer is left out."""
        return self.headed(self.texts(passage_ids).values())

    def texts(self, passage_ids: Iterable[int]) -> dict[int, StoredText]:
        """The passages by themselves, by id; what must not answer is left out."""
        rows = _PASSAGES.fetch(self._connection, list(passage_ids))
        reporting = {row.document_id for row in rows if row.comment_id is None}
        # Read once a document, not once a passage: SQLite's substr would stop at a NUL.
        bodies = {row.id: row.body for row in _BODIES.fetch(self._connection, reporting)}
        return {row.id: _stored(row, bodies) for row in rows}

    def headed(self, texts: Iterable[StoredText]) -> dict[int, StoredPassage]:
        """Passages with what is said of their articles, by id."""
        texts = list(texts)
        # What is shown of an article and of its discussion is of one head.
        unread = {one.document_id for one in texts}.difference(self._heads)
        self._heads |= article_heads(self._connection, unread)
        return {one.passage_id: _under(self._heads[one.document_id], one) for one in texts}

    def shown_passages(self, passage_ids: Collection[int]) -> frozenset[int]:
        """Which of these passages may be part of an answer."""
        return frozenset(row.id for row in _PASSAGE_IDS.fetch(self._connection, passage_ids))

    def shown_comments(self, comment_ids: Collection[int]) -> frozenset[int]:
        """Which of these comments may be quoted."""
        return frozenset(row.id for row in _COMMENT_IDS.fetch(self._connection, comment_ids))

    def above(self, comment_ids: Collection[int]) -> dict[int, tuple[Reply, ...]]:
        """What each comment answers, from the opening of its conversation down, in short.

        No more than the twenty nearest; hidden and deleted ones are left out.
        """
        chains: dict[int, list[Reply]] = defaultdict(list)
        for row in _ABOVE.fetch(self._connection, comment_ids):
            said = _in_short(row.text, row.paragraphs)
            if said:
                reply = Reply(comment_id=row.id, author=row.author, text=said)
                chains[row.below].append(reply)
        return {comment_id: tuple(chain) for comment_id, chain in chains.items()}

    def answered(self, comment_ids: Collection[int]) -> frozenset[int]:
        """Which of these comments have a reply that can be shown."""
        rows = _ANSWERED.fetch(self._connection, comment_ids)
        return frozenset(row.parent_id for row in rows)


def article_heads(
    connection: PoolProxiedConnection, document_ids: Collection[int]
) -> dict[int, ArticleHead]:
    """What is said of each article wherever a line of it is shown."""
    rows = _DOCUMENTS.fetch(connection, document_ids)
    related = relations(connection, [row.id for row in rows if row.family_id])
    updated = updates(connection, [row.id for row in rows if row.replaced])
    return {row.id: _head(row, related.get(row.id), updated.get(row.id)) for row in rows}


def _head(row: PreparedRow, related: Relations | None, updated: PartialDate | None) -> ArticleHead:
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
        mentions=mentions_from_json(json.loads(row.mentions)),
        family_id=row.family_id,
        copies=related.copies if related else (),
    )


def _stored(row: PreparedRow, bodies: dict[int, str]) -> StoredText:
    of_comment = row.comment_id is not None
    text: str = row.text if of_comment else bodies[row.document_id]
    return StoredText(
        passage_id=row.id,
        lane=Lane(row.lane),
        document_id=row.document_id,
        comment=_comment_head(row) if of_comment else None,
        text=text[row.start : row.end],
        start=row.start,
        end=row.end,
    )


def _under(head: ArticleHead, text: StoredText) -> StoredPassage:
    return StoredPassage(
        passage_id=text.passage_id,
        lane=text.lane,
        document=head,
        comment=text.comment,
        text=text.text,
        start=text.start,
        end=text.end,
    )


def _comment_head(row: PreparedRow) -> CommentHead:
    return CommentHead(
        comment_id=row.comment_id,
        thread_id=row.thread_id,
        parent_id=row.parent_id,
        author=row.author,
        published=date_from_text(row.published),
        uncertain=bool(row.uncertain),
    )


def _in_short(text: str, paragraphs: str) -> str:
    """The first of a comment's own words; nothing of a deleted one."""
    own = own_words(paragraphs_from_json(text, json.loads(paragraphs)))
    start = shorten(own, CONTEXT_WORDS)
    return start if start == own else start + ELLIPSIS
