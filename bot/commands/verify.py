"""`factcontext verify`: is what answers what was built, and what the library holds?"""

from __future__ import annotations

from pathlib import Path

import typer

from bot.config import Settings
from bot.console import AS_JSON, complain, out, print_json
from bot.exits import ExitCode
from index.errors import CorruptGenerationError, NoGenerationError
from index.library import Library


def verify(context: typer.Context, as_json: AS_JSON = False) -> None:
    """Check the index in use: every file's checksum, counts, and ids against the library.

    Exit code 4 when something is not as it was built; `factcontext rebuild` mends it.
    """
    from bot.wiring import generations_folder, open_library
    from index.generation import generations

    settings: Settings = context.obj
    folder = generations_folder(settings)
    with open_library(settings, create=False) as library:
        name, problems = _problems(folder, library)
        built_from = {summary.name: summary.revision for summary in generations(folder)}
        stale = built_from.get(name) != library.revision
    if as_json:
        print_json({"generation": name, "problems": problems, "stale": stale})
    elif problems:
        for problem in problems:
            complain(problem)
    elif stale:
        out.print(f"Generation {name} is as it was built.")
        out.print('The library has changed since; "factcontext rebuild" takes the changes in.')
    else:
        out.print(f"Generation {name} is as it was built, and agrees with the library.")
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
        raise NoGenerationError(
            'Nothing has been built yet; run "factcontext add" and "factcontext rebuild".'
        )
    try:
        return name, generation.verify(folder, name, library)
    except NoGenerationError as error:  # promoted, and gone since
        return name, [str(error)]
