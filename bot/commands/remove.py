"""`factcontext remove`: documents out of the library."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.commands.selection import documents_named, list_documents, place
from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json
from bot.errors import CommandError
from index.library import DocumentRow


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
        found = documents_named(library, what, unchanged="nothing removed")
        agreed = not dry_run and (yes or not found or _confirmed(found))
        removed = library.remove([row.document_id for row in found]) if agreed else 0
        if agreed:
            for selector in what:
                library.forget_copies(place(selector))
    if as_json:
        documents = [
            {"id": row.document_id, "title": row.title, "path": row.path, "url": row.url}
            for row in found
        ]
        print_json({"documents": documents, "removed": removed})
        return
    if dry_run:
        list_documents(found)
        out.print(f"{count(len(found), 'document')} would be removed.")
    else:
        out.print(f"{count(removed, 'document')} removed.")
    if removed:
        err.print("Next: [bold]factcontext rebuild[/bold] takes them out of the index.")


def _confirmed(found: list[DocumentRow]) -> bool:
    if not sys.stdin.isatty():
        raise CommandError("Nothing removed: say --yes where nobody can be asked.")
    list_documents(found)
    return typer.confirm(f"Remove {count(len(found), 'document')} with all comments?", err=True)
