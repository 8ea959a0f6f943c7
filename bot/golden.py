"""The golden queries between a built index and its promotion."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.console import progress_bar
from bot.errors import CommandError
from bot.wiring import Workshop, shown_of
from index.errors import GenerationError
from index.generation import GoldenRecord, Verdict, open_generation
from index.golden import Comparison, GoldenQuery, ask, compare, figures, read_golden

_FILE = "golden.jsonl"
_log = logging.getLogger(__name__)


def golden_file(settings: Settings, named: Path | None = None) -> Path | None:
    """The file that an option or a setting names, or the one in the data folder, if any.

    Raises:
        CommandError: the file that was named is not there.
    """
    path = named or settings.golden_file
    if path is None:
        usual = settings.data_dir / _FILE
        return usual if usual.is_file() else None
    if not path.is_file():
        raise CommandError(f"There is no file {path} of golden queries; name another one.")
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Asks the golden queries of a new index and of the one in use."""

    tools: Workshop
    settings: Settings
    queries: Sequence[GoldenQuery]

    @classmethod
    def of(cls, tools: Workshop, settings: Settings, path: Path | None) -> Examination | None:
        """None where there is no file of golden queries.

        Raises:
            EvaluationError: the file cannot be used.
        """
        if path is None:
            return None
        return cls(tools=tools, settings=settings, queries=read_golden(path))

    def scores(self, name: str) -> dict[str, float]:
        """What a generation scores on each query, by key.

        Raises:
            GenerationError: it cannot be opened with the encoder in use.
        """
        fingerprint = self.tools.encoder.info.fingerprint
        opened = open_generation(self.tools.folder, name, fingerprint=fingerprint)
        with closing(opened), progress_bar("Golden queries", "queries") as advance:
            return ask(
                self.queries,
                opened,
                self.tools.library,
                self.tools.encoder,
                shown_of(self.settings),
                progress=advance,
            )

    def judge(
        self, name: str, before: str | None, *, force: bool
    ) -> tuple[GoldenRecord, Comparison | None]:
        """Compare a generation with the one in use; the result is kept with it.

        Returns:
            What is kept, and the comparison, None where there was nothing to compare with.
        """
        after = self.scores(name)
        known = self._before(before) if before else {}
        comparison = compare(self.queries, known, after)
        verdict = self._verdict(comparison, force=force)
        own = figures(self.queries, after)
        record = GoldenRecord(
            verdict=verdict,
            quality=own.quality,
            false_answers=own.false_answers,
            scores=after,
            against=before if comparison else None,
        )
        record.write(self.tools.folder / name)
        if verdict is Verdict.FORCED:
            _log.warning("generation %s is promoted by force: its golden queries fell", name)
        return record, comparison

    def remember(self, name: str) -> None:
        """Keep what a generation scores: with another encoder it cannot be asked any more.

        Raises:
            GenerationError: it cannot be opened with the encoder in use.
        """
        scores = self.scores(name)
        own = figures(self.queries, scores)
        GoldenRecord(
            verdict=Verdict.PASSED,
            quality=own.quality,
            false_answers=own.false_answers,
            scores=scores,
        ).write(self.tools.folder / name)

    def _before(self, name: str) -> Mapping[str, float]:
        """Asked now, because the library has changed since; of another encoder, what was kept."""
        try:
            return self.scores(name)
        except GenerationError:
            kept = GoldenRecord.read(self.tools.folder / name)
            return kept.scores if kept else {}

    def _verdict(self, comparison: Comparison | None, *, force: bool) -> Verdict:
        if comparison is None or not comparison.exceeds(
            max_fall=self.settings.golden_max_fall, max_rise=self.settings.golden_max_rise
        ):
            return Verdict.PASSED
        return Verdict.FORCED if force else Verdict.KEPT_BACK
