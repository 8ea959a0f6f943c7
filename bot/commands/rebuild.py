"""`factcontext rebuild`: a new generation beside the one in use, verified, then promoted."""

from __future__ import annotations

from contextlib import ExitStack, suppress

import typer

from bot.config import Settings
from bot.console import (
    AS_JSON,
    QUIET,
    Advance,
    count,
    out,
    print_json,
    progress_bar,
    waiting,
)
from bot.errors import CommandError
from bot.wiring import Workshop, workshop
from index.errors import CorruptGenerationError
from index.generation import Progress, Stage


def rebuild(context: typer.Context, as_json: AS_JSON = False, quiet: QUIET = False) -> None:
    """Build the index from the library and put it to use.

    Only texts that were never encoded are encoded. The index in use goes on answering until the
    new one is complete and verified; a running `serve` takes it over by itself. Interrupted, it
    goes on where it stopped.
    """
    settings: Settings = context.obj
    with ExitStack() as stack:
        with waiting("Loading the model"):
            tools = stack.enter_context(workshop(settings))
        before, name = _build(tools, keep=settings.keep_generations)
        passages = _passages(tools, name)
    if as_json:
        print_json({"generation": name, "previous": before, "passages": passages})
    elif name == before and not quiet:
        out.print(f"Generation {name} is up to date: {count(passages, 'passage')}.")
    elif not quiet:
        out.print(f"Generation {name} answers now: {count(passages, 'passage')}.")


def _build(tools: Workshop, *, keep: int) -> tuple[str | None, str]:
    from index import generation

    if not tools.library.state().documents:
        raise CommandError('The library is empty; load documents with "factcontext add PATH".')
    before = None
    with suppress(CorruptGenerationError):  # Promoting a new one is what mends it.
        before = generation.current(tools.folder)
    with progress_bar("Encoding", "passages") as advance:
        name = generation.build(
            tools.library,
            tools.encoder,
            tools.vectors,
            tools.folder,
            progress=_shown(advance),
        )
    if name != before:
        problems = generation.verify(tools.folder, name, tools.library)
        if problems:
            answering = f"Generation {before} goes on answering" if before else "None answers yet"
            raise CommandError(
                f"Generation {name} was built and is not right: {problems[0]} "
                f'{answering}; run "factcontext rebuild" again.'
            )
        generation.promote(tools.folder, name)
        generation.prune(tools.folder, keep=keep)
    return before, name


def _passages(tools: Workshop, name: str) -> int:
    """How many it holds: the library may have more, which are hidden."""
    from index.generation import generations

    built = {summary.name: summary.passages or {} for summary in generations(tools.folder)}
    return sum(built.get(name, {}).values())


def _shown(advance: Advance) -> Progress:
    """The bar counts passages; writing and sealing take a moment at its end."""

    def progress(stage: Stage, done: int, total: int) -> None:
        if stage is Stage.ENCODING:
            advance(done, total)

    return progress
