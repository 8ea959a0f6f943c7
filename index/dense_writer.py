"""Writes the rows of the dense leg: a FAISS file that grows row by row and is never in memory."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.columns import Ids
from index.errors import GenerationError

_COUNT = struct.Struct("<Q")
_OUTER, _INNER = b"IxMp", b"IxSQ"
_ROWS_AT = 8
"""Where, after its name and its dimension, an index says how many rows it has."""


class DenseWriter:
    """Appends rows to a new file; holds 8 bytes a row in memory.

    The file is byte for byte what FAISS writes of an `IndexIDMap` over an
    `IndexScalarQuantizer` of half-precision rows: its own header, the rows, the ids.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        """Start a file without rows.

        Raises:
            GenerationError: the file cannot be written.
        """
        self._path = path
        self._dimension = dimension
        self._ids: list[Ids] = []
        self._header = _header(dimension)
        try:
            self._file = path.open("wb")
            self._file.write(self._header + _COUNT.pack(0))
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def add(self, ids: Ids, vectors: NDArray[np.floating]) -> None:
        """Append n passages with their (n, d) unit rows; ids ascend over all calls.

        Raises:
            GenerationError: the file cannot be written.
        """
        # Rounded once: a row is the same whether it was just encoded or was kept.
        rows = np.ascontiguousarray(vectors, dtype="<f2")
        try:
            self._file.write(rows.tobytes())
        except OSError as fault:
            raise self._unwritable(fault) from fault
        self._ids.append(np.asarray(ids, dtype="<i8"))

    def finish(self) -> None:
        """Write the ids and how many there are; nothing can be added afterwards.

        Raises:
            GenerationError: the file cannot be written.
        """
        ids = np.concatenate([np.empty(0, dtype="<i8"), *self._ids])
        header = bytearray(self._header)
        for name in (_OUTER, _INNER):
            _COUNT.pack_into(header, header.index(name) + _ROWS_AT, len(ids))
        try:
            self._file.write(_COUNT.pack(len(ids)) + ids.tobytes())
            self._file.seek(0)
            self._file.write(header + _COUNT.pack(2 * self._dimension * len(ids)))
            self._file.close()
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def close(self) -> None:
        """Let go of the file; twice is safe. What was not finished cannot be used."""
        try:
            self._file.close()
        except OSError as fault:
            raise self._unwritable(fault) from fault

    def _unwritable(self, fault: OSError) -> GenerationError:
        return GenerationError(
            f"{self._path} cannot be written ({fault.strerror}); check the free space and the "
            "folder's permissions."
        )


def _header(dimension: int) -> bytes:
    """What FAISS writes before the first row."""
    import faiss

    rows = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    empty: bytes = faiss.serialize_index(faiss.IndexIDMap(rows)).tobytes()
    # At its end, two counts: of the bytes of the rows, and of the ids.
    return empty[: -2 * _COUNT.size]
