"""The dense leg: exact inner products of unit vectors, kept as fp16 rows in a FAISS file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.columns import Columns, Ids
from index.errors import CorruptGenerationError, WrongEncoderError
from index.filters import RowFilter
from index.hits import Hits

Vectors = NDArray[np.float32]

_GATHER_ROWS = 512
"""Up to this many rows that pass a filter it is quicker to gather them than to scan past the
others (measured: 0.3 against 0.6 ms of 300,000 rows)."""


# Where fp16 has its bits and where fp32 has them, for `widened`.
_FURTHER_LEFT = 13
_SIGN_AND_NUMBER = np.int32(-0x70000001)
_SCALE = np.float32(2.0**112)


class DenseIndex(Protocol):
    """Nearest passages by inner product of unit vectors."""

    def search(self, vector: Vectors, k: int, where: RowFilter | None = None) -> Hits:
        """Find the k best passages for a (d,) vector; fewer if fewer pass `where`.

        Raises:
            WrongEncoderError: the vector has another dimension than the rows.
        """
        ...

    def scores(self, vector: Vectors, ids: Ids) -> NDArray[np.float32]:
        """Score n given passages as `search` would, (n,) float32 in their order.

        Raises:
            WrongEncoderError: the vector has another dimension than the rows.
            KeyError: some passage is not in the index.
        """
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """The stored rows of n passages, (n, d) float32.

        Raises:
            KeyError: some passage is not in the index.
        """
        ...


class FaissDense:
    """A mapped, read-only FAISS file of fp16 rows; safe to search from several threads.

    Scores come from the stored rows by one summation in one order, whichever way a row was
    found, so equal texts score equal and `search` and `scores` agree to the bit.
    """

    def __init__(self, index: Any, columns: Columns, *, threads: int) -> None:  # noqa: ANN401
        import faiss

        self._faiss = faiss
        self._index = index  # Owns the memory that `_inner` and `_rows` look into.
        self._inner = faiss.downcast_index(index.index)
        self._columns = columns
        self._threads = threads
        self._rows = _rows(faiss, self._inner)

    @classmethod
    def open(cls, path: Path, columns: Columns, *, threads: int = 1) -> FaissDense:
        """Map the file that `DenseWriter` made for the passages in `columns`.

        Check the file's checksum first: FAISS trusts the sizes it reads.

        Args:
            path: the file.
            columns: the passages of the same lane.
            threads: how many threads one search may use.

        Raises:
            CorruptGenerationError: the file cannot be read or has other rows than `columns`.
        """
        import faiss

        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as fault:
            raise CorruptGenerationError(
                f'{path} cannot be opened; run "factcontext rebuild".'
            ) from fault
        if not isinstance(index, faiss.IndexIDMap) or index.ntotal != len(columns):
            raise CorruptGenerationError(
                f"{path} does not hold the {len(columns)} passages of its lane; "
                'run "factcontext rebuild".'
            )
        return cls(index, columns, threads=threads)

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Vectors, k: int, where: RowFilter | None = None) -> Hits:
        """Find the k best passages for a (d,) vector; fewer if fewer pass `where`.

        Raises:
            WrongEncoderError: the vector has another dimension than the rows.
        """
        self.check(vector)
        mask = self._columns.mask(where)
        passing = len(self) if mask is None else int(np.count_nonzero(mask))
        k = min(k, passing)
        if k <= 0:
            return Hits.none()
        if mask is not None and passing <= max(_GATHER_ROWS, k):
            positions = np.flatnonzero(mask)
        else:
            positions = self._scan(vector, k, mask)
        ids = np.asarray(self._columns.passage_id[positions])
        return Hits.ranked(ids, self.score_at(vector, positions), k=k)

    def scores(self, vector: Vectors, ids: Ids) -> NDArray[np.float32]:
        """Score n given passages as `search` would, (n,) float32 in their order.

        Raises:
            WrongEncoderError: the vector has another dimension than the rows.
            KeyError: some passage is not in the index.
        """
        self.check(vector)
        return self.score_at(vector, self._columns.positions(ids))

    def vectors(self, ids: Ids) -> Vectors:
        """The stored rows of n passages, (n, d) float32.

        Raises:
            KeyError: some passage is not in the index.
        """
        return self._decoded(self._columns.positions(ids))

    def halves(self, positions: Ids) -> NDArray[np.float16]:
        """The rows at n positions as they are stored, (n, d)."""
        return self._rows[positions]

    def stored_ids(self) -> Ids:
        """The passage ids written in the file itself, (n,), in the order of its rows."""
        ids: Ids = self._faiss.vector_to_array(self._index.id_map)
        return ids

    def check(self, vector: Vectors) -> None:
        """Refuse a vector of another dimension.

        Raises:
            WrongEncoderError: it has another one than the rows.
        """
        if vector.shape != (self.dimension,):
            raise WrongEncoderError(
                f"The generation has {self.dimension}-d vectors, the query has shape "
                f'{vector.shape}; run "factcontext rebuild" with the encoder in use.'
            )

    def _scan(self, vector: Vectors, k: int, mask: NDArray[np.bool_] | None) -> Ids:
        faiss = self._faiss
        self._bound_threads()
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        if mask is None:
            found = self._inner.search(query, k)[1][0]
        else:
            bits = np.packbits(mask, bitorder="little")  # Has to outlive the search.
            selector = faiss.IDSelectorBitmap(bits)
            parameters = faiss.SearchParameters(sel=selector)
            found = self._inner.search(query, k, params=parameters)[1][0]
        positions: Ids = found[found >= 0]
        return positions

    def score_at(self, vector: Vectors, positions: Ids) -> NDArray[np.float32]:
        """Score the rows at n positions as `search` does, (n,) float32."""
        # einsum adds up every row alike; a matrix product's order depends on the row's place.
        scores: NDArray[np.float32] = np.einsum(
            "ij,j->i", self._decoded(positions), vector.astype(np.float32)
        )
        return scores

    def _decoded(self, positions: Ids) -> Vectors:
        return widened(self._rows.take(positions, axis=0))

    def _bound_threads(self) -> None:
        # The setting belongs to the calling thread, so it is made where FAISS computes.
        self._faiss.omp_set_num_threads(self._threads)


def widened(halves: NDArray[np.float16]) -> Vectors:
    """Finite fp16 numbers as the same fp32 numbers.

    In a quarter of the time that FAISS takes for it, and in a sixth of numpy's: both go number by
    number. Here the bits are moved to where fp32 has them, all at once. The exponent is then too
    small by 112, as fp32 counts it from further below.
    """
    bits = halves.view(np.int16).astype(np.int32)  # Copies the sign to all bits on the left.
    bits <<= _FURTHER_LEFT
    bits &= _SIGN_AND_NUMBER
    rows: Vectors = bits.view(np.float32)
    rows *= _SCALE
    return rows


def _rows(faiss: Any, inner: Any) -> NDArray[np.float16]:  # noqa: ANN401
    if inner.ntotal == 0:
        return np.empty((0, inner.d), dtype=np.float16)
    codes: NDArray[np.uint8] = faiss.rev_swig_ptr(inner.codes.data(), inner.codes.size())
    return codes.view(np.float16).reshape(inner.ntotal, inner.d)
