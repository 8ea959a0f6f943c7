"""Files into the library, one transaction a file: a bad one is reported, the others load."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from index.errors import ReadError, UnknownFormatError
from index.library import Change, Library
from index.model import Document
from index.readers import Limits, read_path


class Loadable(Protocol):
    """Something that documents are read from: a file, or an address of the web."""

    @property
    def name(self) -> str:
        """What the operator calls it."""
        ...

    @property
    def stored_name(self) -> str:
        """What the library calls it, the same each time."""
        ...

    @property
    def named(self) -> bool:
        """The operator named it; it does not merely lie in a folder."""
        ...

    def documents(self, limits: Limits, report: Callable[[ReadError], None]) -> Iterator[Document]:
        """Its documents; a fault may come after some were given.

        Args:
            limits: bounds on what it may hold.
            report: told of each file in an archive that cannot be read, while the others are.

        Raises:
            ReadError: it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of the file system."""

    path: Path
    named: bool

    @property
    def name(self) -> str:
        """Its path, as the operator wrote it."""
        return str(self.path)

    @property
    def stored_name(self) -> str:
        """Its path from the root."""
        return stored_name(self.path)

    def documents(self, limits: Limits, report: Callable[[ReadError], None]) -> Iterator[Document]:
        """As `read_path` reads them."""
        return read_path(self.path, limits, report=report)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """What became of one file."""

    name: str
    changes: dict[Change, int] = field(default_factory=dict)
    """How many documents were added, changed, left alone or already stored elsewhere."""
    missing: tuple[int, ...] = ()
    """Documents that earlier came from this file and are no longer in it; they are kept."""
    warnings: tuple[str, ...] = ()
    uncertain: tuple[tuple[str, float], ...] = ()
    """Title and parse confidence of documents whose layout had to be guessed."""
    left_out: tuple[str, ...] = ()
    """Why nothing was loaded of some files in it, which is an archive."""
    fault: str | None = None
    """Why nothing of the file was loaded."""
    skipped: bool = False
    """It is no document, and was met in a folder rather than named."""

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that was not loaded and should have been."""
        return self.left_out if self.fault is None else (self.fault,)


def load(
    library: Library,
    loadables: Iterable[Loadable],
    limits: Limits,
    *,
    progress: Callable[[int], None] = lambda _documents: None,
) -> Iterator[LoadedFile]:
    """Load files one by one, yielding what became of each.

    An unknown format is a fault of what the operator named, and skipped in a named folder.

    Args:
        library: where documents go.
        loadables: what to load.
        limits: bounds on what a file may hold.
        progress: told after each document how many of its file there were.
    """
    for one in loadables:
        try:
            yield _load_file(library, one, limits, progress)
        except UnknownFormatError as error:
            skipped = not one.named
            yield LoadedFile(name=one.name, skipped=skipped, fault=None if skipped else str(error))
        except ReadError as error:
            yield LoadedFile(name=one.name, fault=str(error))


def stored_name(path: Path) -> str:
    """What the library calls a file, wherever the operator stands when naming it.

    A name that is no UTF-8 has its odd bytes spelt out.
    """
    return os.path.realpath(path).encode("utf-8", "backslashreplace").decode()


def _load_file(
    library: Library, one: Loadable, limits: Limits, progress: Callable[[int], None]
) -> LoadedFile:
    changes: Counter[Change] = Counter()
    warnings: list[str] = []
    uncertain: list[tuple[str, float]] = []
    left_out: list[str] = []
    # An address is fetched here, while others may still write.
    documents = one.documents(limits, lambda fault: left_out.append(str(fault)))
    with library.loading(one.stored_name) as loading:
        for document in documents:
            changes[loading.upsert(document).change] += 1
            progress(changes.total())
            warnings.extend(document.warnings)
            if document.parse_confidence < LOW_CONFIDENCE:
                uncertain.append((document.title, document.parse_confidence))
        missing = loading.missing
    return LoadedFile(
        name=one.name,
        changes=dict(changes),
        missing=missing,
        warnings=tuple(warnings),
        uncertain=tuple(uncertain),
        left_out=tuple(left_out),
    )


LOW_CONFIDENCE = 0.6
"""Below this a document's comment boundaries are worth a look: about half of such flattened
pages are cut at the exact block, see docs/formats.md."""
