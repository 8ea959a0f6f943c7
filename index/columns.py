"""What both legs know of every passage besides its content: where it belongs, and its days."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.errors import CorruptGenerationError
from index.filters import RowFilter
from index.languages import number_of

if TYPE_CHECKING:
    from index.library.values import PassageMark

Ids = NDArray[np.int64]

UNKNOWN = -1
"""Stands for a missing comment, day or language."""

_NAMES = (
    "passage_id",
    "document_id",
    "comment_id",
    "source_id",
    "day_from",
    "day_to",
    "language",
    "family_id",
)


class Columns:
    """One row a passage, in ascending order of passage id; read-only, mapped from its file.

    Attributes:
        table: (columns, n) int64, all of the following in their order.
        passage_id: (n,) int64, strictly ascending.
        document_id: (n,) int64.
        comment_id: (n,) int64, -1 for reporting.
        source_id: (n,) int64.
        day_from: (n,) int64, first day that the date may mean, -1 where unknown.
        day_to: (n,) int64, last day that the date may mean, -1 where unknown.
        language: (n,) int64, `languages.number_of` the code, -1 where unknown.
        family_id: (n,) int64, the same for copies of one text, -1 where there are none.
    """

    __slots__ = ("table", *_NAMES)

    def __init__(self, table: NDArray[np.int64]) -> None:
        self.table = table
        (
            self.passage_id,
            self.document_id,
            self.comment_id,
            self.source_id,
            self.day_from,
            self.day_to,
            self.language,
            self.family_id,
        ) = np.asarray(table)  # A plain view: slices of a memmap cost ten times as much.

    def __len__(self) -> int:
        return len(self.passage_id)

    @classmethod
    def open(cls, path: Path) -> Columns:
        """Map a file of columns, as `table_of` gives them.

        Raises:
            CorruptGenerationError: the file is missing or is no table of columns.
        """
        try:
            table = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as fault:
            raise CorruptGenerationError(
                f'{path} cannot be read ({fault}); run "factcontext rebuild".'
            ) from fault
        if table.ndim != 2 or table.shape[0] != len(_NAMES) or table.dtype != np.int64:
            raise CorruptGenerationError(
                f"{path} is not laid out as this version of factcontext reads it: another version "
                'built the index. Run "factcontext rebuild"; vectors that are kept are used again.'
            )
        return cls(table)

    def positions(self, ids: Ids) -> Ids:
        """Rows of n passages, (n,) int64.

        Raises:
            KeyError: some passage is not in this lane.
        """
        rows: Ids = self.passage_id.searchsorted(ids)
        if len(ids) and not (len(self) and self._are_at(ids, rows)):
            raise KeyError("Some of the passages are not in this lane of the generation.")
        return rows

    def _are_at(self, ids: Ids, rows: Ids) -> bool:
        # What would stand behind the last row is compared with that one, and is another.
        return bool((self.passage_id.take(rows, mode="clip") == ids).all())

    def articles(self, ids: Ids) -> Ids:
        """What one article is, of n passages: a number below -1 for copies of one text.

        Raises:
            KeyError: some passage is not in this lane.
        """
        return self.articles_at(self.positions(ids))

    def articles_at(self, rows: Ids) -> Ids:
        """The same of the passages in n rows."""
        family = self.family_id[rows]
        alone = self.document_id[rows]
        return np.asarray(np.where(family == UNKNOWN, alone, UNKNOWN - 1 - family))

    def holds(self, ids: Ids, where: RowFilter | None) -> NDArray[np.bool_]:
        """Which of n passages are in this lane and pass, (n,) bool."""
        if not len(self):
            return np.zeros(len(ids), dtype=np.bool_)
        rows = np.minimum(np.searchsorted(self.passage_id, ids), len(self) - 1)
        held = self.passage_id[rows] == ids
        mask = self.mask(where)
        return np.asarray(held if mask is None else held & mask[rows])

    def mask(self, where: RowFilter | None) -> NDArray[np.bool_] | None:
        """Which rows pass, (n,) bool; None if all do."""
        if where is None or where.unrestricted:
            return None
        mask = np.ones(len(self), dtype=np.bool_)
        if where.source_ids is not None:
            mask &= np.isin(self.source_id, np.fromiter(where.source_ids, np.int64))
        if where.languages is not None:
            mask &= np.isin(self.language, np.fromiter(where.languages, np.int64))
        if where.since is not None:
            mask &= (self.day_to >= where.since) & (self.day_to != UNKNOWN)
        if where.until is not None:
            mask &= (self.day_from <= where.until) & (self.day_from != UNKNOWN)
        return mask


def table_of(rows: Sequence[PassageMark]) -> NDArray[np.int64]:
    """The columns of n passages, (columns, n)."""
    table = np.array([_values(row) for row in rows], dtype=np.int64)
    return table.reshape(-1, len(_NAMES)).T


def _values(row: PassageMark) -> tuple[int, ...]:
    return (
        row.passage_id,
        row.document_id,
        UNKNOWN if row.comment_id is None else row.comment_id,
        row.source_id,
        UNKNOWN if row.day_from is None else row.day_from,
        UNKNOWN if row.day_to is None else row.day_to,
        UNKNOWN if row.language is None else number_of(row.language),
        UNKNOWN if row.family_id is None else row.family_id,
    )
