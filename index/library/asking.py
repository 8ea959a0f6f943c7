"""What can be asked of the library."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

import index.library.analyses as analyses
import index.library.copies as copies
import index.library.kin as kin
import index.library.links as links
import index.library.marks as marks
import index.library.queries as queries
import index.library.reading as reading
import index.library.sources as sources
import index.library.takedowns as takedowns
import index.library.threads as threads
import index.library.versions as versions
import index.library.whole as whole
from index.library.connections import Connections
from index.library.hydrating import Snapshot
from index.library.links import LinkedArticle
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


class Questions:
    """Each is a read of its own, of what is committed when it begins; writers go on meanwhile."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    @property
    def revision(self) -> int:
        """Grows with every change that is committed."""
        with self._connections.reading() as connection:
            return queries.revision(connection)

    def state(self) -> LibraryState:
        """How much the library holds."""
        with self._connections.reading() as connection:
            return queries.state(connection)

    def problems(self) -> list[str]:
        """What is wrong with the file, empty if nothing; reads all of it."""
        with self._connections.reading() as connection:
            return queries.problems(connection)

    def sources(self) -> list[SourceSummary]:
        """All outlets, by name."""
        with self._connections.reading() as connection:
            return sources.list_sources(connection)

    def by_month(self) -> list[tuple[str, str, int]]:
        """How many documents each outlet published in each month: name, month, count."""
        with self._connections.reading() as connection:
            return sources.by_month(connection)

    def languages(self) -> list[LanguageCount]:
        """How much is in each language, the unknown last."""
        with self._connections.reading() as connection:
            return analyses.languages(connection)

    def source_ids(self, names: frozenset[str]) -> frozenset[int]:
        """Ids of the outlets with one of these names or domains; case does not matter."""
        with self._connections.reading() as connection:
            return sources.source_ids(connection, names)

    def documents(self, limit: int = 100, offset: int = 0) -> list[DocumentRow]:
        """Documents in the order in which they were first added."""
        with self._connections.reading() as connection:
            return queries.list_documents(connection, limit, offset)

    def find(self, selector: str) -> list[DocumentRow]:
        """Documents by id, url, path, or the path of a folder that they are in.

        Digits alone are an id.
        """
        with self._connections.reading() as connection:
            return queries.find(connection, selector)

    def named(self, names: Iterable[str]) -> dict[str, tuple[int, ...]]:
        """Ids of the documents with each url or title; names that nothing has are left out."""
        with self._connections.reading() as connection:
            return queries.named(connection, names)

    def takedowns(self, *, lifted: bool = False) -> list[Takedown]:
        """What the operator hid, oldest first; with `lifted` also what is shown again."""
        with self._connections.reading() as connection:
            return takedowns.list_takedowns(connection, lifted=lifted)

    def find_takedowns(self, selector: str) -> list[Takedown]:
        """Takedowns in force by `comment:ID`, `takedown:ID`, or the selector of a document."""
        with self._connections.reading() as connection:
            return takedowns.find(connection, selector)

    def versions(self, document_id: int) -> list[Version]:
        """What an article said before it was updated, the oldest first."""
        with self._connections.reading() as connection:
            older = kin.outdated(connection, document_id)
            said = versions.list_versions(connection, document_id, current=False)
            for number in older:
                said += versions.list_versions(connection, number, current=True)
        return sorted(said, key=lambda version: version.loaded_at)

    def replaced_texts(self) -> int:
        """How many earlier versions of documents there are whose words are kept."""
        with self._connections.reading() as connection:
            return versions.count_worded(connection)

    def known_comments(self, comment_ids: Collection[int]) -> frozenset[int]:
        """Which of these comments are stored."""
        with self._connections.reading() as connection:
            return takedowns.known_comments(connection, comment_ids)

    def count_copies(self, place: str) -> int:
        """How many copies of stored documents a file, or all files of a folder, held."""
        with self._connections.reading() as connection:
            return copies.count_at(connection, place)

    def linked(self, urls: Iterable[str]) -> list[LinkedArticle]:
        """The articles that are shared by these addresses, however they are spelt."""
        with self._connections.reading() as connection:
            return links.linked(connection, urls)

    def document(self, document_id: int) -> Document | None:
        """A document exactly as it was loaded."""
        with self._connections.reading() as connection:
            return queries.document(connection, document_id)

    def record_ids(self, document_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The records that hold each document, as their files name them, its own before copies."""
        with self._connections.reading() as connection:
            return queries.record_ids(connection, document_ids)

    def titles(self, records: Iterable[str]) -> dict[str, str]:
        """The titles of records, as their files name them; of copies that are not stored none."""
        with self._connections.reading() as connection:
            return queries.titles(connection, records)

    def thread(self, comment_id: int, *, limit: int = 200) -> Conversation | None:
        """What a comment answers and what answers it; None where it is hidden or unknown."""
        with self._connections.reading() as connection:
            return threads.conversation(connection, comment_id, limit)

    def whole(self, document_id: int) -> WholeDocument | None:
        """An article in full and its discussion in outline; None where it is hidden or unknown."""
        with self._connections.reading() as connection:
            return whole.whole_document(connection, document_id)

    def comments(self, comment_ids: Iterable[int]) -> dict[int, ThreadComment]:
        """These comments by id; hidden and unknown ones are left out, and depths are 0."""
        with self._connections.reading() as connection:
            return whole.shown_comments(connection, comment_ids)

    def hydrate(self, passage_ids: Iterable[int]) -> dict[int, StoredPassage]:
        """What an answer shows of each passage; hidden and unknown ones are left out."""
        with self.snapshot() as stored:
            return stored.hydrate(passage_ids)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read what an answer needs as it stands now; writers go on meanwhile."""
        with self._connections.reading_directly() as connection:
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
            with self._connections.reading() as connection:
                rows, last = reading.passage_rows(connection, lane, last, batch_rows)
            if rows:
                yield rows

    def marks(self, lane: Lane, *, batch_rows: int = 5_000) -> Iterator[list[PassageMark]]:
        """What an index keeps of all passages of a lane, in the order of their ids.

        Ten times as fast as `passages`, because no text is read.
        """
        last: int | None = 0
        while last is not None:
            with self._connections.reading() as connection:
                found, last = marks.passage_marks(connection, lane, last, batch_rows)
            if found:
                yield found

    def passage_rows(self, passage_ids: Sequence[int]) -> list[PassageRow]:
        """These passages in the order of their ids, without hidden and unknown ones."""
        with self._connections.reading() as connection:
            return reading.rows_of(connection, passage_ids)
