"""What a backup says of itself: when and of what it was made, and its files with their sums."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.data_folder import KEY, LIBRARY, STORE
from bot.errors import BackupError

NAME = "manifest.json"
GOLDEN = "golden.jsonl"
GENERATIONS = "generations"
VECTORS = "vectors"
TOPS = (LIBRARY, STORE, KEY, GOLDEN, GENERATIONS, VECTORS)
"""What of a data folder a backup may hold; models are downloaded or converted again."""
RESTORE_UNPACKING = ".restore-unpacking"
"""Where a restore unpacks; nothing of it is in place."""
RESTORE_READY = ".restore-ready"
"""What a restore unpacked and compared, and puts in place."""

_FORMAT = 1
_PART = r"(?!\.{1,2}(?:/|$))[\w.-]+"
_ALLOWED = re.compile(
    rf"(library|bot)\.sqlite3|bot\.key|golden\.jsonl|generations/CURRENT"
    rf"|generations/[0-9]{{4,12}}(/{_PART}){{1,4}}|vectors/{_PART}\.sqlite3"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSum:
    """What identifies a file's content."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that is known of a backup without unpacking it."""

    created_at: datetime
    """UTC."""
    program: str
    """Version of the program that made it."""
    generation: str | None
    """Name of the generation in it."""
    files: Mapping[str, FileSum]
    """By path relative to the data folder; the library is always among them."""

    @property
    def size_bytes(self) -> int:
        """Of all files, unpacked."""
        return sum(mark.size for mark in self.files.values())

    @property
    def tops(self) -> set[str]:
        """The files and folders of the data folder that it holds something of."""
        return {name.split("/")[0] for name in self.files}

    def dump(self) -> bytes:
        """As JSON, with a checksum of its own."""
        content = asdict(self) | {"created_at": self.created_at.isoformat(), "format": _FORMAT}
        content["checksum"] = _checksum(content)
        return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"

    @classmethod
    def load(cls, content: bytes) -> Manifest:
        """Read what `dump` wrote.

        Raises:
            BackupError: it is damaged, names files that no backup holds, or is of a newer program.
        """
        try:
            fields = json.loads(content)
            if fields["format"] > _FORMAT:
                raise BackupError(
                    f"The backup has format {fields['format']}, this program reads up to "
                    f"{_FORMAT}; install the newer factcontext that made it."
                )
            if fields.pop("checksum") != _checksum(fields):
                raise BackupError("The backup's manifest was changed; take another backup.")
            manifest = _from_json(fields)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BackupError("The backup's manifest cannot be read; take another one.") from error
        manifest.refuse_strangers()
        return manifest

    def refuse_strangers(self) -> None:
        """Hold that it names only what a backup may hold, all of it below the data folder.

        Raises:
            BackupError: it does not.
        """
        strange = next((name for name in self.files if not _ALLOWED.fullmatch(name)), None)
        if strange is not None:
            raise BackupError(
                f"The backup names {strange[:200]!r}, which is no file of a data folder; "
                "it was not made by factcontext."
            )
        if LIBRARY not in self.files:
            raise BackupError("The backup holds no library; it was not made by factcontext.")


def _from_json(fields: dict[str, Any]) -> Manifest:
    return Manifest(
        created_at=datetime.fromisoformat(fields["created_at"]),
        program=str(fields["program"]),
        generation=fields["generation"],
        files={
            name: FileSum(size=int(mark["size"]), sha256=str(mark["sha256"]))
            for name, mark in fields["files"].items()
        },
    )


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
