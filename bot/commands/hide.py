"""`factcontext hide`, `unhide` and `hidden`: takedowns, in force at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.commands.selection import COMMENT, comments_named, documents_named, place
from bot.console import AS_JSON, count, err, out, print_json, print_table
from bot.errors import CommandError
from bot.written import MAX_REASON_CHARS, one_line
from index.library import Library, Takedown


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

    nothing = "nothing hidden"
    reason = one_line("reason", reason, MAX_REASON_CHARS, unchanged=nothing)
    with open_library(context.obj, create=False) as library:
        comments = [name for name in what if name.startswith(COMMENT)]
        comment_ids = comments_named(library, comments, unchanged=nothing)
        documents = [name for name in what if not name.startswith(COMMENT)]
        found = documents_named(library, documents, unchanged=nothing)
        made = library.hide([row.document_id for row in found], comment_ids, reason=reason)
    if as_json:
        print_json({"hidden": [_as_json(takedown) for takedown in made]})
        return
    already = len(found) + len(comment_ids) - len(made)
    out.print(f"{_counted(made)} hidden" + (f"; {already:,} hidden already." if already else "."))
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
        found = _takedowns(library, what)
        library.unhide([takedown.takedown_id for takedown in found])
    if as_json:
        print_json({"unhidden": [_as_json(takedown) for takedown in found]})
        return
    out.print(f"{_counted(found)} shown again.")
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


def _takedowns(library: Library, what: Sequence[str]) -> list[Takedown]:
    found: dict[int, Takedown] = {}
    for selector in what:
        if not selector.strip():
            raise CommandError("One of the names is empty; nothing changed.")
        meant = library.find_takedowns(selector) or library.find_takedowns(place(selector))
        if not meant:
            raise CommandError(
                f"Nothing that is hidden is {selector}; nothing changed. "
                '"factcontext hidden" lists what is.'
            )
        found.update((takedown.takedown_id, takedown) for takedown in meant)
    return list(found.values())


def _counted(found: Sequence[Takedown]) -> str:
    comments = sum(takedown.of_comment for takedown in found)
    documents = len(found) - comments
    parts = [count(documents, "document")] if documents or not comments else []
    parts += [count(comments, "comment")] if comments else []
    return " and ".join(parts)


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
