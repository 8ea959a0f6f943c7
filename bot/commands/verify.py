"""`factcontext verify`: is what answers what was built, and what the library holds?"""

from __future__ import annotations

import typer

from bot.config import Settings
from bot.console import AS_JSON, complain, out, print_json
from bot.exits import ExitCode


def verify(context: typer.Context, as_json: AS_JSON = False) -> None:
    """Check the index in use: every file's checksum, counts, and ids against the library.

    Exit code 4 when something is not as it was built; `factcontext rebuild` mends it.
    """
    from bot.wiring import generations_folder, open_library
    from index import generation
    from index.errors import NoGenerationError

    settings: Settings = context.obj
    folder = generations_folder(settings)
    name = generation.current(folder)
    if name is None:
        raise NoGenerationError(
            'Nothing has been built yet; run "factcontext add" and "factcontext rebuild".'
        )
    with open_library(settings, create=False) as library:
        problems = generation.verify(folder, name, library)
    if as_json:
        print_json({"generation": name, "problems": problems})
    elif not problems:
        out.print(f"Generation {name} is as it was built, and agrees with the library.")
    else:
        for problem in problems:
            complain(problem)
    if problems:
        raise typer.Exit(ExitCode.PROBLEMS)
