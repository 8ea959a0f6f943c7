"""The library: documents, comments and passages in one SQLite file, the only source of truth."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

import index.library.analyses as analyses
import index.library.copies as copies
import index.library.kin as kin
import index.library.links as links
import index.library.marks as marks
import index.library.queries as queries
import index.library.reading as reading
import index.library.registry as registry
import index.library.sources as sources
import index.library.takedowns as takedowns
import index.library.threads as threads
import index.library.versions as versions
import index.library.whole as whole
from index.errors import LibraryError
from index.library.batches import batches
from index.library.faults import faults_of
from index.library.hydrating import Snapshot
from index.library.links import LinkedArticle
from index.library.loading import Load
from index.library.opening import Engines, open_engines
from index.library.values import (
    Conversation,
    DocumentRow,
    LanguageCount,
    LibraryState,
    PassageMark,
    PassageRow,
    SourceSummary,
    StoredPassage,
    Takedown,
    ThreadComment,
    Version,
    WholeDocument,
)
from index.model import Document, Lane

BUSY_TIMEOUT_S = 10.0
_DOCUMENTS_AT_ONCE = 100


def _now() -> datetime:
    return datetime.now(UTC)


class Library:
    """Every method may be called from any thread; writers take turns, readers never wait.

    All methods block on the disk: on an event loop call them by a thread. Each may raise
    `LibraryError` with what to do next.
    """

    def __init__(
        self, path: Path, engines: Engines, clock: Callable[[], datetime], busy_timeout_s: float
    ) -> None:
        self._path = path
        self._engines = engines
        self._clock = clock
        self._busy_timeout_s = busy_timeout_s
        self._writer = threading.Lock()
        self._closed = False

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
        return cls(path, engines, clock, busy_timeout_s)

    def close(self) -> None:
        """Close the file; again is safe."""
        self._closed = True
        self._engines.dispose()

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

    # ------------------------------------------------------------ writing

    @contextmanager
    def loading(self, path: str) -> Iterator[Load]:
        """Load one file: everything that the block stores, or nothing if it fails.

        Args:
            path: Names the file in the library; the same each time.
        """
        with self._writing() as connection:
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
        with self._writing() as connection, faults_of(self._path):
            removed = queries.remove(connection, document_ids)
        if removed:
            self.flush_log()
        return removed

    def flush_log(self) -> bool:
        """Empty the write-ahead log, where texts that were removed may still stand.

        Returns:
            Whether it is empty; a reader or writer at work keeps it from being emptied.
        """
        self._check_open()
        with faults_of(self._path), self._engines.writing.connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            cursor.close()
        return row is not None and not row[0]

    def replaced_texts(self) -> int:
        """How many earlier versions of documents there are whose words are kept."""
        with self._reading() as connection:
            return versions.count_worded(connection)

    def forget_replaced_texts(self) -> None:
        """Delete the words of earlier versions; that documents were updated is still known."""
        with self._writing() as connection, faults_of(self._path):
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
        with self._writing() as connection, faults_of(self._path):
            made = takedowns.hide(connection, document_ids, comment_ids, reason, self._clock())
            if made:
                queries.count_change(connection)
        return made

    def unhide(self, takedown_ids: Collection[int]) -> int:
        """Show again what was hidden, keeping the record of it; returns how many there were."""
        with self._writing() as connection, faults_of(self._path):
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
        with self._writing() as connection, faults_of(self._path):
            meant = registry.set_source(connection, what, name=name, note=note, no_note=no_note)
            return [s for s in sources.list_sources(connection) if s.source_id in meant]

    def forget_copies(self, place: str) -> int:
        """Forget the copies that a file, or all files of a folder, held; returns how many."""
        with self._writing() as connection, faults_of(self._path):
            return copies.forget_at(connection, place)

    def analyse(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Look at documents that an older program stored, for what it did not find out.

        Interrupted it goes on where it stopped. Returns how many there were.

        Args:
            progress: is told how many of how many are done.
        """
        with self._reading() as connection:
            waiting = analyses.pending(connection)
        done = 0
        for batch in batches(waiting, _DOCUMENTS_AT_ONCE):
            with self._writing() as connection, faults_of(self._path):
                for document_id in queries.present(connection, batch):
                    analyses.analyse(connection, document_id)
                queries.count_change(connection)
            done += len(batch)
            if progress is not None:
                progress(done, len(waiting))
        return done

    # ------------------------------------------------------------ questions

    @property
    def revision(self) -> int:
        """Grows with every change that is committed."""
        with self._reading() as connection:
            return queries.revision(connection)

    def state(self) -> LibraryState:
        """How much the library holds."""
        with self._reading() as connection:
            return queries.state(connection)

    def problems(self) -> list[str]:
        """What is wrong with the file, empty if nothing; reads all of it."""
        with self._reading() as connection:
            return queries.problems(connection)

    def sources(self) -> list[SourceSummary]:
        """All outlets, by name."""
        with self._reading() as connection:
            return sources.list_sources(connection)

    def by_month(self) -> list[tuple[str, str, int]]:
        """How many documents each outlet published in each month: name, month, count."""
        with self._reading() as connection:
            return sources.by_month(connection)

    def languages(self) -> list[LanguageCount]:
        """How much is in each language, the unknown last."""
        with self._reading() as connection:
            return analyses.languages(connection)

    def source_ids(self, names: frozenset[str]) -> frozenset[int]:
        """Ids of the outlets with one of these names or domains; case does not matter."""
        with self._reading() as connection:
            return sources.source_ids(connection, names)

    def documents(self, limit: int = 100, offset: int = 0) -> list[DocumentRow]:
        """Documents in the order in which they were first added."""
        with self._reading() as connection:
            return queries.list_documents(connection, limit, offset)

    def find(self, selector: str) -> list[DocumentRow]:
        """Documents by id, url, path, or the path of a folder that they are in.

        Digits alone are an id.
        """
        with self._reading() as connection:
            return queries.find(connection, selector)

    def named(self, names: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Ids of the documents with each url or title; names that nothing has are left out."""
        with self._reading() as connection:
            return queries.named(connection, names)

    def takedowns(self, *, lifted: bool = False) -> list[Takedown]:
        """What the operator hid, oldest first; with `lifted` also what is shown again."""
        with self._reading() as connection:
            return takedowns.list_takedowns(connection, lifted=lifted)

    def find_takedowns(self, selector: str) -> list[Takedown]:
        """Takedowns in force by `comment:ID`, `takedown:ID`, or the selector of a document."""
        with self._reading() as connection:
            return takedowns.find(connection, selector)

    def versions(self, document_id: int) -> list[Version]:
        """What an article said before it was updated, the oldest first."""
        with self._reading() as connection:
            older = kin.outdated(connection, document_id)
            said = versions.list_versions(connection, document_id, current=False)
            for number in older:
                said += versions.list_versions(connection, number, current=True)
        return sorted(said, key=lambda version: version.loaded_at)

    def known_comments(self, comment_ids: Collection[int]) -> frozenset[int]:
        """Which of these comments are stored."""
        with self._reading() as connection:
            return takedowns.known_comments(connection, comment_ids)

    def count_copies(self, place: str) -> int:
        """How many copies of stored documents a file, or all files of a folder, held."""
        with self._reading() as connection:
            return copies.count_at(connection, place)

    def linked(self, urls: Iterable[str]) -> list[LinkedArticle]:
        """The articles that are shared by these addresses, however they are spelt."""
        with self._reading() as connection:
            return links.linked(connection, urls)

    def document(self, document_id: int) -> Document | None:
        """A document exactly as it was loaded."""
        with self._reading() as connection:
            return queries.document(connection, document_id)

    def record_ids(self, document_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The records that hold each document, as their files name them, its own before copies."""
        with self._reading() as connection:
            return queries.record_ids(connection, document_ids)

    def thread(self, comment_id: int, *, limit: int = 200) -> Conversation | None:
        """What a comment answers and what answers it; None where it is hidden or unknown."""
        with self._reading() as connection:
            return threads.conversation(connection, comment_id, limit)

    def whole(self, document_id: int) -> WholeDocument | None:
        """An article in full and its discussion in outline; None where it is hidden or unknown."""
        with self._reading() as connection:
            return whole.whole_document(connection, document_id)

    def comments(self, comment_ids: Iterable[int]) -> dict[int, ThreadComment]:
        """These comments by id; hidden and unknown ones are left out, and depths are 0."""
        with self._reading() as connection:
            return whole.shown_comments(connection, comment_ids)

    def hydrate(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """What an answer shows of each passage; hidden and unknown ones are left out."""
        with self.snapshot() as stored:
            return stored.hydrate(passage_ids)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read what an answer needs as it stands now; writers go on meanwhile."""
        with self._reading() as connection:
            yield Snapshot(connection)

    def passages(
        self, lane: Lane, after_id: int = 0, *, batch_rows: int = 1_000
    ) -> Iterator[list[PassageRow]]:
        """All passages of a lane in the order of their ids, in lists of at most `batch_rows`.

        Each list is a read of its own: a build of hours does not hold back the writers' log, and
        sees passages that are added while it runs.
        """
        last: int | None = after_id
        while last is not None:
            with self._reading() as connection:
                rows, last = reading.passage_rows(connection, lane, last, batch_rows)
            if rows:
                yield rows

    def marks(self, lane: Lane, *, batch_rows: int = 5_000) -> Iterator[list[PassageMark]]:
        """What an index keeps of all passages of a lane, in the order of their ids.

        Ten times as fast as `passages`, because no text is read.
        """
        last: int | None = 0
        while last is not None:
            with self._reading() as connection:
                found, last = marks.passage_marks(connection, lane, last, batch_rows)
            if found:
                yield found

    def passage_rows(self, passage_ids: Sequence[int]) -> list[PassageRow]:
        """These passages in the order of their ids, without hidden and unknown ones."""
        with self._reading() as connection:
            return reading.rows_of(connection, passage_ids)

    # ------------------------------------------------------------ connections

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._check_open()
        with faults_of(self._path), self._engines.reading.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction. What the block itself raises is not taken for a fault of SQLite."""
        self._check_open()
        if not self._writer.acquire(timeout=self._busy_timeout_s):
            raise LibraryError(
                f"The library {self._path} is being written by this process already. "
                "Try again when that is done."
            )
        try:
            with faults_of(self._path):
                connection = self._engines.writing.connect()
            with closing(connection):
                with faults_of(self._path):
                    transaction = connection.begin()
                yield connection
                with faults_of(self._path):
                    transaction.commit()
        finally:
            # Closing a connection before its commit rolls back.
            self._writer.release()

    def _check_open(self) -> None:
        if self._closed:
            raise LibraryError(f"The library {self._path} has been closed.")
