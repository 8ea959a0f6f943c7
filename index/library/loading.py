"""Loading one file: every document of it, or nothing of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, bindparam, false, insert, select, true, update

from index.errors import LibraryError, MalformedError
from index.library import outdated
from index.library.analyses import analyse
from index.library.codec import content_hash, document_to_row, domain_of, state_hash
from index.library.copies import forget_from, forget_of, note
from index.library.faults import faults_of
from index.library.joining import joined, keeps_text
from index.library.lasting import any_in_force, follow, last_comment, restore
from index.library.queries import document as stored_document
from index.library.schema import documents
from index.library.sources import source_of
from index.library.storing import store_parts
from index.library.values import Change, Upsert
from index.library.versions import keep
from index.model import Document

# Written once: building a statement costs more than running it.
_KNOWN = select(
    documents.c.id,
    documents.c.state_hash,
    documents.c.content_hash,
    documents.c.path,
    documents.c.record,
    documents.c.occurrence,
)
_SAME_URL = _KNOWN.add_columns(true().label("by_identity")).where(
    documents.c.url == bindparam("url")
)
_SAME_PLACE = _KNOWN.add_columns(true().label("by_identity")).where(
    documents.c.path == bindparam("path"),
    documents.c.record == bindparam("record"),
    documents.c.occurrence == bindparam("occurrence"),
    documents.c.url.is_(None),
)
_SAME_CONTENT = (
    _KNOWN.add_columns(false().label("by_identity"))
    .where(documents.c.content_hash == bindparam("content_hash"))
    .order_by(documents.c.id)
    .limit(1)
)
_ADD = insert(documents).returning(documents.c.id)
_CHANGE = update(documents).where(documents.c.id == bindparam("known_id"))


class Load:
    """The documents of one file on their way in; made by `Library.loading`."""

    def __init__(
        self,
        connection: Connection,
        path: str,
        library_path: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._path = path
        self._library_path = library_path
        self._clock = clock
        self._before = frozenset(
            connection.execute(select(documents.c.id).where(documents.c.path == path)).scalars()
        )
        # Those that it still holds are met again.
        forget_from(connection, path)
        self._anything_hidden = any_in_force(connection)
        self._seen: set[int] = set()
        self._met: Counter[str] = Counter()
        self._sources: dict[tuple[str | None, str | None], int] = {}
        self._open = True
        self.changed = False
        """Whether anything that an answer depends on has changed."""

    @property
    def missing(self) -> tuple[int, ...]:
        """Documents that came from this file before and have not been seen this time."""
        return tuple(sorted(self._before - self._seen))

    def upsert(self, document: Document) -> Upsert:
        """Store a document, or what is new about it.

        A document is known by its url, else by its file and record. Where one file holds two
        documents of one url, the first is stored. Of a copy only its file and record are kept.
        What holds only the newest comments, or a summary, adds to what is stored (see `joining`);
        what a file said before others said something else of a document changes nothing.

        Raises:
            MalformedError: the document contradicts itself or cannot be stored.
            LibraryError: the library cannot be written, or the load is over.
        """
        if not self._open:
            raise LibraryError(f"The load of {self._path} is over; begin another one.")
        _check(document, self._path)
        # A document that fails leaves nothing behind, whatever the caller makes of the error.
        with faults_of(self._library_path), self._connection.begin_nested():
            return self._upsert(document)

    def _upsert(self, document: Document) -> Upsert:
        occurrence = 0
        if document.url is None:
            occurrence = self._met[document.record]
            self._met[document.record] += 1
        known = self._known(document, occurrence) or self._twin(document)
        if known is not None and known.by_identity and document.newest_only:
            stored = stored_document(self._connection, known.id)
            if stored is not None:
                return self._join(known, stored, document, occurrence)
        return self._store(known, document, self._place(document, occurrence))

    def _join(
        self, known: Row[Any], stored: Document, document: Document, occurrence: int
    ) -> Upsert:
        """Store what a document adds to one whose place stays where its text came from."""
        place = self._place(document, occurrence)
        if keeps_text(stored, document):
            place = {name: getattr(known, name) for name in place}
        return self._store(known, joined(stored, document), place)

    def _store(self, known: Row[Any] | None, document: Document, place: dict[str, Any]) -> Upsert:
        if known is None:
            outcome = self._add(document, place)
        elif known.id in self._seen or not (known.by_identity or known.path == self._path):
            if known.content_hash == content_hash(document):
                note(self._connection, known.id, self._path, document.record)
            return Upsert(document_id=known.id, change=Change.DUPLICATE)
        elif known.state_hash != state_hash(document):
            outcome = self._differing(known, document, place)
        else:
            self._move(known, place)
            outcome = Upsert(document_id=known.id, change=Change.UNCHANGED)
        self._seen.add(outcome.document_id)
        return outcome

    def _differing(self, known: Row[Any], document: Document, place: dict[str, Any]) -> Upsert:
        """Store what differs from what is stored, unless it did before and lost its place."""
        if known.path != place["path"]:
            said = state_hash(document)
            if outdated.is_old(self._connection, known.id, place["path"], said):
                return Upsert(document_id=known.id, change=Change.UNCHANGED)
            outdated.note(self._connection, known.id, known.path, known.state_hash)
        return self._change(known, document, place)

    def finish(self) -> None:
        """After the last document: note where what is hidden stands now."""
        if self._anything_hidden:
            follow(self._connection, self._path)

    def close(self) -> None:
        """Refuse further documents."""
        self._open = False

    def _known(self, document: Document, occurrence: int) -> Row[Any] | None:
        """The stored document of the same identity."""
        if document.url is not None:
            return self._connection.execute(_SAME_URL, {"url": document.url}).first()
        place = self._place(document, occurrence)
        return self._connection.execute(_SAME_PLACE, place).first()

    def _twin(self, document: Document) -> Row[Any] | None:
        """A stored copy of the document. One from this very file is the same one, renumbered."""
        same = {"content_hash": content_hash(document)}
        return self._connection.execute(_SAME_CONTENT, same).first()

    def _add(self, document: Document, place: dict[str, Any]) -> Upsert:
        row = self._row(document, place)
        document_id = self._connection.execute(_ADD, row).scalar_one()
        return self._store_parts(document_id, document, Change.ADDED)

    def _change(self, known: Row[Any], document: Document, place: dict[str, Any]) -> Upsert:
        row = self._row(document, place) | {"known_id": known.id}
        keep(self._connection, known.id, document, row["loaded_at"])
        self._connection.execute(_CHANGE, row)
        if known.content_hash != row["content_hash"]:
            forget_of(self._connection, known.id)
        return self._store_parts(known.id, document, Change.CHANGED)

    def _store_parts(self, document_id: int, document: Document, change: Change) -> Upsert:
        fresh = change is Change.ADDED
        newer_than = last_comment(self._connection) if self._anything_hidden else 0
        counts = store_parts(self._connection, document_id, document, fresh=fresh)
        analyse(self._connection, document_id)
        if self._anything_hidden:
            restore(self._connection, document_id, newer_than=newer_than)
        self.changed = True
        return Upsert(
            document_id=document_id,
            change=change,
            passages_added=counts.added,
            passages_kept=counts.kept,
            passages_removed=counts.removed,
        )

    def _move(self, known: Row[Any], place: dict[str, Any]) -> None:
        """Follow a document to the file that holds it now."""
        if known.path != place["path"]:
            # Both say the same. Once either says something else, the other one is old.
            outdated.note(self._connection, known.id, known.path, known.state_hash)
        if (known.path, known.record, known.occurrence) != tuple(place.values()):
            self._connection.execute(_CHANGE, place | {"known_id": known.id})

    def _place(self, document: Document, occurrence: int) -> dict[str, Any]:
        return {"path": self._path, "record": document.record, "occurrence": occurrence}

    def _row(self, document: Document, place: dict[str, Any]) -> dict[str, Any]:
        outlet = (document.source, domain_of(document.url))
        if outlet not in self._sources:
            self._sources[outlet] = source_of(self._connection, *outlet)
        return {
            **document_to_row(document),
            **place,
            "source_id": self._sources[outlet],
            "state_hash": state_hash(document),
            "content_hash": content_hash(document),
            "loaded_at": self._clock().isoformat(),
        }


def _check(document: Document, path: str) -> None:
    keys = Counter(comment.key for comment in document.comments)
    repeated = next((key for key, count in keys.items() if count > 1), None)
    if repeated is not None:
        raise MalformedError(
            f"Two comments of one document in {path} have the id {repeated!r}. "
            "Give each comment an id of its own and add the file again."
        )
