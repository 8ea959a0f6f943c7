"""`factcontext rebuild`: a new generation beside the one in use, verified, then promoted."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.golden import comparison_as_dict, print_comparison
from bot.config import Settings
from bot.console import AS_JSON, QUIET, complain, count, err, out, print_json, waiting
from bot.exits import ExitCode
from bot.priority import low_priority
from bot.rebuilding import Rebuilt, build, passages_of
from bot.wiring import workshop
from index.generation import Verdict


def rebuild(
    context: typer.Context,
    golden: Annotated[
        Path | None, typer.Option(help="Golden queries to ask; see `factcontext golden --help`.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put it to use even if golden queries got worse.")
    ] = False,
    as_json: AS_JSON = False,
    quiet: QUIET = False,
) -> None:
    """Build the index from the library and put it to use.

    Only texts that were never encoded are encoded. The index in use goes on answering until the
    new one is complete, verified, and as good on the golden queries, if there are any; a running
    `serve` takes it over by itself. It gives way to everything else on the machine. Interrupted,
    it goes on where it stopped.

    Exit code 5 when golden queries got worse by more than the settings allow: the old index goes
    on answering.
    """
    from bot.golden import Examination, golden_file

    settings: Settings = context.obj
    path = golden_file(settings, golden)
    with ExitStack() as stack:
        stack.enter_context(low_priority())
        with waiting("Loading the model"):
            tools = stack.enter_context(workshop(settings))
        examination = Examination.of(tools, settings, path)
        rebuilt = build(tools, examination, settings, force=force)
        passages = passages_of(tools, rebuilt.name)
    if as_json:
        print_json(as_dict(rebuilt, passages))
    else:
        tell(rebuilt, passages, quiet=quiet)
    if not rebuilt.promoted:
        raise typer.Exit(ExitCode.WORSE)


def tell(
    rebuilt: Rebuilt, passages: int, *, quiet: bool, command: str = "factcontext rebuild"
) -> None:
    """Say what became of a rebuild, which the command has begun."""
    if rebuilt.comparison is not None and (rebuilt.comparison.worse or not rebuilt.promoted):
        if not (quiet and rebuilt.verdict is Verdict.PASSED):
            print_comparison(rebuilt.comparison)
    elif rebuilt.verdict is not None and rebuilt.before and not rebuilt.comparison and not quiet:
        err.print(
            f"Its golden queries could not be compared with those of {rebuilt.before}: that one "
            "cannot be asked with the encoder in use, or does not open."
        )
    if not rebuilt.promoted:
        complain(
            f"Golden queries got worse than the settings allow: generation {rebuilt.name} was "
            f"built and is not in use, {rebuilt.before} goes on answering. Look at the queries "
            f'above; "{command} --force" puts it to use all the same.'
        )
    elif quiet:
        return
    elif rebuilt.name == rebuilt.before:
        out.print(f"Generation {rebuilt.name} is up to date: {count(passages, 'passage')}.")
    else:
        out.print(f"Generation {rebuilt.name} answers now: {count(passages, 'passage')}.")


def as_dict(rebuilt: Rebuilt, passages: int) -> dict[str, object]:
    """The same for programs."""
    printed: dict[str, object] = {
        "generation": rebuilt.name,
        "previous": rebuilt.before,
        "passages": passages,
    }
    if rebuilt.verdict is not None:
        compared = rebuilt.comparison and comparison_as_dict(rebuilt.comparison)
        printed["golden"] = {"verdict": rebuilt.verdict.value, "comparison": compared}
    return printed
