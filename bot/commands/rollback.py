"""`factcontext rollback`: the index before the one in use answers again."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.console import AS_JSON, err, out, print_json
from bot.errors import CommandError
from bot.exits import ExitCode
from index.generation import GenerationSummary


def rollback(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AS_JSON = False,
) -> None:
    """Put the index before the one in use to use again, at once.

    Nothing is removed, and the library stays as it is: what was hidden or removed stays out of
    answers. A running `serve` takes the change over by itself. `factcontext rebuild` goes forward
    again: to the newest index if the library is as it was, else to one of the library as it is.
    """
    from bot.wiring import generations_folder
    from index import generation

    folder = generations_folder(context.obj)
    before = generation.current(folder)
    known = {summary.name: summary for summary in generation.generations(folder)}
    older = generation.older_than(folder, before) if before is not None else []
    if older and not yes:
        _confirm(f"Let generation {older[-1]} answer instead of {before}?")
    name = generation.rollback(folder)
    if as_json:
        print_json({"generation": name, "previous": before})
        return
    out.print(f"Generation {name} answers now, instead of {before}.")
    err.print("To go forward again: [bold]factcontext rebuild[/bold].")
    _warn_of_encoder(known.get(name), known.get(before or ""))


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError("Nothing changed: say --yes where nobody can be asked.")
    if not typer.confirm(question, err=True):
        err.print("Nothing changed: the index in use goes on answering.")
        raise typer.Exit(ExitCode.FAILED)


def _warn_of_encoder(now: GenerationSummary | None, before: GenerationSummary | None) -> None:
    if now is None or before is None or None in (now.fingerprint, before.fingerprint):
        return
    if now.fingerprint != before.fingerprint:
        err.print(
            f"It was built by another encoder ({now.fingerprint}) than {before.name}: it "
            "answers only with FACTCONTEXT_MODEL and FACTCONTEXT_PRECISION as they were then.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )
