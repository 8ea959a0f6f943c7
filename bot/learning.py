"""What `calibrate` and `tune` share: lessons out of files, and a generation that learned them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.config import Settings
from bot.console import count, progress_bar, waiting
from bot.errors import CommandError
from bot.golden import golden_file
from bot.wiring import Workshop, open_generation_of, workshop
from embeddings.api import Role, Vectors
from index.calibrating import Calibrated, calibrate
from index.generation import Generation, Learned, derive, promote, prune, read_learned, verify
from index.golden import read_golden
from index.judgements import read_judged
from index.lessons import Lesson, Lessons, from_golden, from_judged

_BATCH_QUERIES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """The generation in use and what it may learn from."""

    tools: Workshop
    generation: Generation
    lessons: Lessons
    keep: int

    @property
    def learned(self) -> Learned:
        """What the generation in use learned before."""
        name = self.generation.name
        return read_learned(self.tools.folder / name, self.generation.manifest)

    def vectors(self, lessons: Sequence[Lesson]) -> Vectors:
        """The encoder's vectors of claims, (n, d)."""
        texts = [lesson.text for lesson in lessons]
        rows = [np.empty((0, self.tools.encoder.info.dimension), dtype=np.float32)]
        with progress_bar("Encoding", "claims") as advance:
            for start in range(0, len(texts), _BATCH_QUERIES):
                batch = texts[start : start + _BATCH_QUERIES]
                rows.append(self.tools.encoder.encode(batch, Role.QUERY))
                advance(start + len(batch), len(texts))
        return np.concatenate(rows)

    def promote(self, learned: Learned) -> str:
        """Put the same index with something else learned to use; returns its name."""
        return promote_learned(self.tools.folder, self.generation.name, learned, keep=self.keep)


def fit_strength(at: School, *, dry_run: bool = False) -> tuple[Calibrated, str | None]:
    """Fit the calibration of the generation in use, and use it if held-back claims are for it.

    Returns:
        What came out, and the name of the generation that answers by it now, if one does.

    Raises:
        TooFewLessonsError: there are too few claims to learn from.
    """
    lessons = [*at.lessons.answerable, *at.lessons.silent]
    vectors = dict(zip((x.text for x in lessons), at.vectors(lessons), strict=True))
    made = (
        f'Fitted by "factcontext calibrate" on {datetime.now(UTC):%Y-%m-%d}: '
        f"{count(len(at.lessons.answerable), 'claim')} with a known article, with it and with it "
        f"removed, and {len(at.lessons.silent)} that nothing answers."
    )
    found = calibrate(at.generation, at.lessons, vectors, made=made)
    if dry_run or not found.helps:
        return found, None
    return found, at.promote(replace(at.learned, calibration=found.calibration.to_dict()))


@contextmanager
def school(settings: Settings, queries: Path | None, qrels: Path | None) -> Iterator[School]:
    """Open the generation in use and read the lessons.

    Args:
        settings: of the product.
        queries: golden queries, or with `qrels` those of a judged set.
        qrels: judgements in BEIR's layout.

    Raises:
        CommandError: there are no golden queries.
        EvaluationError: a file cannot be used.
        GenerationError: nothing answers yet, or not with this encoder.
    """
    path = queries if qrels is not None else golden_file(settings, queries)
    if path is None:
        raise CommandError(
            "There are no golden queries: name a file, or put golden.jsonl into the data folder."
        )
    judged = read_judged(path, qrels) if qrels is not None else None
    golden = read_golden(path) if judged is None else ()
    with ExitStack() as stack:
        with waiting("Loading the model"):
            tools = stack.enter_context(workshop(settings))
        generation = stack.enter_context(closing(open_generation_of(tools)))
        if judged is not None:
            lessons = from_judged(judged, tools.library, generation)
        else:
            lessons = from_golden(golden, tools.library, generation)
        yield School(
            tools=tools,
            generation=generation,
            lessons=lessons,
            keep=settings.keep_generations,
        )


def promote_learned(folder: Path, name: str, learned: Learned, *, keep: int) -> str:
    """Derive a generation from another one, verify it, and put it to use.

    Raises:
        CommandError: it is not right; the old one goes on answering.
        GenerationError: the folder cannot be written.
    """
    derived = derive(folder, name, learned)
    problems = verify(folder, derived)
    if problems:
        raise CommandError(f"{problems[0]} Generation {name} goes on answering.")
    promote(folder, derived)
    prune(folder, keep=keep)
    return derived


def forget(
    settings: Settings, *, calibration: bool = False, query_map: bool = False
) -> str | None:
    """Go back to what is shipped, of the generation in use; needs no model.

    Returns:
        The name of the generation that answers now, None if there was nothing to forget.
    """
    from bot.wiring import generations_folder
    from index.generation import Manifest
    from index.generation.layout import promoted

    folder = generations_folder(settings)
    name = promoted(folder)
    learned = read_learned(folder / name, Manifest.read(folder / name))
    left = Learned(
        calibration=None if calibration else learned.calibration,
        tuning=None if query_map else learned.tuning,
        query_map=None if query_map else learned.query_map,
    )
    if left == learned:
        return None
    return promote_learned(folder, name, left, keep=settings.keep_generations)
