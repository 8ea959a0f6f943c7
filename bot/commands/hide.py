"""`factcontext hide`, `unhide` and `hidden`: takedowns, in force at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.commands.selection import COMMENT
from bot.console import AS_JSON, err, out, print_json, print_table
from bot.takedowns import counted, hide_named, said_of, unhide_named
from index.library import Takedown


def hide(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(
            help="Documents, by number, link, file or folder; or comment:NUMBER for a comment."
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the date.")],
    as_json: AS_JSON = False,
) -> None:
    """Take documents or single comments out of every answer, at once.

    It needs no rebuild, and it holds when the same or a changed file is loaded, also after
    `factcontext remove`, until `factcontext unhide`. The next `factcontext rebuild` takes the
    words out of the index too. `factcontext ask --json` tells the numbers.
    """
    from bot.wiring import open_library

    with open_library(context.obj, create=False) as library:
        made, already = hide_named(library, what, reason)
    if as_json:
        print_json({"hidden": [_as_json(takedown) for takedown in made]})
        return
    out.print(said_of(made, already))
    if made:
        err.print("Next: [bold]factcontext rebuild[/bold] takes the words out of the index too.")


def unhide(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(
            help="Documents, comment:NUMBER, or what `factcontext hidden` shows beside each."
        ),
    ],
    as_json: AS_JSON = False,
) -> None:
    """Show again what was hidden, at once if the index in use still holds it.

    Single comments of a document are hidden and shown on their own. The reason and both dates
    stay on record.
    """
    from bot.wiring import open_library

    with open_library(context.obj, create=False) as library:
        found = unhide_named(library, what)
    if as_json:
        print_json({"unhidden": [_as_json(takedown) for takedown in found]})
        return
    out.print(f"{counted(found)} shown again.")
    err.print("Next: [bold]factcontext rebuild[/bold], if it was rebuilt since they were hidden.")


def hidden(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what was hidden once and is shown again.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """List what is hidden, since when and why."""
    from bot.wiring import open_library

    with open_library(context.obj, create=False) as library:
        found = library.takedowns(lifted=everything)
    if as_json:
        print_json({"hidden": [_as_json(takedown) for takedown in found]})
    elif found:
        _print(found)
    else:
        err.print("Nothing is hidden.")


def _name(takedown: Takedown) -> str:
    """What `unhide` knows it by."""
    if takedown.comment_id is not None:
        return f"{COMMENT}{takedown.comment_id}"
    if takedown.document_id is not None:
        return str(takedown.document_id)
    return f"takedown:{takedown.takedown_id}"


def _described(takedown: Takedown) -> str:
    where = takedown.title or takedown.url or takedown.path
    if takedown.lifted_at is None and takedown.title is None:
        where += " (not stored now)"
    if not takedown.of_comment:
        return where
    return (
        f"comment by {takedown.author} under {where}"
        if takedown.author
        else f"comment under {where}"
    )


def _print(found: Sequence[Takedown]) -> None:
    print_table(("", "what", "since", "reason"), map(_cells, found))


def _cells(takedown: Takedown) -> tuple[str, ...]:
    since = f"{takedown.hidden_at:%Y-%m-%d}"
    if takedown.lifted_at is not None:
        since += f" to {takedown.lifted_at:%Y-%m-%d}"
    return (_name(takedown), _described(takedown), since, takedown.reason)


def _as_json(takedown: Takedown) -> dict[str, object]:
    return {
        "what": _name(takedown),
        "kind": "comment" if takedown.of_comment else "document",
        "document": takedown.document_id,
        "comment": takedown.comment_id,
        "title": takedown.title,
        "author": takedown.author,
        "url": takedown.url,
        "path": takedown.path,
        "reason": takedown.reason,
        "hidden_at": takedown.hidden_at.isoformat(),
        "lifted_at": takedown.lifted_at and takedown.lifted_at.isoformat(),
    }
