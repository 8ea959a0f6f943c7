"""The dense leg of large collections: inverted lists of compressed rows before the exact ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.columns import Columns, Ids
from index.dense import FaissDense, Vectors
from index.errors import CorruptGenerationError, GenerationError
from index.filters import RowFilter
from index.hits import Hits

_NPROBE = 64
_CANDIDATES = 10
"""So many rows for each wanted one are scored exactly, and no fewer than `_LEAST_CANDIDATES`."""
_LEAST_CANDIDATES = 300
_EXACT_SHARE = 0.05
"""Where a filter keeps less of the rows, these are compared exactly: it costs no more."""
_MAX_LISTS = 8_192
_ROWS_A_LIST = 40
"""A list's centre is learned from so many rows: what is held in memory for it is bounded."""
_ROWS_A_BLOCK = 50_000


class CoarseDense:
    """Finds candidates in inverted lists, and scores them by the exact rows behind.

    Which rows pass a filter is exact; which of the passing are nearest is so for nearly all:
    `recall` of a sample says for how many. Safe to search from several threads.
    """

    def __init__(self, exact: FaissDense, lists: Any, columns: Columns) -> None:  # noqa: ANN401
        import faiss

        self._faiss = faiss
        self._exact = exact
        self._lists = lists
        self._columns = columns

    @classmethod
    def open(cls, path: Path, exact: FaissDense, columns: Columns) -> CoarseDense:
        """Map the file that `write_lists` made for the same rows (a byte for four numbers).

        Raises:
            CorruptGenerationError: the file cannot be read or has other rows.
        """
        lists = _read(path, mapped=True)
        if lists is None or lists.ntotal != len(columns) or lists.d != exact.dimension:
            raise CorruptGenerationError(
                f'{path} does not belong to its lane; run "factcontext rebuild".'
            )
        return cls(exact, lists, columns)

    def search(self, vector: Vectors, k: int, where: RowFilter | None = None) -> Hits:
        """Find the k best passages for a (d,) vector; fewer if fewer pass `where`.

        Raises:
            WrongEncoderError: the vector has another dimension than the rows.
        """
        mask = self._columns.mask(where)
        passing = len(self._exact) if mask is None else int(np.count_nonzero(mask))
        wanted = max(_LEAST_CANDIDATES, _CANDIDATES * k)
        if passing <= max(wanted, _EXACT_SHARE * len(self._exact)):
            return self._exact.search(vector, k, where)
        self._exact.check(vector)
        positions = self._candidates(vector, wanted, mask)
        if len(positions) < k:  # The lists that were looked at held too few.
            return self._exact.search(vector, k, where)
        ids = np.asarray(self._columns.passage_id[positions])
        return Hits.ranked(ids, self._exact.score_at(vector, positions), k=max(k, 0))

    def scores(self, vector: Vectors, ids: Ids) -> NDArray[np.float32]:
        """Score n given passages as `search` would, (n,) float32 in their order.

        Raises:
            WrongEncoderError: the vector has another dimension than the rows.
            KeyError: some passage is not in the index.
        """
        return self._exact.scores(vector, ids)

    def vectors(self, ids: Ids) -> Vectors:
        """The stored rows of n passages, (n, d) float32.

        Raises:
            KeyError: some passage is not in the index.
        """
        return self._exact.vectors(ids)

    def recall(self, ids: Ids, k: int = 10) -> float:
        """The share of the k passages nearest to each of n, besides itself, that a search finds.

        Raises:
            KeyError: some passage is not in the index.
        """
        found = wanted = 0
        for vector in self._exact.vectors(ids):
            exact = self._exact.search(vector, k + 1).scores[1:]
            near = self.search(vector, k + 1).scores[1:]
            # A row as near as the last one is as good as that.
            found += int(np.count_nonzero(near >= exact[-1]))
            wanted += len(exact)
        return found / wanted

    def _candidates(self, vector: Vectors, count: int, mask: NDArray[np.bool_] | None) -> Ids:
        faiss = self._faiss
        faiss.omp_set_num_threads(1)
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        parameters = faiss.SearchParametersIVF(nprobe=_NPROBE)
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")  # Has to outlive the search.
            selector = faiss.IDSelectorBitmap(bits)
            parameters = faiss.SearchParametersIVF(nprobe=_NPROBE, sel=selector)
        found: Ids = self._lists.search(query, count, params=parameters)[1][0]
        return found[found >= 0]


def write_lists(
    path: Path,
    exact: FaissDense,
    before: Path | None = None,
    done: Callable[[int], None] = lambda _rows: None,
) -> None:
    """Make inverted lists of all rows of an exact index.

    What was learned for an earlier index of about this size is used again: only its rows are
    sorted in anew.

    Args:
        path: the file.
        exact: whose rows.
        before: such a file of an earlier index of the same encoder.
        done: told, as it grows, how many rows are sorted in.

    Raises:
        GenerationError: the file cannot be written.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    done(0)
    count = _lists_for(len(exact))
    lists: Any = None if before is None else _read(before, mapped=False)
    if lists is None or lists.nlist != count or lists.d != exact.dimension:
        # Pairs of numbers, each in four bits.
        kind = f"IVF{count},PQ{exact.dimension // 2}x4fs"
        lists = faiss.index_factory(exact.dimension, kind, faiss.METRIC_INNER_PRODUCT)
        lists.pq.cp.min_points_per_centroid = 1  # Fewer are no worse here, and worth no warning.
        sample = min(len(exact), _ROWS_A_LIST * count)
        lists.train(_rows(exact, np.linspace(0, len(exact) - 1, sample).astype(np.int64)))
    lists.reset()
    for start in range(0, len(exact), _ROWS_A_BLOCK):
        stop = min(start + _ROWS_A_BLOCK, len(exact))
        lists.add(_rows(exact, np.arange(start, stop)))
        done(stop)
    try:
        faiss.write_index(lists, str(path))
    except RuntimeError as fault:
        raise GenerationError(
            f"{path} cannot be written; check the free space and the folder's permissions."
        ) from fault


def can_be_listed(rows: int, dimension: int) -> bool:
    """Whether there are enough rows to learn from, and numbers to put into pairs."""
    return dimension % 2 == 0 and rows >= _ROWS_A_LIST


def _lists_for(rows: int) -> int:
    """A power of two near four times the root of the rows."""
    wanted = 4 * rows**0.5
    count = 1
    while 2 * count <= min(wanted, _MAX_LISTS, rows / _ROWS_A_LIST):
        count *= 2
    return count


def _rows(exact: FaissDense, positions: Ids) -> Vectors:
    return np.ascontiguousarray(exact.halves(positions), dtype=np.float32)


def _read(path: Path, *, mapped: bool) -> Any:  # noqa: ANN401 - faiss has no types
    """None for what is no such file. What is mapped cannot be added to: FAISS would abort."""
    import faiss

    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC if mapped else 0)
    except RuntimeError:
        return None
    return index if isinstance(index, faiss.IndexIVFPQFastScan) else None
