"""`factcontext source`: what the operator says of the outlets that documents are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from bot.console import AS_JSON, err, print_json, print_table
from bot.written import MAX_NAME_CHARS, MAX_NOTE_CHARS, one_line
from index.library import SourceSummary

source = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="List the outlets that documents are from, name them, and write notes on them.",
)


@source.command("list")
def list_sources(context: typer.Context, as_json: AS_JSON = False) -> None:
    """List all outlets with their domain, other names, documents and note."""
    from bot.wiring import open_library

    with open_library(context.obj, create=False) as library:
        found = library.sources()
    if as_json:
        print_json({"sources": [_as_json(source) for source in found]})
    elif found:
        _print(found)
    else:
        err.print("None yet; [bold]factcontext add PATH[/bold] loads documents.")


@source.command("set")
def set_source(
    context: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="DOMAIN_OR_NAME", help="The outlet, as the list shows it.")
    ],
    name: Annotated[str | None, typer.Option(help="What it is called from now on.")] = None,
    note: Annotated[
        str | None, typer.Option(help="What is shown with every passage from it.")
    ] = None,
    no_note: Annotated[bool, typer.Option("--no-note", help="Delete the note.")] = False,
    as_json: AS_JSON = False,
) -> None:
    """Name an outlet, or write a note on it; answers show it at once, without a rebuild.

    A note on a domain is a note on every outlet there. A domain may be registered before its
    documents are loaded. Where two rows are one outlet, give both the same name.
    """
    from bot.wiring import open_library

    if note is not None and no_note:
        raise typer.BadParameter("either --note or --no-note.")
    if name is None and note is None and not no_note:
        raise typer.BadParameter("say --name, --note or --no-note.")
    name = name if name is None else one_line("name", name, MAX_NAME_CHARS)
    note = note if note is None else one_line("note", note, MAX_NOTE_CHARS)
    with open_library(context.obj) as library:
        changed = library.set_source(what, name=name, note=note, no_note=no_note)
    if as_json:
        print_json({"sources": [_as_json(source) for source in changed]})
        return
    _print(changed)
    if not any(source.documents for source in changed):
        err.print("No document is from it yet.")


def _print(sources: Sequence[SourceSummary]) -> None:
    print_table(
        ("source", "domain", "documents", "also called", "note"),
        (
            (
                source.name or "(not stated)",
                source.domain or "",
                f"{source.documents:,}",
                ", ".join(source.also),
                source.note or "",
            )
            for source in sources
        ),
        numbers=("documents",),
    )


def _as_json(source: SourceSummary) -> dict[str, object]:
    return {
        "name": source.name,
        "domain": source.domain,
        "also": list(source.also),
        "note": source.note,
        "documents": source.documents,
    }
