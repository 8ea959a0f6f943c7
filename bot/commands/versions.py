"""`factcontext versions`: what an article said before it was updated."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.selection import documents_named
from bot.console import AS_JSON, err, out, print_json
from bot.terminal import printable
from index.library import DocumentRow, Version


def versions(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A document: its number or link, or a file.")],
    as_json: AS_JSON = False,
) -> None:
    """List what an article said before it was updated, the oldest first.

    Answers show only the newest version and say when it was updated. Earlier ones are the words
    that the same address had, and older articles of the same outlet with the same text.
    """
    from bot.wiring import open_library

    with open_library(context.obj, create=False) as library:
        found = documents_named(library, [what], unchanged="nothing listed")
        listed = [(row, library.versions(row.document_id)) for row in found]
    if as_json:
        print_json({"documents": [_as_json(row, older) for row, older in listed]})
        return
    for row, older in listed:
        if older:
            _print(row, older)
    if not any(older for _, older in listed):
        err.print("No earlier version is stored.")


def _print(row: DocumentRow, older: list[Version]) -> None:
    out.print(printable(f"{row.document_id}  {row.title}"), style="bold", markup=False)
    for version in older:
        dated = version.published.isoformat() if version.published else "date not stated"
        until = f" until {version.replaced_at:%Y-%m-%d}" if version.replaced_at else ""
        stored = f"stored {version.loaded_at:%Y-%m-%d}{until}"
        out.print(printable(f"\n{version.title}\n{dated}, {stored}"), style="cyan", markup=False)
        words = version.text or "Its words were deleted by factcontext purge."
        out.print(printable(words), markup=False, soft_wrap=True)


def _as_json(row: DocumentRow, older: list[Version]) -> dict[str, object]:
    return {
        "id": row.document_id,
        "title": row.title,
        "versions": [
            {
                "document": version.document_id,
                "title": version.title,
                "published": version.published.isoformat() if version.published else None,
                "loaded_at": version.loaded_at.isoformat(),
                "replaced_at": version.replaced_at and version.replaced_at.isoformat(),
                "text": version.text,
            }
            for version in older
        ],
    }
