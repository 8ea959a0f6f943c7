"""`factcontext rebuild`: a new generation beside the one in use, verified, then promoted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.golden import comparison_as_dict, print_comparison
from bot.config import Settings
from bot.console import (
    AS_JSON,
    QUIET,
    Advance,
    complain,
    count,
    err,
    out,
    print_json,
    progress_bar,
    waiting,
)
from bot.errors import CommandError
from bot.exits import ExitCode
from bot.priority import low_priority
from bot.wiring import Workshop, workshop
from index.errors import CorruptGenerationError
from index.generation import Progress, Stage, Verdict
from index.golden import Comparison
from index.library import Library

if TYPE_CHECKING:
    from bot.golden import Examination

_BARS = {Stage.ENCODING: "Encoding", Stage.LISTING: "Sorting into lists"}


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
        rebuilt = _build(tools, examination, settings, force=force)
        passages = _passages(tools, rebuilt.name)
    if as_json:
        print_json(_as_json(rebuilt, passages))
    else:
        _tell(rebuilt, passages, quiet=quiet)
    if not rebuilt.promoted:
        raise typer.Exit(ExitCode.WORSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rebuilt:
    """What became of a rebuild."""

    name: str
    before: str | None
    verdict: Verdict | None = None
    comparison: Comparison | None = None

    @property
    def promoted(self) -> bool:
        return self.verdict is not Verdict.KEPT_BACK


def _build(
    tools: Workshop, examination: Examination | None, settings: Settings, *, force: bool
) -> _Rebuilt:
    from index import generation
    from index.generation.purging import forgotten

    if not tools.library.state().documents:
        raise CommandError('The library is empty; load documents with "factcontext add PATH".')
    _look_at_earlier(tools.library)
    before = None
    with suppress(CorruptGenerationError):  # Promoting a new one is what mends it.
        before = generation.current(tools.folder)
    with _bars() as progress:
        name = generation.build(
            tools.library,
            tools.encoder,
            tools.vectors,
            tools.folder,
            progress=progress,
            exact_up_to=settings.exact_up_to_passages,
        )
    if name == before:
        return _Rebuilt(name=name, before=before)
    with waiting("Verifying"):
        problems = generation.verify(tools.folder, name, tools.library)
    if problems:
        answering = f"Generation {before} goes on answering" if before else "None answers yet"
        raise CommandError(
            f"Generation {name} was built and is not right: {problems[0]} "
            f'{answering}; run "factcontext rebuild" again.'
        )
    rebuilt = _Rebuilt(name=name, before=before)
    if examination is not None:
        record, comparison = examination.judge(name, before, force=force)
        rebuilt = _Rebuilt(name=name, before=before, verdict=record.verdict, comparison=comparison)
    if rebuilt.promoted:
        generation.promote(tools.folder, name)
        if before is not None:  # What was removed is not kept in another form.
            tools.vectors.forget(forgotten(tools.folder, before, name))
    generation.prune(tools.folder, keep=settings.keep_generations)
    return rebuilt


def _look_at_earlier(library: Library) -> None:
    """Find out of documents that an older version loaded what it did not."""
    with progress_bar("Looking at documents of earlier versions", "documents") as advance:
        library.analyse(advance)


def _passages(tools: Workshop, name: str) -> int:
    """How many it holds: the library may have more, which are hidden."""
    from index.generation import generations

    built = {summary.name: summary.passages or {} for summary in generations(tools.folder)}
    return sum(built.get(name, {}).values())


@contextmanager
def _bars() -> Iterator[Progress]:
    """A bar for each stage that counts passages; the others take a moment at its end."""
    with ExitStack() as bar:
        shown: dict[Stage, Advance] = {}

        def progress(stage: Stage, done: int, total: int) -> None:
            if stage not in _BARS:
                return
            if stage not in shown:
                bar.close()
                shown[stage] = bar.enter_context(progress_bar(_BARS[stage], "passages"))
            shown[stage](done, total)

        yield progress


def _tell(rebuilt: _Rebuilt, passages: int, *, quiet: bool) -> None:
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
            'above; "factcontext rebuild --force" puts it to use all the same.'
        )
    elif quiet:
        return
    elif rebuilt.name == rebuilt.before:
        out.print(f"Generation {rebuilt.name} is up to date: {count(passages, 'passage')}.")
    else:
        out.print(f"Generation {rebuilt.name} answers now: {count(passages, 'passage')}.")


def _as_json(rebuilt: _Rebuilt, passages: int) -> dict[str, object]:
    printed: dict[str, object] = {
        "generation": rebuilt.name,
        "previous": rebuilt.before,
        "passages": passages,
    }
    if rebuilt.verdict is not None:
        compared = rebuilt.comparison and comparison_as_dict(rebuilt.comparison)
        printed["golden"] = {"verdict": rebuilt.verdict.value, "comparison": compared}
    return printed
