"""The library: documents, comments and passages in one SQLite file, the only source of truth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import index.library.analyses as analyses
import index.library.copies as copies
import index.library.queries as queries
import index.library.registry as registry
import index.library.sources as sources
import index.library.takedowns as takedowns
import index.library.versions as versions
from index.library.asking import Questions
from index.library.batches import batches
from index.library.connections import Connections
from index.library.faults import faults_of
from index.library.loading import Load
from index.library.opening import open_engines
from index.library.values import SourceSummary, Takedown

BUSY_TIMEOUT_S = 10.0
_DOCUMENTS_AT_ONCE = 100


def _now() -> datetime:
    return datetime.now(UTC)


class Library(Questions):
    """Every method may be called from any thread; writers take turns, readers never wait.

    All methods block on the disk: on an event loop call them by a thread. Each may raise
    `LibraryError` with what to do next.
    """

    def __init__(
        self, path: Path, connections: Connections, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(connections)
        self._path = path
        self._clock = clock

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        create: bool = True,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        clock: Callable[[], datetime] = _now,
    ) -> Self:
        """Open a library; an older one is brought up to date.

        Args:
            path: The file.
            create: Start an empty library where there is none.
            busy_timeout_s: How long a writer waits for another one.
            clock: When it is now, with its time zone.

        Raises:
            NewerLibraryError: a newer program wrote it.
            LibraryError: it is missing, damaged, locked or must not be written.
        """
        with faults_of(path):
            engines = open_engines(path, create=create, busy_timeout_s=busy_timeout_s)
        return cls(path, Connections(path, engines, busy_timeout_s), clock)

    def close(self) -> None:
        """Close the file; again is safe."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    @contextmanager
    def loading(self, path: str) -> Iterator[Load]:
        """Load one file: everything that the block stores, or nothing if it fails.

        Args:
            path: Names the file in the library; the same each time.
        """
        with self._connections.writing_for_others() as connection:
            with faults_of(self._path):
                load = Load(connection, path, self._path, self._clock)
            try:
                yield load
            finally:
                load.close()
            with faults_of(self._path):
                load.finish()
                if load.changed:
                    sources.forget_unused(connection)
                    queries.count_change(connection)

    def remove(self, document_ids: Sequence[int]) -> int:
        """Delete documents with all that hangs on them; returns how many there were."""
        with self._connections.writing() as connection:
            removed = queries.remove(connection, document_ids)
        if removed:
            self.flush_log()
        return removed

    def flush_log(self) -> bool:
        """Empty the write-ahead log, where texts that were removed may still stand.

        Returns:
            Whether it is empty; a reader or writer at work keeps it from being emptied.
        """
        return self._connections.flush_log()

    def forget_replaced_texts(self) -> None:
        """Delete the words of earlier versions; that documents were updated is still known."""
        with self._connections.writing() as connection:
            versions.forget_words(connection)
        self.flush_log()

    def hide(
        self, document_ids: Collection[int] = (), comment_ids: Collection[int] = (), *, reason: str
    ) -> list[Takedown]:
        """Keep documents and comments out of every answer from now on, and out of new indexes.

        It holds through every load, also when a document is removed and added again.

        Returns:
            What was done; what the operator hid before, and what is not stored, is not in it.
        """
        with self._connections.writing() as connection:
            made = takedowns.hide(connection, document_ids, comment_ids, reason, self._clock())
            if made:
                queries.count_change(connection)
        return made

    def unhide(self, takedown_ids: Collection[int]) -> int:
        """Show again what was hidden, keeping the record of it; returns how many there were."""
        with self._connections.writing() as connection:
            lifted = takedowns.lift(connection, takedown_ids, self._clock())
            if lifted:
                queries.count_change(connection)
        return lifted

    def set_source(
        self,
        what: str,
        *,
        name: str | None = None,
        note: str | None = None,
        no_note: bool = False,
    ) -> list[SourceSummary]:
        """Name an outlet, or set or delete the note on it; every answer shows it from now on.

        No index depends on it, so the revision stays.

        Args:
            what: A domain, which means every outlet on it, or a name.
            name: What it is called from now on; its other names go on meaning it.
            note: What is shown with every passage from it.
            no_note: Delete the note.

        Returns:
            The outlets that were meant, as they are now.

        Raises:
            SourceError: there is none of this name, or several where one is to be named.
        """
        with self._connections.writing() as connection:
            meant = registry.set_source(connection, what, name=name, note=note, no_note=no_note)
            return [s for s in sources.list_sources(connection) if s.source_id in meant]

    def forget_copies(self, place: str) -> int:
        """Forget the copies that a file, or all files of a folder, held; returns how many."""
        with self._connections.writing() as connection:
            return copies.forget_at(connection, place)

    def analyse(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Look at documents that an older program stored, for what it did not find out.

        Interrupted it goes on where it stopped. Returns how many there were.

        Args:
            progress: is told how many of how many are done.
        """
        with self._connections.reading() as connection:
            waiting = analyses.pending(connection)
        done = 0
        for batch in batches(waiting, _DOCUMENTS_AT_ONCE):
            with self._connections.writing() as connection:
                for document_id in queries.present(connection, batch):
                    analyses.analyse(connection, document_id)
                queries.count_change(connection)
            done += len(batch)
            if progress is not None:
                progress(done, len(waiting))
        return done
