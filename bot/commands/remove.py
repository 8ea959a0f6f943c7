"""`factcontext remove`: documents out of the library."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json
from bot.errors import CommandError
from bot.terminal import printable
from index.library import DocumentRow, Library
from index.loading import stored_name

_LISTED = 20


def remove(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(help="Documents: a number, a link, a file, or a folder with all below it."),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would go; remove nothing.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Take documents with their comments out of the library.

    Answers stop showing them at once; `factcontext rebuild` takes them out of the index too.
    """
    from bot.wiring import open_library

    settings: Settings = context.obj
    with open_library(settings) as library:
        found = _find(library, what)
        agreed = not dry_run and (yes or not found or _confirmed(found))
        removed = library.remove([row.document_id for row in found]) if agreed else 0
        if agreed:
            for place in map(_place, what):
                library.forget_copies(place)
    if as_json:
        documents = [
            {"id": row.document_id, "title": row.title, "path": row.path, "url": row.url}
            for row in found
        ]
        print_json({"documents": documents, "removed": removed})
        return
    if dry_run:
        _list(found)
        out.print(f"{count(len(found), 'document')} would be removed.")
    else:
        out.print(f"{count(removed, 'document')} removed.")
    if removed:
        err.print("Next: [bold]factcontext rebuild[/bold] takes them out of the index.")


def _find(library: Library, what: list[str]) -> list[DocumentRow]:
    found: dict[int, DocumentRow] = {}
    for selector in what:
        if not selector.strip():  # As a path it would be the folder one stands in.
            raise CommandError("One of the names is empty; nothing removed.")
        rows = library.find(selector) or library.find(_place(selector))
        if not (rows or library.count_copies(_place(selector))):
            raise CommandError(f"No stored document is or came from {selector}; nothing removed.")
        found.update((row.document_id, row) for row in rows)
    return list(found.values())


def _place(selector: str) -> str:
    """A file is stored by its whole path, wherever the operator stands."""
    return stored_name(Path(selector))


def _confirmed(found: list[DocumentRow]) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("Nothing removed: say --yes where nobody can be asked.")
    _list(found)
    return typer.confirm(f"Remove {count(len(found), 'document')} with all comments?", err=True)


def _list(found: list[DocumentRow]) -> None:
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
