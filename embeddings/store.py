"""Vectors kept by the hash of their text, so that each text is encoded once, ever."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import xxhash
from numpy.typing import NDArray

from embeddings.api import EncoderInfo, Vectors
from embeddings.errors import VectorStoreError

HASH_BYTES = 16
_FORMAT = 1
_BUSY_TIMEOUT_S = 30.0
_HASHES_A_QUERY = 1000
_ROWS_A_COMMIT = 4096
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vectors (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    row BLOB NOT NULL,
    checksum BLOB NOT NULL
);
"""


class VectorStore:
    """The kept vectors of one encoder in one SQLite file; safe to share between threads.

    Rows are rounded to float16 once, when they are put; what `get` returns converts to float16
    and back without change, so a dense index of float16 rows holds exactly these numbers. Rows
    are of unit length to about 0.0005.
    """

    def __init__(self, path: Path, info: EncoderInfo) -> None:
        """Open or create the file.

        Args:
            path: the file; its folder is created.
            info: the encoder whose vectors these are.

        Raises:
            VectorStoreError: the file is damaged, not writable, or of another encoder.
        """
        self._path = path
        self._dimension = info.dimension
        self._turn = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VectorStoreError(
                f"The folder {path.parent} for kept vectors cannot be made ({error.strerror}); "
                "set a data folder that is writable."
            ) from error
        with self._translated():
            self._db = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT_S, check_same_thread=False, isolation_level=None
            )
            try:
                self._prepare(info)
            except BaseException:
                self._db.close()
                raise

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Open a file that exists, whichever encoder it belongs to.

        Raises:
            VectorStoreError: it is missing, damaged or not writable.
        """
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as db:
                kept = db.execute("SELECT value FROM meta WHERE key = 'encoder'").fetchone()
            fields = json.loads(kept[0])
            info = EncoderInfo(**fields | {"prefixes": tuple(fields["prefixes"])})
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise VectorStoreError(
                f"{path} holds no kept vectors that can be read; delete it, and the next rebuild "
                "encodes again."
            ) from error
        return cls(path, info)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def get(self, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """The kept rows among the wanted ones, each of (dimension,) float32.

        A row whose bytes changed on disk counts as not kept: encode its text again and put it.

        Args:
            hashes: any number of 16-byte hashes, in any order.

        Raises:
            VectorStoreError: the file cannot be read.
        """
        found: dict[bytes, Vectors] = {}
        # In order of the index, so that neighbours are read from the same pages.
        wanted = sorted(set(hashes))
        for start in range(0, len(wanted), _HASHES_A_QUERY):
            found.update(self._read(wanted[start : start + _HASHES_A_QUERY]))
        return found

    def put(self, hashes: Sequence[bytes], vectors: Vectors) -> None:
        """Keep rows; committed in chunks, so that a kill loses no more than the last chunk.

        Args:
            hashes: n hashes of 16 bytes; a row that is kept already is replaced.
            vectors: (n, dimension) unit rows, in the order of the hashes.

        Raises:
            VectorStoreError: the file cannot be written.
            ValueError: the shapes do not fit, a hash has another length, or a row is not finite.
        """
        self._check(hashes, vectors)
        for start in range(0, len(hashes), _ROWS_A_COMMIT):
            part = slice(start, start + _ROWS_A_COMMIT)
            rows = [row.tobytes() for row in np.asarray(vectors[part], dtype="<f2")]
            keyed = zip(hashes[part], rows, strict=True)
            self._write(
                "INSERT INTO vectors (hash, row, checksum) VALUES (?, ?, ?) ON CONFLICT (hash) "
                "DO UPDATE SET row = excluded.row, checksum = excluded.checksum",
                [(key, row, _checksum(key, row)) for key, row in keyed],
            )

    def forget(self, hashes: Sequence[bytes]) -> int:
        """Remove rows for good: their bytes are overwritten in the file and its log.

        Returns:
            How many there were.

        Raises:
            VectorStoreError: the file cannot be written.
        """
        gone = self._write("DELETE FROM vectors WHERE hash = ?", [(key,) for key in set(hashes)])
        with self._turn, self._translated():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def hashes(self) -> Iterator[list[bytes]]:
        """The hashes of all kept rows, in ascending order, some at a time.

        Raises:
            VectorStoreError: the file cannot be read.
        """
        last = b""
        query = "SELECT hash FROM vectors WHERE hash > ? ORDER BY hash LIMIT ?"
        while True:
            with self._turn, self._translated():
                found = self._db.execute(query, (last, _ROWS_A_COMMIT)).fetchall()
            if not found:
                return
            yield [key for (key,) in found]
            last = found[-1][0]

    def __len__(self) -> int:
        """How many rows are kept."""
        with self._turn, self._translated():
            (count,) = self._db.execute("SELECT count(*) FROM vectors").fetchone()
        return int(count)

    def close(self) -> None:
        """Close the file; twice is safe."""
        with self._turn, self._translated():
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _prepare(self, info: EncoderInfo) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.executescript(_SCHEMA)
        ours = {"format": str(_FORMAT), "encoder": json.dumps(asdict(info), sort_keys=True)}
        self._db.executemany("INSERT OR IGNORE INTO meta VALUES (?, ?)", ours.items())
        if dict(self._db.execute("SELECT key, value FROM meta")) != ours:
            raise VectorStoreError(
                f"{self._path} keeps vectors of another encoder or of another program version, "
                f"not of {info.fingerprint}; delete it, and the next rebuild encodes again."
            )

    def _check(self, hashes: Sequence[bytes], vectors: Vectors) -> None:
        if vectors.shape != (len(hashes), self._dimension):
            raise ValueError(
                f"{len(hashes)} hashes need vectors of shape ({len(hashes)}, {self._dimension}), "
                f"not {vectors.shape}."
            )
        if any(len(key) != HASH_BYTES for key in hashes):
            raise ValueError(f"A text hash has {HASH_BYTES} bytes.")
        if not np.isfinite(vectors).all():
            raise ValueError("Vectors with numbers that are not finite are not kept.")

    def _read(self, wanted: Sequence[bytes]) -> dict[bytes, Vectors]:
        marks = ",".join("?" * len(wanted))
        query = f"SELECT hash, row, checksum FROM vectors WHERE hash IN ({marks})"  # noqa: S608 - only question marks
        with self._turn, self._translated():
            kept = self._db.execute(query, wanted).fetchall()
        sound = [(key, row) for key, row, checksum in kept if checksum == _checksum(key, row)]
        flat: NDArray[np.float16] = np.frombuffer(b"".join(row for _, row in sound), dtype="<f2")
        rows = flat.astype(np.float32).reshape(len(sound), self._dimension)
        return {key: rows[position] for position, (key, _) in enumerate(sound)}

    def _write(self, statement: str, values: Sequence[tuple[bytes, ...]]) -> int:
        with self._turn, self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                changed = self._db.executemany(statement, values).rowcount
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return max(changed, 0)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise VectorStoreError(
                f"The kept vectors in {self._path} cannot be used now ({error}); check that the "
                "file and its folder are writable, the disk has room and no other rebuild runs."
            ) from error
        except sqlite3.Error as error:
            raise VectorStoreError(
                f"The kept vectors in {self._path} are damaged or closed ({error}); delete the "
                "file, and the next rebuild encodes again."
            ) from error


def _checksum(key: bytes, row: bytes) -> bytes:
    return xxhash.xxh3_64_digest(key + row)
