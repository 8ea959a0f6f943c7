"""Files into the library, one transaction a file: a bad one is reported, the others load."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import ReadError, UnknownFormatError
from index.library import Change, Library
from index.readers import Limits, read_path


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedFile:
    """What became of one file."""

    path: Path
    changes: dict[Change, int] = field(default_factory=dict)
    """How many documents were added, changed, left alone or already stored elsewhere."""
    missing: tuple[int, ...] = ()
    """Documents that earlier came from this file and are no longer in it; they are kept."""
    warnings: tuple[str, ...] = ()
    uncertain: tuple[tuple[str, float], ...] = ()
    """Title and parse confidence of documents whose layout had to be guessed."""
    fault: str | None = None
    """Why nothing of the file was loaded."""
    skipped: bool = False
    """It is no document, and was met in a folder rather than named."""


def load(
    library: Library, paths: Iterable[Path], limits: Limits, *, named: frozenset[Path]
) -> Iterator[LoadedFile]:
    """Load files one by one, yielding what became of each.

    Args:
        library: where documents go.
        paths: files, as `index.readers.walk` lists them.
        limits: bounds on what a file may hold.
        named: files that the operator named; an unknown format among them is a fault, while
            one that merely lies in a named folder is skipped.
    """
    for path in paths:
        try:
            yield _load_file(library, path, limits)
        except UnknownFormatError as error:
            skipped = path not in named
            yield LoadedFile(path=path, skipped=skipped, fault=None if skipped else str(error))
        except ReadError as error:
            yield LoadedFile(path=path, fault=str(error))


def stored_name(path: Path) -> str:
    """What the library calls a file, wherever the operator stands when naming it.

    A name that is no UTF-8 has its odd bytes spelt out.
    """
    return os.path.realpath(path).encode("utf-8", "backslashreplace").decode()


def _load_file(library: Library, path: Path, limits: Limits) -> LoadedFile:
    changes: Counter[Change] = Counter()
    warnings: list[str] = []
    uncertain: list[tuple[str, float]] = []
    with library.loading(stored_name(path)) as loading:
        for document in read_path(path, limits):
            changes[loading.upsert(document).change] += 1
            warnings.extend(document.warnings)
            if document.parse_confidence < LOW_CONFIDENCE:
                uncertain.append((document.title, document.parse_confidence))
        missing = loading.missing
    return LoadedFile(
        path=path,
        changes=dict(changes),
        missing=missing,
        warnings=tuple(warnings),
        uncertain=tuple(uncertain),
    )


LOW_CONFIDENCE = 0.6
"""Below this a document's comment boundaries are worth a look: about half of such flattened
pages are cut at the exact block, see docs/formats.md."""
