"""Which of several readers a file is for."""

from __future__ import annotations

from collections.abc import Iterable

from index.readers.base import Reader, SourceFile


def most_certain(readers: Iterable[Reader], file: SourceFile) -> Reader | None:
    """The reader that is most certain of a file, of equals the first; None where none knows it.

    Raises:
        ReadError: the file cannot be read.
    """
    head, name = file.head(), file.inner_name
    best, most = None, 0.0
    for reader in readers:
        certainty = reader.sniff(head, name)
        if certainty > most:
            best, most = reader, certainty
    return best
