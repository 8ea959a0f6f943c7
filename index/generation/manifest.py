"""What a generation says of itself: by whom and from what it was made, and its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import xxhash

from embeddings.api import EncoderInfo
from index.errors import CorruptGenerationError, GenerationError
from index.generation.checksums import FileMark
from index.generation.layout import COLUMNS, DENSE, LEXICAL, LISTS, MANIFEST, QUERY_MAP
from index.model import Lane

FORMAT = 1
_MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneMark:
    """What a lane was built from."""

    passages: int
    content: str
    """Digest of the ids, text hashes, sources and days of its passages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that is known of a generation without opening its indexes."""

    name: str
    encoder: EncoderInfo
    lanes: Mapping[Lane, LaneMark]
    files: Mapping[str, FileMark]
    """By path relative to the generation's folder, the manifest itself not included."""
    library: Mapping[str, Any]
    """The library's state when the build began, `revision` among it."""
    rules: Mapping[str, int]
    """Versions of the rules by which texts became index entries."""
    built_at: datetime
    """UTC."""
    program: str
    """Version of the program that built it."""
    calibration: Mapping[str, Any] | None = None
    """Of its own, or None for the one that is shipped for its encoder."""
    tuning: Mapping[str, Any] | None = None
    """How its query map was made; None where it has none."""

    @property
    def fingerprint(self) -> str:
        """Of the encoder whose vectors it holds."""
        return self.encoder.fingerprint

    @property
    def revision(self) -> int:
        """The library's revision when the build began."""
        return int(self.library["revision"])

    @property
    def passages(self) -> dict[Lane, int]:
        """How many passages each lane has."""
        return {lane: mark.passages for lane, mark in self.lanes.items()}

    @property
    def listed(self) -> list[Lane]:
        """The lanes with inverted lists before their exact rows."""
        return [lane for lane in self.lanes if f"{lane}/{LISTS}" in self.files]

    @property
    def bytes_on_disk(self) -> int:
        """Size of all files but the manifest."""
        return sum(mark.size for mark in self.files.values())

    def write(self, folder: Path) -> None:
        """Write it into a generation's folder."""
        content = asdict(self) | {
            "built_at": self.built_at.isoformat(),
            "fingerprint": self.fingerprint,
            "format": FORMAT,
        }
        content["checksum"] = _checksum(content)
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of a generation's folder.

        Raises:
            CorruptGenerationError: it is missing, changed, incomplete or of another generation.
            GenerationError: a newer program wrote it.
        """
        path = folder / MANIFEST
        try:
            with path.open("rb") as file:
                content = json.loads(file.read(_MAX_BYTES))
            _check(content, path)
            manifest = _from_json(content)
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
            raise CorruptGenerationError(
                f"Generation {folder.name}: {MANIFEST} is missing or damaged; "
                'run "factcontext rebuild".'
            ) from fault
        if manifest.name != folder.name:
            raise CorruptGenerationError(
                f"Generation {folder.name} says that it is {manifest.name}; give its folder "
                'that name, or run "factcontext rebuild".'
            )
        return manifest


def _check(content: dict[str, Any], path: Path) -> None:
    if content["format"] > FORMAT:
        raise GenerationError(
            f"{path} has format {content['format']}, this program reads up to {FORMAT}; "
            'install the newer program again, or run "factcontext rebuild".'
        )
    if content.pop("checksum") != _checksum(content):
        raise ValueError("The manifest was changed.")


def _from_json(content: dict[str, Any]) -> Manifest:
    encoder = content["encoder"]
    manifest = Manifest(
        name=content["name"],
        encoder=EncoderInfo(**encoder | {"prefixes": tuple(encoder["prefixes"])}),
        lanes={lane: LaneMark(**content["lanes"][lane]) for lane in Lane},
        files={_inside(name): FileMark(**mark) for name, mark in content["files"].items()},
        library=content["library"],
        rules=content["rules"],
        built_at=datetime.fromisoformat(content["built_at"]),
        program=content["program"],
        calibration=content["calibration"],
        tuning=content.get("tuning"),
    )
    if manifest.fingerprint != content["fingerprint"]:
        raise ValueError("The fingerprint does not belong to the encoder.")
    needed = {
        f"{lane}/{name}" for lane in Lane for name in (DENSE, COLUMNS, f"{LEXICAL}/meta.json")
    }
    if manifest.tuning is not None:
        needed.add(QUERY_MAP)
    if not needed <= set(manifest.files):
        raise ValueError("Some file is not listed.")
    return manifest


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("A file lies outside the generation's folder.")
    return name


def _checksum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True)
    return xxhash.xxh3_128_hexdigest(text.encode())
