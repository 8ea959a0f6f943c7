"""What an index keeps of every passage, without reading any text."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, select

from index.library.analyses import language_of
from index.library.hiding import is_hidden
from index.library.kin import is_superseded
from index.library.reading import rows_of
from index.library.schema import (
    analyses,
    comment_languages,
    comments,
    documents,
    kin,
    passages,
)
from index.library.values import PassageMark
from index.model import Lane

_parents = comments.alias("parents")
_NEXT = (
    select(
        passages.c.id,
        passages.c.document_id,
        passages.c.comment_id,
        documents.c.source_id,
        documents.c.day_from,
        documents.c.day_to,
        case(
            (passages.c.comment_id.is_(None), language_of), else_=comment_languages.c.language
        ).label("language"),
        kin.c.family_id,
        passages.c.text_hash,
        is_hidden(documents).label("document_hidden"),
        is_hidden(comments).label("comment_hidden"),
        is_hidden(_parents).label("parent_hidden"),
        is_superseded(documents).label("superseded"),
    )
    .join(documents, documents.c.id == passages.c.document_id)
    .outerjoin(comments, comments.c.id == passages.c.comment_id)
    .outerjoin(analyses, analyses.c.document_id == documents.c.id)
    .outerjoin(kin, kin.c.document_id == documents.c.id)
    .outerjoin(comment_languages, comment_languages.c.comment_id == comments.c.id)
    .outerjoin(_parents, _parents.c.id == comments.c.parent_id)
    .where(passages.c.lane == bindparam("lane"), passages.c.id > bindparam("after_id"))
    .order_by(passages.c.id)
    .limit(bindparam("rows"))
)


def passage_marks(
    connection: Connection, lane: Lane, after_id: int, limit: int
) -> tuple[list[PassageMark], int | None]:
    """The next passages of a lane in the order of ids, without what must not answer.

    Returns:
        The passages, and the id to go on after, or None at the end.
    """
    found = connection.execute(
        _NEXT, {"lane": lane.value, "after_id": after_id, "rows": limit}
    ).all()
    shown, other = [], []
    # Taken apart, for by its name a value of a row takes ten times as long.
    for passage_id, *values, text_hash, gone, comment_gone, parent_gone, superseded in found:
        document_id, comment_id, source_id, day_from, day_to, language, family_id = values
        if gone or comment_gone or (comment_id is None and superseded):
            continue
        if parent_gone:
            other.append(passage_id)
        shown.append(
            PassageMark(
                passage_id=passage_id,
                document_id=document_id,
                comment_id=comment_id,
                source_id=source_id,
                day_from=day_from,
                day_to=day_to,
                family_id=family_id,
                language=language,
                text_hash=text_hash,
            )
        )
    # Without the words that it answers a comment is another text than the one that was stored.
    read = {row.passage_id: row for row in rows_of(connection, other)}
    marks = [read.get(mark.passage_id, mark) for mark in shown]
    return marks, found[-1].id if len(found) == limit else None
