"""What stands in a file, or below a folder."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_


def standing_at(path: ColumnElement[str], place: str) -> ColumnElement[bool]:
    """Whether a path is the given file, or that of a file in the given folder or below it."""
    if not place:
        return false()
    folder = place.rstrip("/\\")
    inside = [
        # The next character after the separator ends the range of all that begin with it.
        and_(path > folder + mark, path < folder + chr(ord(mark) + 1))
        for mark in "/\\"
    ]
    return or_(path == place, *inside)
