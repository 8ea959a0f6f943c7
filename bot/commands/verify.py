"""`factcontext verify`: is what answers what was built, and what a sound library holds?"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, complain, err, out, print_json
from bot.exits import ExitCode
from index.errors import CorruptGenerationError, LibraryError, NoGenerationError
from index.library import Library


def verify(
    context: typer.Context,
    recall: Annotated[
        bool,
        typer.Option("--recall", help="Also measure how many of the nearest passages are found."),
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Check the index in use, by checksums, counts, and ids against the library, and the library.

    Exit code 4 when something is not as it was built, which `factcontext rebuild` mends, or when
    the library's file is damaged, which `factcontext restore` mends.
    """
    from bot.wiring import generations_folder, open_library
    from index.generation import generations
    from index.generation import recall as measure

    settings: Settings = context.obj
    folder = generations_folder(settings)
    with open_library(settings, create=False) as library:
        name, problems = _problems(folder, library)
        built_from = {summary.name: summary.revision for summary in generations(folder)}
        stale = built_from.get(name) != library.revision
        found = measure(folder, name) if recall and not problems else None
    if as_json:
        facts = {"generation": name, "problems": problems, "stale": stale}
        print_json(facts | ({"recall": found} if found else {}))
    elif problems:
        for problem in problems:
            complain(problem)
        # What is wrong with the library says what to do about it.
        if not any("factcontext" in problem for problem in problems):
            err.print("Next: [bold]factcontext rebuild[/bold] builds it anew.")
    elif stale:
        out.print(f"Generation {name} is as it was built.")
        out.print('The library has changed since; "factcontext rebuild" takes the changes in.')
    else:
        out.print(f"Generation {name} is as it was built, and agrees with the library.")
    if found and not as_json:
        for lane, share in found.items():
            out.print(f"{lane}: {share:.1%} of the ten nearest passages are found.")
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS)


def _problems(folder: Path, library: Library) -> tuple[str, list[str]]:
    """Name of the generation in use, empty where that cannot be told, and what is wrong."""
    from index import generation

    try:
        name = generation.current(folder)
    except CorruptGenerationError as error:
        return "", [str(error)]
    if name is None:
        raise NoGenerationError
    found: list[str] = []
    for look in (library.problems, partial(generation.verify, folder, name, library)):
        try:
            found += look()
        except (LibraryError, NoGenerationError) as error:  # no page to read, or gone since
            found.append(str(error))
    return name, list(dict.fromkeys(found))
