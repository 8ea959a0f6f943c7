"""Builds a generation from the library, beside the one that is in use."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from embeddings.api import Encoder
from index import analysis, passages
from index.coarse import can_be_listed
from index.errors import GenerationError
from index.generation import layout
from index.generation.carrying import OldLane, old_lanes
from index.generation.lane import LaneBuild, write_lists_of
from index.generation.lane_table import LaneTable
from index.generation.learned import Learned, carried
from index.generation.locks import build_lock
from index.generation.manifest import LaneMark, Manifest
from index.generation.sealing import Unfinished, program, seal, unfinished
from index.generation.vectors import PassageVectors, VectorKeeper
from index.generation.verification import verify
from index.model import Lane

if TYPE_CHECKING:
    from index.library import Library, LibraryState

RULES: Mapping[str, int] = {
    "analysis": analysis.RULES,
    "passages": passages.RULES,
    "index": 4,
}
"""A generation built by other rules is not up to date, whatever the library says."""

EXACT_UP_TO = 300_000

_log = logging.getLogger(__name__)


class Stage(StrEnum):
    """What a build is doing."""

    ENCODING = "encoding"
    """Passages get their vectors and enter the indexes; counted in passages."""
    WRITING = "writing"
    """Indexes go to the disk; counted in lanes."""
    LISTING = "listing"
    """Passages of large lanes are sorted into inverted lists; counted in passages."""
    SEALING = "sealing"
    """Checksums are taken; counted in files."""


class Progress(Protocol):
    """Is told how far a build has come."""

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        """`done` of about `total` are done; the last call of a stage has them equal."""
        ...


def build(
    library: Library,
    encoder: Encoder,
    store: VectorKeeper,
    root: Path,
    *,
    progress: Progress = lambda _stage, _done, _total: None,
    learned: Learned | None = None,
    exact_up_to: int = EXACT_UP_TO,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> str:
    """Build a generation of everything in the library; it is not promoted.

    Only texts that the store has no vector of are encoded, and their vectors are kept at once:
    an interrupted build loses little and leaves nothing else behind. If the newest generation is
    undamaged and would come out the same, its name is returned; to see that, the library is read
    through (under a second for 100,000 passages), and nothing else is done.

    Args:
        library: what to index.
        encoder: where missing vectors come from; blocks this thread for most of the build.
        store: keeps the vectors of this encoder.
        root: the folder of generations; it is created.
        progress: is told how far it has come.
        learned: what it knows beside its index; what the generations before it learned, as
            `carried` says, if None.
        exact_up_to: a lane with more passages gets inverted lists before its exact rows.
        clock: when it is now, with its time zone.

    Returns:
        The name of the generation.

    Raises:
        BuildLockedError: another rebuild is running.
        GenerationError: the disk cannot be written, or the encoder's rows cannot be used.
        EmbeddingError: encoding failed, or vectors cannot be kept.
        LibraryError: the library cannot be read.
    """
    with build_lock(root, clock()):
        layout.sweep(root)
        if learned is None:
            learned = carried(root, encoder.info.fingerprint)
        plan = _Plan(
            library=library.state(), encoder=encoder, learned=learned, exact_up_to=exact_up_to
        )
        existing = _up_to_date(root, plan, library)
        if existing:
            return existing
        with unfinished(root) as new:
            old = old_lanes(root, encoder.info.fingerprint, RULES)
            vectors = PassageVectors(encoder, store)
            lanes = _write_lanes(library, vectors, new.folder, old, progress)
            _write_lists(new.folder, plan.listed(lanes), old, progress)
            learned.write(new.folder)
            _seal(new, plan, lanes, clock().astimezone(UTC), progress)
        _log.info(
            "built generation %s with %d passages",
            new.name,
            sum(m.passages for m in lanes.values()),
        )
        return new.name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What decides the content of the generation."""

    library: LibraryState
    encoder: Encoder
    learned: Learned
    exact_up_to: int

    def listed(self, lanes: Mapping[Lane, LaneMark]) -> dict[Lane, LaneMark]:
        """Those of the lanes that get inverted lists."""
        dimension = self.encoder.info.dimension
        return {
            lane: mark
            for lane, mark in lanes.items()
            if mark.passages > self.exact_up_to and can_be_listed(mark.passages, dimension)
        }

    def made(self, manifest: Manifest) -> bool:
        return (
            manifest.library == asdict(self.library)
            and manifest.fingerprint == self.encoder.info.fingerprint
            and manifest.rules == RULES
            and manifest.calibration == self.learned.calibration
            and manifest.tuning == self.learned.tuning
            and manifest.listed == list(self.listed(manifest.lanes))
        )


def _up_to_date(root: Path, plan: _Plan, library: Library) -> str | None:
    """The newest generation if building would only repeat it.

    The library's state alone does not prove that: another library, or this one restored from a
    backup, can come to the same revision with other texts.
    """
    for name in layout.names(root)[-1:]:
        try:
            if not plan.made(Manifest.read(root / name)):
                return None
            problems = verify(root, name, library)
        except GenerationError as fault:
            problems = [str(fault)]
        if not problems:
            return name
        _log.warning("generation %s is built anew: %s", name, problems[0])
    return None


def _write_lanes(
    library: Library,
    vectors: PassageVectors,
    folder: Path,
    old: Mapping[Lane, OldLane],
    progress: Progress,
) -> dict[Lane, LaneMark]:
    marks: dict[Lane, LaneMark] = {}
    planned = {lane: LaneTable.of(library.marks(lane)) for lane in Lane}
    total = sum(map(len, planned.values()))
    before = 0
    for lane, table in planned.items():

        def done(count: int, before: int = before) -> None:
            progress(Stage.ENCODING, before + count, total)

        marks[lane] = LaneBuild(library, vectors, folder / lane, old.get(lane)).write(table, done)
        before += len(table)
        progress(Stage.WRITING, len(marks), len(Lane))
    progress(Stage.ENCODING, total, total)
    return marks


def _write_lists(
    folder: Path, listed: Mapping[Lane, LaneMark], old: Mapping[Lane, OldLane], progress: Progress
) -> None:
    total = sum(mark.passages for mark in listed.values())
    before = 0
    for lane, mark in listed.items():

        def done(count: int, before: int = before) -> None:
            progress(Stage.LISTING, before + count, total)

        write_lists_of(folder / lane, old[lane].lists if lane in old else None, done)
        before += mark.passages


def _seal(
    new: Unfinished,
    plan: _Plan,
    lanes: Mapping[Lane, LaneMark],
    built_at: datetime,
    progress: Progress,
) -> None:
    def told(done: int, total: int) -> None:
        progress(Stage.SEALING, done, total)

    manifest = Manifest(
        name=new.name,
        encoder=plan.encoder.info,
        lanes=lanes,
        files={},
        library=asdict(plan.library),
        rules=RULES,
        built_at=built_at,
        program=program(),
        calibration=plan.learned.calibration,
        tuning=plan.learned.tuning,
    )
    seal(new.folder, manifest, told)
