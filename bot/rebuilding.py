"""From the library to an index that answers: built, verified, asked, promoted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.console import Advance, progress_bar, waiting
from bot.errors import CommandError
from bot.wiring import Workshop
from index.errors import CorruptGenerationError
from index.generation import Progress, Stage, Verdict
from index.golden import Comparison
from index.library import Library

if TYPE_CHECKING:
    from bot.golden import Examination

_BARS = {Stage.ENCODING: "Encoding", Stage.LISTING: "Sorting into lists"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of a rebuild."""

    name: str
    before: str | None
    verdict: Verdict | None = None
    comparison: Comparison | None = None

    @property
    def promoted(self) -> bool:
        """Whether it is in use."""
        return self.verdict is not Verdict.KEPT_BACK


def build(
    tools: Workshop,
    examination: Examination | None,
    settings: Settings,
    *,
    force: bool,
    promoted: Callable[[], None] = lambda: None,
) -> Rebuilt:
    """Build an index and put it to use, unless golden queries got worse.

    Args:
        tools: the library, and the encoder that makes the index.
        examination: asks the golden queries; None where there are none.
        settings: how many are kept, and how large lanes are listed.
        force: put it to use even so.
        promoted: what belongs to putting it to use; done at once, a kill may come any time.

    Raises:
        CommandError: the library is empty, or what was built is not right.
        GenerationError: it cannot be built; the old one goes on answering.
    """
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
        promoted()
        return Rebuilt(name=name, before=before)
    with waiting("Verifying"):
        problems = generation.verify(tools.folder, name, tools.library)
    if problems:
        answering = f"Generation {before} goes on answering" if before else "None answers yet"
        raise CommandError(
            f"Generation {name} was built and is not right: {problems[0]} "
            f'{answering}; run "factcontext rebuild" again.'
        )
    rebuilt = Rebuilt(name=name, before=before)
    if examination is not None:
        record, comparison = examination.judge(name, before, force=force)
        rebuilt = Rebuilt(name=name, before=before, verdict=record.verdict, comparison=comparison)
    if rebuilt.promoted:
        generation.promote(tools.folder, name)
        promoted()
        if before is not None:  # What was removed is not kept in another form.
            tools.vectors.forget(forgotten(tools.folder, before, name))
    generation.prune(tools.folder, keep=settings.keep_generations)
    return rebuilt


def _look_at_earlier(library: Library) -> None:
    """Find out of documents that an older version loaded what it did not."""
    with progress_bar("Looking at documents of earlier versions", "documents") as advance:
        library.analyse(advance)


def passages_of(tools: Workshop, name: str) -> int:
    """How many passages an index holds: the library may have more, which are hidden."""
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
