"""Files that an operator sent: they wait in a folder until they are loaded or discarded."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CommandError

MOST_WAITING = 20
_PART = ".part-"
_MOST_NAME_BYTES = 150
_UNWANTED = re.compile(r"[^\w.()+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One file that is not loaded yet."""

    name: str
    size_bytes: int


class Uploads:
    """The folder; all of it blocks."""

    def __init__(self, folder: Path) -> None:
        """What an upload that was cut off left behind is deleted."""
        self._folder = folder
        for part in folder.glob(f"{_PART}*"):
            part.unlink(missing_ok=True)

    def waiting(self) -> list[Waiting]:
        """All files, by name."""
        if not self._folder.is_dir():
            return []
        return [
            Waiting(name=path.name, size_bytes=path.stat().st_size)
            for path in sorted(self._folder.iterdir())
            if not path.name.startswith(".") and path.is_file()
        ]

    def path(self, name: str) -> Path:
        """Where one of them lies.

        Raises:
            CommandError: there is none of this name.
        """
        if name not in {one.name for one in self.waiting()}:
            raise CommandError("There is no such upload any more; send the file again.")
        return self._folder / name

    def discard(self, name: str) -> None:
        """Delete one of them.

        Raises:
            CommandError: there is none of this name.
        """
        self.path(name).unlink(missing_ok=True)

    def arriving(self, stated_name: str) -> Arriving:
        """Begin to take a file in; the caller closes it.

        Args:
            stated_name: what the browser calls it.

        Raises:
            CommandError: too many files wait already.
            OSError: the folder cannot be written to.
        """
        name = safe_name(stated_name)
        others = {one.name for one in self.waiting()} - {name}
        if len(others) >= MOST_WAITING:
            raise CommandError(f"{MOST_WAITING} files are waiting; load or discard some first.")
        self._folder.mkdir(mode=0o700, exist_ok=True)
        return Arriving(self._folder, name)


class Arriving:
    """A file that is being taken in; it has its name when it is whole."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._whole = folder / name
        descriptor, part = tempfile.mkstemp(dir=folder, prefix=_PART)
        self._part = Path(part)
        self._file = os.fdopen(descriptor, "wb")

    def write(self, piece: bytes) -> None:
        """Add some bytes."""
        self._file.write(piece)

    def finish(self) -> None:
        """That was all of it."""
        self._file.close()
        self._part.replace(self._whole)

    def close(self) -> None:
        """Leave nothing behind of what was not finished."""
        with suppress(OSError):  # What could not be written is not wanted any more.
            self._file.close()
        self._part.unlink(missing_ok=True)


def safe_name(stated: str) -> str:
    """A name for one file of a folder: the end of what a browser stated, without anything odd."""
    last = re.split(r"[/\\]", stated)[-1]
    plain = _UNWANTED.sub("_", last)
    short = plain.encode("utf-8", "ignore")[-_MOST_NAME_BYTES:].decode("utf-8", "ignore")
    return short.lstrip("._-") or "upload"
