"""What the program finds out about stored documents by itself, and can find out again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, FromClause, bindparam, delete, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from index.languages import detect
from index.library.batches import IDS_A_STATEMENT, batches, execute_many
from index.library.kin import settle
from index.library.schema import analyses, comment_languages, comments, documents
from index.library.values import LanguageCount

RULES = 2
"""Raise it when something else would be found out: the next rebuild then looks at all again."""

# Written once: building a statement costs more than running it.
_DOCUMENT = select(
    documents.c.language, documents.c.title, documents.c.body
).where(documents.c.id == bindparam("document_id"))  # fmt: skip
_COMMENTS = select(comments.c.id, comments.c.text).where(
    comments.c.document_id == bindparam("document_id")
)
_FORGET_COMMENTS = delete(comment_languages).where(
    comment_languages.c.comment_id.in_(
        select(comments.c.id).where(comments.c.document_id == bindparam("document_id"))
    )
)
_NOTE = insert(analyses).on_conflict_do_update(
    index_elements=["document_id"],
    set_={name: insert(analyses).excluded[name] for name in ("rules", "language")},
)
_NOTE_COMMENT = insert(comment_languages)

language_of = func.coalesce(documents.c.language, analyses.c.language)
"""What a document states, else what was detected; None where neither is known."""


def analyse(connection: Connection, document_id: int) -> None:
    """Find out what can be known of a stored document and of its comments."""
    here = {"document_id": document_id}
    settle(connection, document_id)
    row = connection.execute(_DOCUMENT, here).one()
    connection.execute(_FORGET_COMMENTS, here)
    found = detect(row.body or row.title) if row.language is None else None
    connection.execute(_NOTE, here | {"rules": RULES, "language": found})
    for batch in batches(connection.execute(_COMMENTS, here).all(), IDS_A_STATEMENT):
        told = ((comment.id, detect(comment.text)) for comment in batch)
        rows = [{"comment_id": id_, "language": code} for id_, code in told if code]
        execute_many(connection, _NOTE_COMMENT, rows)


def pending(connection: Connection) -> list[int]:
    """Documents that nobody has looked at by the rules of today."""
    unknown = or_(analyses.c.rules.is_(None), analyses.c.rules != RULES)
    stored = documents.outerjoin(analyses, analyses.c.document_id == documents.c.id)
    query = select(documents.c.id).select_from(stored).where(unknown).order_by(documents.c.id)
    return list(connection.execute(query).scalars())


def languages(connection: Connection) -> list[LanguageCount]:
    """How much is in each language, the most documents first, the unknown last."""
    known = documents.outerjoin(analyses, analyses.c.document_id == documents.c.id)
    articles = _counted(connection, known, language_of)
    said = comments.outerjoin(comment_languages, comment_languages.c.comment_id == comments.c.id)
    remarks = _counted(connection, said, comment_languages.c.language)
    return sorted(_counts(articles, remarks), key=_by_size)


def _counted(
    connection: Connection, rows: FromClause, language: ColumnElement[str]
) -> dict[str | None, int]:
    query = select(language, func.count()).select_from(rows).group_by(language)
    return {row[0]: row[1] for row in connection.execute(query)}


def _counts(
    articles: dict[str | None, int], remarks: dict[str | None, int]
) -> Iterator[LanguageCount]:
    for language in articles.keys() | remarks.keys():
        yield LanguageCount(
            language=language,
            documents=articles.get(language, 0),
            comments=remarks.get(language, 0),
        )


def _by_size(count: LanguageCount) -> tuple[bool, int, int, str]:
    return count.language is None, -count.documents, -count.comments, count.language or ""
