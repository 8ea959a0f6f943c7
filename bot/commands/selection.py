"""Documents and comments as a person names them on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.console import count, err
from bot.errors import CommandError
from bot.terminal import printable
from index.library import DocumentRow, Library
from index.loading import stored_name

COMMENT = "comment:"
_LISTED = 20


def documents_named(
    library: Library, selectors: Iterable[str], *, unchanged: str
) -> list[DocumentRow]:
    """The stored documents that selectors name, each once.

    Args:
        library: where they are stored.
        selectors: numbers, links, files and folders.
        unchanged: what an error says was not done.

    Raises:
        CommandError: one of them names nothing that is or was stored.
    """
    found: dict[int, DocumentRow] = {}
    for selector in selectors:
        if not selector.strip():  # As a path it would be the folder one stands in.
            raise CommandError(f"One of the names is empty; {unchanged}.")
        rows = library.find(selector) or library.find(place(selector))
        if not (rows or library.count_copies(place(selector))):
            raise CommandError(f"No stored document is or came from {selector}; {unchanged}.")
        found.update((row.document_id, row) for row in rows)
    return list(found.values())


def comments_named(library: Library, selectors: Iterable[str], *, unchanged: str) -> list[int]:
    """The numbers of the stored comments that selectors of the form comment:ID name.

    Raises:
        CommandError: one of them names no stored comment.
    """
    numbers = {}
    for selector in selectors:
        digits = selector.removeprefix(COMMENT)
        known = digits.isascii() and digits.isdigit() and len(digits) < 19
        numbers[selector] = int(digits) if known else 0
    stored = library.known_comments(numbers.values())
    for selector, number in numbers.items():
        if number not in stored:
            raise CommandError(
                f'No stored comment is {selector}; {unchanged}. "factcontext ask --json" tells '
                "the number of each comment that it shows."
            )
    return list(dict.fromkeys(numbers.values()))


def place(selector: str) -> str:
    """A file is stored by its whole path, wherever the operator stands."""
    return stored_name(Path(selector))


def list_documents(found: list[DocumentRow]) -> None:
    """Show on standard error what is about to be changed."""
    for row in found[:_LISTED]:
        err.print(
            printable(
                f"  {row.document_id}  {row.title}  ({count(row.comments, 'comment')})  {row.path}"
            ),
            markup=False,
            soft_wrap=True,
        )
    if len(found) > _LISTED:
        err.print(f"  ... and {len(found) - _LISTED:,} more")
