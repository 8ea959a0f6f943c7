"""What a lane is built from, as arrays: to be compared with the library and with other lanes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xxhash
from numpy.typing import NDArray

from index.columns import Columns, Ids, table_of
from index.errors import CorruptGenerationError
from index.generation import layout
from index.generation.manifest import LaneMark

if TYPE_CHECKING:
    from index.library import PassageMark

Hashes = NDArray[np.uint8]

HASH_BYTES = 16
_DIGESTED_ROWS = 100_000


class LaneTable:
    """The columns and the text hashes of n passages, in ascending order of ids.

    Attributes:
        columns: as `index.columns` has them, (columns, n) int64; the first are the ids.
        hashes: (n, 16) uint8.
    """

    def __init__(self, columns: NDArray[np.int64], hashes: Hashes) -> None:
        self.columns = columns
        self.hashes = hashes

    @classmethod
    def of(cls, batches: Iterable[Sequence[PassageMark]]) -> LaneTable:
        """Collect passages, whose ids ascend."""
        parts = [cls(table_of(rows), hashes_of(rows)) for rows in batches]
        return cls.joined(parts)

    @classmethod
    def joined(cls, parts: Sequence[LaneTable]) -> LaneTable:
        """Tables one after the other, as one."""
        empty = cls(table_of(()), hashes_of(()))
        tables = [empty, *parts]
        return cls(
            # Each column is contiguous: a binary search over a mapped file copies nothing.
            np.ascontiguousarray(np.concatenate([part.columns for part in tables], axis=1)),
            np.concatenate([part.hashes for part in tables]),
        )

    @classmethod
    def open(cls, folder: Path) -> LaneTable:
        """Map the table of a lane that was built.

        Raises:
            CorruptGenerationError: a file is missing or holds something else.
        """
        columns = Columns.open(folder / layout.COLUMNS).table
        path = folder / layout.HASHES
        try:
            hashes = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as fault:
            raise CorruptGenerationError(
                f'{path} cannot be read ({fault}); run "factcontext rebuild".'
            ) from fault
        if hashes.shape != (columns.shape[1], HASH_BYTES) or hashes.dtype != np.uint8:
            raise CorruptGenerationError(
                f'{path} does not belong to its lane; run "factcontext rebuild".'
            )
        return cls(columns, hashes)

    def write(self, folder: Path) -> None:
        """Write both into a lane's folder."""
        np.save(folder / layout.COLUMNS, self.columns, allow_pickle=False)
        np.save(folder / layout.HASHES, self.hashes, allow_pickle=False)

    def __len__(self) -> int:
        return len(self.hashes)

    @property
    def ids(self) -> Ids:
        """(n,) int64."""
        ids: Ids = self.columns[0]
        return ids

    def part(self, start: int, stop: int) -> LaneTable:
        """Rows from `start` up to `stop`."""
        return LaneTable(self.columns[:, start:stop], self.hashes[start:stop])

    def mark(self) -> LaneMark:
        """What identifies the content."""
        digest = xxhash.xxh3_128()
        for start in range(0, len(self), _DIGESTED_ROWS):
            rows = self.part(start, start + _DIGESTED_ROWS)
            digest.update(rows.columns.T.astype("<i8").tobytes())
            digest.update(rows.hashes.tobytes())
        return LaneMark(passages=len(self), content=digest.hexdigest())

    def positions_in(self, other: LaneTable) -> Ids:
        """Where each passage stands in another table with the same text, (n,); -1 where not."""
        positions = np.full(len(self), -1, dtype=np.int64)
        if not len(other):
            return positions
        near = np.minimum(np.searchsorted(other.ids, self.ids), len(other) - 1)
        same = (other.ids[near] == self.ids) & (other.hashes[near] == self.hashes).all(axis=1)
        positions[same] = near[same]
        return positions

    def same_in(self, other: LaneTable) -> NDArray[np.bool_]:
        """Which passages are in another table with the same text and columns, (n,)."""
        positions = self.positions_in(other)
        same = positions >= 0
        rows = positions[same]
        same[same] = (other.columns[:, rows] == self.columns[:, same]).all(axis=0)
        return same


def hashes_of(rows: Sequence[PassageMark]) -> Hashes:
    """The text hashes of n passages, (n, 16) uint8."""
    joined = b"".join(row.text_hash for row in rows)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, HASH_BYTES)
