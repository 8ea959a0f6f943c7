"""`factcontext purge`: nothing is left of what was removed, hidden or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table
from bot.exits import ExitCode

if TYPE_CHECKING:
    from bot.purging import Remains


def purge(
    context: typer.Context,
    text: Annotated[
        list[str] | None,
        typer.Option(
            "--text",
            metavar="TEXT",
            help="Also look for these words in every file; may be repeated.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only look.")] = False,
    as_json: AS_JSON = False,
) -> None:
    """Find what is left of texts that were removed, hidden or replaced, and delete it.

    It looks at each built index, passage by passage, at the kept vectors of every encoder, at what
    articles said before they were updated, and at the library's log. With `--yes` older indexes
    that hold such texts are dropped, such vectors and the words of earlier versions deleted, and
    the log emptied. The index in use is never dropped: `factcontext rebuild` first.

    `--text` proves it: every file of the data folder is searched for the words of a text, and the
    term dictionaries of the indexes for those of its words that no shown text has.

    Exit code 4 when something is left.
    """
    from bot.purging import Purge
    from bot.wiring import open_library

    settings: Settings = context.obj
    with open_library(settings, create=False) as library:
        place = Purge(settings=settings, library=library)
        found = place.look(text or ())
        if yes and found.anything:
            place.delete(found)
            found = place.look(text or ())
    if as_json:
        print_json(_as_json(found))
    elif found.anything:
        _print(found)
    else:
        out.print("Nothing is left of texts that are not shown.")
    if found.anything:
        _advise(found, done=yes)
        raise typer.Exit(ExitCode.PROBLEMS)


def _print(found: Remains) -> None:
    rows = [
        (f"generation {name}", count(number, "passage") if number > 0 else "cannot be looked into")
        for name, number in found.generations.items()
    ]
    rows += [
        (f"vectors/{name}", count(number, "vector")) for name, number in found.vectors.items()
    ]
    if found.versions:
        rows.append(("earlier versions", count(found.versions, "text")))
    if found.log_bytes:
        rows.append(("the library's log", count(found.log_bytes, "byte")))
    rows += [(name, "words of the text") for name in found.files]
    rows += [
        (f"generation {name}", f"the words {', '.join(words)}")
        for name, words in found.words.items()
    ]
    print_table(("where", "what is left"), rows)


def _advise(found: Remains, *, done: bool) -> None:
    if found.in_use in found.generations:
        err.print("Next: [bold]factcontext rebuild[/bold], then this again.")
    elif not done and found.can_be_deleted:
        err.print("Next: [bold]factcontext purge --yes[/bold] deletes it.")
    elif found.log_bytes:
        err.print("The log is in use; the same command again when less is going on empties it.")
    if any(name.startswith("library.") for name in found.files):
        err.print(
            "The library keeps what is hidden, and what stands in other texts too; "
            "[bold]factcontext remove[/bold] deletes documents from it."
        )
    if kept := found.of_the_operator:
        err.print(f"Left to you, to edit or to delete: {', '.join(kept)}.", markup=False)


def _as_json(found: Remains) -> dict[str, object]:
    return {
        "clean": not found.anything,
        "generations": {n: None if k < 0 else k for n, k in found.generations.items()},
        "vectors": dict(found.vectors),
        "versions": found.versions,
        "log_bytes": found.log_bytes,
        "files": list(found.files),
        "words": {name: list(words) for name, words in found.words.items()},
    }
