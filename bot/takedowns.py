"""Takedowns as operators ask for them: on the command line, on a page, in a chat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.commands.selection import COMMENT, comments_named, documents_named, place
from bot.console import count
from bot.errors import CommandError
from bot.written import MAX_REASON_CHARS, one_line
from index.library import Library, Takedown

_NOTHING_HIDDEN = "nothing hidden"
_ON_A_PAGE = re.compile(r"#[0-9]+")


def hide_named(
    library: Library, what: Sequence[str], reason: str
) -> tuple[tuple[Takedown, ...], int]:
    """Hide documents and comments.

    Args:
        library: where they are stored.
        what: as `documents_named` knows them, or comment:NUMBER, or #NUMBER.
        reason: why, on one line.

    Returns:
        What was hidden, and how many of those that were named were hidden already.

    Raises:
        CommandError: one of them is not stored, or the reason is none; nothing was hidden.
        LibraryError: the library cannot be changed.
    """
    what = [_named(name) for name in what]
    reason = one_line("reason", reason, MAX_REASON_CHARS, unchanged=_NOTHING_HIDDEN)
    comments = [name for name in what if name.startswith(COMMENT)]
    comment_ids = comments_named(library, comments, unchanged=_NOTHING_HIDDEN)
    documents = [name for name in what if not name.startswith(COMMENT)]
    found = documents_named(library, documents, unchanged=_NOTHING_HIDDEN)
    made = tuple(library.hide([row.document_id for row in found], comment_ids, reason=reason))
    return made, len(found) + len(comment_ids) - len(made)


def unhide_named(library: Library, what: Sequence[str]) -> list[Takedown]:
    """Show again what was hidden.

    Args:
        library: where it is stored.
        what: documents, comment:NUMBER, #NUMBER or takedown:NUMBER.

    Raises:
        CommandError: one of them is not hidden; nothing changed.
        LibraryError: the library cannot be changed.
    """
    found: dict[int, Takedown] = {}
    for selector in map(_named, what):
        if not selector.strip():
            raise CommandError("One of the names is empty; nothing changed.")
        meant = library.find_takedowns(selector) or library.find_takedowns(place(selector))
        if not meant:
            raise CommandError(
                f"Nothing that is hidden is {selector}; nothing changed. "
                '"factcontext hidden" lists what is.'
            )
        found.update((takedown.takedown_id, takedown) for takedown in meant)
    library.unhide(list(found))
    return list(found.values())


def counted(found: Sequence[Takedown]) -> str:
    """How many documents and comments, in words."""
    comments = sum(takedown.of_comment for takedown in found)
    documents = len(found) - comments
    parts = [count(documents, "document")] if documents or not comments else []
    parts += [count(comments, "comment")] if comments else []
    return " and ".join(parts)


def said_of(made: Sequence[Takedown], already: int) -> str:
    """What became of an order to hide."""
    return f"{counted(made)} hidden" + (f"; {already:,} hidden already." if already else ".")


def _named(name: str) -> str:
    """A page shows the number of a comment as #352."""
    return f"{COMMENT}{name[1:]}" if _ON_A_PAGE.fullmatch(name) else name
