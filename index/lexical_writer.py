"""Writes the index of the lexical leg."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from index.analysis import GRAMS, WORDS, analyzers, encodable, grams
from index.errors import GenerationError

if TYPE_CHECKING:
    from tantivy import Document, Schema

    from index.library.values import PassageRow

_LOCK_FILES = (".tantivy-meta.lock", ".tantivy-writer.lock")


class LexicalWriter:
    """Builds a tantivy index in a new folder, with bounded memory."""

    def __init__(self, folder: Path, *, heap_bytes: int = 256_000_000) -> None:
        import tantivy

        self._new_document = tantivy.Document
        self._folder = folder
        folder.mkdir(parents=True)
        # Sorted by id, so that passages of equal score come in the order of their ids.
        self._index = tantivy.Index(
            _schema(), path=str(folder), reuse=False, sort_by_field="passage_id"
        )
        for name, analyzer in analyzers().items():
            self._index.register_tokenizer(name, analyzer)
        # One thread and a large heap make few segments, and the same ones every time.
        self._writer = self._index.writer(heap_size=heap_bytes, num_threads=1)

    def add(self, rows: Iterable[PassageRow]) -> None:
        """Append passages.

        Raises:
            GenerationError: the engine failed, for instance because the disk is full.
        """
        try:
            for row in rows:
                self._writer.add_document(self._document(row))
        except ValueError as fault:
            raise self._failed() from fault

    def finish(self) -> None:
        """Write everything to the folder; nothing can be added afterwards.

        Raises:
            GenerationError: the engine failed, for instance because the disk is full.
        """
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as fault:
            raise self._failed() from fault
        for name in _LOCK_FILES:
            (self._folder / name).unlink(missing_ok=True)

    def _document(self, row: PassageRow) -> Document:
        document = self._new_document()
        document.add_unsigned("passage_id", row.passage_id)
        document.add_unsigned("source_id", row.source_id)
        if row.day_from is not None:
            document.add_integer("day_from", row.day_from)
        if row.day_to is not None:
            document.add_integer("day_to", row.day_to)
        for name, text in (("title", row.title), ("body", row.body), ("context", row.context)):
            document.add_text(name, encodable(text))
        pairs = grams(row.body)
        if pairs:
            document.add_text(GRAMS, " ".join(pairs))
        return document

    def _failed(self) -> GenerationError:
        return GenerationError(
            f"{self._folder} cannot be written; check the free space and the folder's permissions."
        )


def _schema() -> Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", indexed=True, fast=True)
    builder.add_unsigned_field("source_id", indexed=True, fast=True)
    builder.add_integer_field("day_from", fast=True)
    builder.add_integer_field("day_to", fast=True)
    for name in ("title", "body", "context"):
        builder.add_text_field(name, tokenizer_name=WORDS, index_option="freq")
    builder.add_text_field(GRAMS, tokenizer_name=GRAMS, index_option="freq")
    return builder.build()
