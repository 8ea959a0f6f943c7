"""A stored article in full, with the outline of its discussion, as a page shows both."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, or_, select

from index.library.analyses import language_of
from index.library.codec import paragraphs_from_json
from index.library.hiding import is_hidden
from index.library.hydrating import article_heads
from index.library.kin import successor
from index.library.schema import analyses, comments, documents
from index.library.threads import comment_rows, thread_comment
from index.library.values import OutlinedComment, ThreadComment, WholeDocument

_ARTICLE = (
    select(
        documents.c.id,
        documents.c.body,
        documents.c.paragraphs,
        language_of.label("language"),
        is_hidden(documents).label("hidden"),
    )
    .outerjoin(analyses, analyses.c.document_id == documents.c.id)
    .where(documents.c.id == bindparam("of"))
)
_OUTLINE = (
    select(
        comments.c.id,
        comments.c.parent_id,
        or_(is_hidden(comments), comments.c.text == "").label("empty"),
    )
    .where(comments.c.document_id == bindparam("of"))
    .order_by(comments.c.position)
)


def whole_document(connection: Connection, document_id: int) -> WholeDocument | None:
    """An article and the outline of its discussion; None where it is hidden or unknown.

    An article of which its outlet has published a later version has no body: what was corrected
    does not come back, not even where the later one is hidden.
    """
    row = connection.execute(_ARTICLE, {"of": document_id}).first()
    if row is None or row.hidden:
        return None
    newest = successor(connection, document_id)
    superseded = newest != document_id
    return WholeDocument(
        head=article_heads(connection.connection, [document_id])[document_id],
        language=row.language,
        body=() if superseded else paragraphs_from_json(row.body, row.paragraphs),
        superseded=superseded,
        newer_id=newest if superseded and _is_shown(connection, newest) else None,
        outline=tuple(
            OutlinedComment(comment_id=one.id, parent_id=one.parent_id, shown=not one.empty)
            for one in connection.execute(_OUTLINE, {"of": document_id})
        ),
    )


def shown_comments(connection: Connection, comment_ids: Iterable[int]) -> dict[int, ThreadComment]:
    """These comments by id, without hidden and unknown ones; their depth is not told."""
    rows = comment_rows(connection, sorted(set(comment_ids)))
    return {
        id_: thread_comment(row)
        for id_, row in rows.items()
        if not (row.hidden or row.takedown_id is not None)
    }


def _is_shown(connection: Connection, document_id: int) -> bool:
    row = connection.execute(_ARTICLE, {"of": document_id}).first()
    return row is not None and not row.hidden
