"""The immutable parts of a lexical index: what lies in which, and a new index made of old ones.

tantivy writes a segment once and lists it in `meta.json`; an index is that list. Its scores come
from the counts of all segments together, so they do not depend on how passages are divided.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import CorruptGenerationError, GenerationError
from index.folders import remove_tree
from index.lexical import TantivyLexical
from index.lexical_writer import LOCK_FILES

_META, _MANAGED = "meta.json", ".managed.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of an index that is never changed."""

    folder: Path
    entry: dict[str, Any]
    """As the engine lists it."""
    first: int
    last: int
    """Lowest and highest passage id in it."""

    @property
    def passages(self) -> int:
        """How many it holds."""
        return int(self.entry["max_doc"])

    def files(self) -> Iterator[Path]:
        """Its files; their names begin with its id."""
        return self.folder.glob(self.entry["segment_id"].replace("-", "") + ".*")


def segments(folder: Path) -> tuple[Segment, ...]:
    """The segments of an index in the order of their passages.

    Raises:
        CorruptGenerationError: the folder holds no index that can be read.
    """
    entries = _meta(folder)["segments"]
    bounds = TantivyLexical.open(folder).bounds([entry["max_doc"] for entry in entries])
    found = [
        Segment(folder=folder, entry=entry, first=first, last=last)
        for entry, (first, last) in zip(entries, bounds, strict=True)
    ]
    return tuple(sorted(found, key=lambda segment: segment.first))


def join(folder: Path, parts: Sequence[Path], carried: Sequence[Segment]) -> None:
    """Make one index of new ones and of segments of older ones.

    Args:
        folder: created; the index of all.
        parts: folders of new indexes, at least one; they are taken apart.
        carried: linked where the file system can, else copied.

    Raises:
        GenerationError: the folder cannot be written.
    """
    try:
        folder.mkdir()
        entries = [segment for part in parts for segment in segments(part)] + list(carried)
        for segment in entries:
            for path in segment.files():
                _link(path, folder / path.name)
        ordered = sorted(entries, key=lambda segment: segment.first)
        meta = _meta(parts[0]) | {"segments": [segment.entry for segment in ordered]}
        (folder / _META).write_text(json.dumps(meta), encoding="utf-8")
        names = sorted(path.name for path in folder.iterdir() if path.name not in LOCK_FILES)
        (folder / _MANAGED).write_text(json.dumps(names), encoding="utf-8")
        for part in parts:
            remove_tree(part)
    except OSError as fault:
        raise GenerationError(
            f"{folder} cannot be written ({fault.strerror}); check the free space and the "
            "folder's permissions."
        ) from fault


def _link(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path)
    except OSError:  # Some file systems know no links.
        shutil.copyfile(path, target)


def _meta(folder: Path) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((folder / _META).read_bytes())
    except (OSError, ValueError) as fault:
        raise CorruptGenerationError(
            f'{folder / _META} cannot be read ({fault}); run "factcontext rebuild".'
        ) from fault
    return meta
