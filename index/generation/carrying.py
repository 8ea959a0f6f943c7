"""What a new generation takes over from an older one: rows and segments that have not changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.columns import Columns, Ids
from index.dense import FaissDense
from index.errors import GenerationError
from index.generation import layout
from index.generation.checksums import faults
from index.generation.lane_table import LaneTable
from index.generation.manifest import Manifest
from index.lexical_segments import Segment, segments
from index.model import Lane

_ABSORBED = 2
"""A segment with fewer passages than this many times those that follow it is written again with
them: so the number of segments grows with the logarithm of how often something was added."""
LARGEST_SEGMENT = 250_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Rows of a new lane, from `start` up to `stop`."""

    start: int
    stop: int
    segment: Segment | None = None
    """Holds exactly these rows; without it they are written anew."""

    def __len__(self) -> int:
        return self.stop - self.start


class OldLane:
    """A lane of an older generation, to take from."""

    def __init__(self, folder: Path) -> None:
        """Map it.

        Raises:
            CorruptGenerationError: its files do not fit each other.
        """
        self._folder = folder
        self._table = LaneTable.open(folder)
        columns = Columns.open(folder / layout.COLUMNS)
        self._dense = FaissDense.open(folder / layout.DENSE, columns)
        self._segments = segments(folder / layout.LEXICAL)

    @property
    def lists(self) -> Path | None:
        """The file of inverted lists, if it has any."""
        path = self._folder / layout.LISTS
        return path if path.exists() else None

    def positions(self, table: LaneTable) -> Ids:
        """Where the vectors of n passages stand, (n,); -1 where there is none of that text."""
        return table.positions_in(self._table)

    def halves(self, positions: Ids) -> NDArray[np.float16]:
        """The vectors at n positions, (n, d)."""
        return self._dense.halves(positions)

    def spans(self, table: LaneTable) -> list[Span]:
        """All rows of a new lane in order: segments that can stay, and what lies between.

        A segment stays if each of its passages is in the new lane, as it was, and no other lies
        among them. So no index ever holds a word of a passage that is gone.
        """
        same = table.same_in(self._table)
        spans: list[Span] = []
        for segment in self._segments:
            start, stop = _range(table, segment)
            whole = stop - start == segment.passages and _count(self._table, segment) == (
                segment.passages
            )
            if whole and same[start:stop].all():
                spans.append(Span(start=start, stop=stop, segment=segment))
        return _absorbed(spans, len(table))


def _range(table: LaneTable, segment: Segment) -> tuple[int, int]:
    start = np.searchsorted(table.ids, segment.first)
    stop = np.searchsorted(table.ids, segment.last, side="right")
    return int(start), int(stop)


def _count(table: LaneTable, segment: Segment) -> int:
    start, stop = _range(table, segment)
    return stop - start


def _absorbed(carried: list[Span], rows: int) -> list[Span]:
    """Fill the gaps between carried segments, giving up those that are small beside the next."""
    spans: list[Span] = []
    for following in [*carried, Span(start=rows, stop=rows)]:
        start = spans[-1].stop if spans else 0
        gap = following.start - start
        while gap and spans and _small(spans[-1], gap):
            start = spans.pop().start
            gap = following.start - start
        if gap:
            spans.append(Span(start=start, stop=following.start))
        if len(following):
            spans.append(following)
    return spans


def _small(before: Span, gap: int) -> bool:
    if before.segment is None:
        return True
    return len(before) < min(_ABSORBED * gap, LARGEST_SEGMENT)


def old_lanes(root: Path, fingerprint: str, rules: Mapping[str, int]) -> dict[Lane, OldLane]:
    """The lanes of the newest generation that is undamaged and was built alike, or none."""
    for name in reversed(layout.names(root)):
        try:
            manifest = Manifest.read(root / name)
            if manifest.fingerprint != fingerprint or manifest.rules != rules:
                continue
            if faults(root / name, manifest.files, contents=True):
                continue
            return {lane: OldLane(root / name / lane) for lane in manifest.lanes}
        except GenerationError as fault:
            _log.warning("nothing is taken over from generation %s: %s", name, fault)
    return {}
