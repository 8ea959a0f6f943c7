"""What is kept out of answers and indexes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, or_


def is_hidden(rows: FromClause) -> ColumnElement[bool]:
    """Whether a document or a comment is hidden: by the operator, or by its own file.

    Args:
        rows: the table of documents or of comments, or an alias of it.
    """
    taken_down = rows.c.takedown_id.is_not(None)
    return or_(rows.c.hidden, taken_down) if "hidden" in rows.c else taken_down
