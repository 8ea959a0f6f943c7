"""Writes the index of the lexical leg."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.analysis import GRAMS, WORDS, analyzers, encodable, grams, stemmed
from index.errors import GenerationError
from index.languages import number_of

if TYPE_CHECKING:
    from tantivy import Document, IndexWriter, Schema

    from index.library.values import PassageRow

LOCK_FILES = frozenset({".tantivy-meta.lock", ".tantivy-writer.lock"})
"""No part of the index; the engine may create one again for a moment."""


class LexicalWriter:
    """Builds a tantivy index in a new folder, with bounded memory."""

    def __init__(self, folder: Path, *, heap_bytes: int = 256_000_000) -> None:
        """Start an empty index.

        Args:
            folder: created by this call.
            heap_bytes: how much is collected in memory before a segment is written.

        Raises:
            GenerationError: the engine failed, for instance because the disk is full.
        """
        import tantivy

        self._new_document = tantivy.Document
        self._folder = folder
        folder.mkdir(parents=True)
        with self._translated():
            # Sorted by id, so that passages of equal score come in the order of their ids.
            index = tantivy.Index(
                _schema(), path=str(folder), reuse=False, sort_by_field="passage_id"
            )
            # Otherwise a thread of the engine reads the index after each commit.
            index.config_reader(reload_policy="manual")
            for name, analyzer in analyzers().items():
                index.register_tokenizer(name, analyzer)
            # One thread and a large heap make few segments, and the same ones every time.
            self._writer: IndexWriter | None = index.writer(heap_size=heap_bytes, num_threads=1)

    def add(self, rows: Iterable[PassageRow]) -> None:
        """Append passages.

        Raises:
            GenerationError: the engine failed, for instance because the disk is full.
        """
        writer = self._open()
        with self._translated():
            for row in rows:
                writer.add_document(self._document(row))

    def finish(self) -> None:
        """Write everything to the folder; nothing can be added afterwards.

        Raises:
            GenerationError: the engine failed, for instance because the disk is full.
        """
        writer = self._open()
        with self._translated():
            writer.commit()
            writer.wait_merging_threads()
        self.close()
        for name in LOCK_FILES:
            (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Stop the engine's threads; twice is safe. What was not finished cannot be used."""
        # The last reference gone, the engine waits for its threads.
        self._writer = None

    def _open(self) -> IndexWriter:
        if self._writer is None:
            raise GenerationError(f"The index in {self._folder} is finished or given up.")
        return self._writer

    def _document(self, row: PassageRow) -> Document:
        document = self._new_document()
        document.add_unsigned("passage_id", row.passage_id)
        document.add_unsigned("source_id", row.source_id)
        if row.language is not None:
            document.add_unsigned("language", number_of(row.language))
        if row.day_from is not None:
            document.add_integer("day_from", row.day_from)
        if row.day_to is not None:
            document.add_integer("day_to", row.day_to)
        for name, text in (("title", row.title), ("body", row.body), ("context", row.context)):
            document.add_text(name, stemmed(encodable(text), row.language))
        pairs = grams(row.body)
        if pairs:
            document.add_text(GRAMS, " ".join(pairs))
        return document

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except ValueError as fault:
            raise GenerationError(
                f"{self._folder} cannot be written ({fault}); check the free space and the "
                "folder's permissions."
            ) from fault


def _schema() -> Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", indexed=True, fast=True)
    builder.add_unsigned_field("source_id", indexed=True, fast=True)
    builder.add_unsigned_field("language", indexed=True, fast=True)
    builder.add_integer_field("day_from", fast=True)
    builder.add_integer_field("day_to", fast=True)
    for name in ("title", "body", "context"):
        builder.add_text_field(name, tokenizer_name=WORDS, index_option="freq")
    builder.add_text_field(GRAMS, tokenizer_name=GRAMS, index_option="freq")
    return builder.build()
