"""Exports that tell more together: a channel and its group, submissions and their comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.loading import File, Loadable
from index.model import Document
from index.readers import JoiningReader, Limits, joining_reader, read_together


def together(files: Iterable[File]) -> list[Loadable]:
    """The same files in the same order; those that belong together are read as one.

    Each stays a file of its own in the library: with its own name, documents and transaction.
    """
    found = [(file, joining_reader(file.path)) for file in files]
    kinds: dict[JoiningReader, list[Path]] = defaultdict(list)
    for file, reader in found:
        if reader is not None:
            kinds[reader].append(file.path)
    joint = {reader: _Joint(reader, paths) for reader, paths in kinds.items() if len(paths) > 1}
    return [
        _Part(file=file, joint=joint[reader]) if reader in joint else file
        for file, reader in found
    ]


class _Joint:
    """Files that one reader reads together, when the first of them is asked for."""

    def __init__(self, reader: JoiningReader, paths: Sequence[Path]) -> None:
        self._reader = reader
        self._paths = tuple(paths)
        self._held: dict[Path, list[Document]] = {}
        self._apart = False

    def documents(self, path: Path, limits: Limits) -> list[Document] | None:
        """Those of one file, given once; None where the files cannot be read as one.

        They are held until they are asked for: a reader that joins has to hold them anyway.
        """
        if path not in self._held and not self._apart:
            self._read(limits)
        return self._held.pop(path, None)

    def _read(self, limits: Limits) -> None:
        held: dict[Path, list[Document]] = {path: [] for path in self._paths}
        try:
            for path, document in read_together(self._reader, self._paths, limits):
                held[path].append(document)
        except ReadError:
            # One of them is broken, or they are too much at once: each is read alone, where the
            # broken one is named and the others load.
            self._apart = True
        else:
            self._held = held


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One of the files that are read together."""

    file: File
    joint: _Joint

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def stored_name(self) -> str:
        return self.file.stored_name

    @property
    def named(self) -> bool:
        return self.file.named

    def documents(self, limits: Limits, report: Callable[[ReadError], None]) -> Iterator[Document]:
        found = self.joint.documents(self.file.path, limits)
        return self.file.documents(limits, report) if found is None else iter(found)
