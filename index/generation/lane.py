"""Writes the files of one lane, row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.coarse import write_lists
from index.columns import Columns, table_of
from index.dense import FaissDense
from index.dense_writer import DenseWriter
from index.generation import layout
from index.generation.carrying import LARGEST_SEGMENT, OldLane, Span
from index.generation.lane_table import LaneTable, hashes_of
from index.generation.manifest import LaneMark
from index.generation.vectors import PassageVectors
from index.lexical_segments import Segment, join
from index.lexical_writer import LexicalWriter

if TYPE_CHECKING:
    from index.library import Library, PassageRow

_BLOCK_ROWS = 1_000


class LaneBuild:
    """One lane of a new generation, made of what the library holds and of what an older one had.

    In memory it holds 160 bytes a passage: columns, hashes and ids, before and after.
    """

    def __init__(
        self, library: Library, vectors: PassageVectors, folder: Path, old: OldLane | None
    ) -> None:
        self._library = library
        self._vectors = vectors
        self._folder = folder
        self._old = old
        self._written: list[LaneTable] = []
        self._parts: list[Path] = []

    def write(self, planned: LaneTable, done: Callable[[int], None]) -> LaneMark:
        """Write all files into a new folder.

        Args:
            planned: the lane as the library has it; what goes from there meanwhile is left out.
            done: told, as it grows, how many passages are written.

        Raises:
            GenerationError: the disk cannot be written.
        """
        self._folder.mkdir(parents=True)
        whole = [Span(start=0, stop=len(planned))]
        spans = self._old.spans(planned) if self._old else whole
        with closing(DenseWriter(self._folder / layout.DENSE, self._vectors.dimension)) as dense:
            for span in spans:
                if span.segment is None:
                    self._write_anew(planned, span, dense, done)
                else:
                    self._take_over(planned, span, dense, done)
            dense.finish()
        self._join([span.segment for span in spans if span.segment is not None])
        table = LaneTable.joined(self._written)
        table.write(self._folder)
        return table.mark()

    def _take_over(
        self, planned: LaneTable, span: Span, dense: DenseWriter, done: Callable[[int], None]
    ) -> None:
        assert self._old is not None  # noqa: S101 - only an old lane has segments
        for start in range(span.start, span.stop, _BLOCK_ROWS):
            stop = min(start + _BLOCK_ROWS, span.stop)
            rows = planned.part(start, stop)
            dense.add(rows.ids, self._old.halves(self._old.positions(rows)))
            self._written.append(rows)
            done(stop)

    def _write_anew(
        self, planned: LaneTable, span: Span, dense: DenseWriter, done: Callable[[int], None]
    ) -> None:
        """Into segments of a bounded size: a change later costs no more than one of them."""
        for start in range(span.start, span.stop, LARGEST_SEGMENT):
            stop = min(start + LARGEST_SEGMENT, span.stop)
            with ExitStack() as stack:
                lexical = stack.enter_context(closing(self._new_part()))
                for block in range(start, stop, _BLOCK_ROWS):
                    last = min(block + _BLOCK_ROWS, stop)
                    rows = self._library.passage_rows(planned.ids[block:last].tolist())

                    def told(count: int, block: int = block) -> None:
                        done(block + count)

                    self._add(rows, lexical, dense, told)
                    done(last)
                lexical.finish()

    def _add(
        self,
        rows: Sequence[PassageRow],
        lexical: LexicalWriter,
        dense: DenseWriter,
        done: Callable[[int], None],
    ) -> None:
        if not rows:
            return
        table = LaneTable(table_of(rows), hashes_of(rows))
        vectors = np.empty((len(rows), self._vectors.dimension), dtype=np.float16)
        at = self._old.positions(table) if self._old else np.full(len(rows), -1)
        if self._old:
            vectors[at >= 0] = self._old.halves(at[at >= 0])
        missing = np.flatnonzero(at < 0).tolist()
        if missing:
            vectors[missing] = self._vectors.of([rows[place] for place in missing], done)
        dense.add(table.ids, vectors)
        lexical.add(rows)
        self._written.append(table)

    def _new_part(self) -> LexicalWriter:
        folder = self._folder / f"{layout.LEXICAL}-{len(self._parts)}"
        self._parts.append(folder)
        return LexicalWriter(folder)

    def _join(self, carried: Sequence[Segment]) -> None:
        if not self._parts:  # The engine's own settings come from a part.
            with closing(self._new_part()) as empty:
                empty.finish()
        join(self._folder / layout.LEXICAL, self._parts, carried)


def write_lists_of(folder: Path, before: Path | None, done: Callable[[int], None]) -> None:
    """Put inverted lists before the rows of a lane that is written.

    Args:
        folder: of the lane.
        before: the lists of an earlier one of the same encoder, if there were any.
        done: told, as it grows, how many passages are in the lists.

    Raises:
        GenerationError: the disk cannot be written.
    """
    exact = FaissDense.open(folder / layout.DENSE, Columns.open(folder / layout.COLUMNS))
    write_lists(folder / layout.LISTS, exact, before, done)
