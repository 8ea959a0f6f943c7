"""What older generations still hold of texts that are not shown any more, and an end to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.columns import Ids
from index.errors import CorruptGenerationError, GenerationError
from index.generation import layout
from index.generation.lane_table import HASH_BYTES, LaneTable
from index.generation.locks import build_lock, switch_lock
from index.lexical import TantivyLexical
from index.model import Lane

if TYPE_CHECKING:
    from index.library import Library

_LOOKED_AT = 50
UNREADABLE = -1
"""Stands for the number of passages of a generation that cannot be looked into."""


class ShownTexts:
    """Everything that the library shows now, by lane; 72 bytes a passage in memory."""

    def __init__(self, library: Library) -> None:
        self._lanes = {lane: LaneTable.of(library.marks(lane)) for lane in Lane}

    def hashes(self) -> frozenset[bytes]:
        """The text hashes of all passages (about 60 bytes each)."""
        return frozenset(_hashes(self._lanes.values()))

    def has(self, lane: Lane, ids: Ids) -> bool:
        """Whether any of these passages is shown."""
        return bool(np.isin(ids, self._lanes[lane].ids).any())

    def gone(self, folder: Path) -> int:
        """How many passages a generation holds that are not shown, or not with those words."""
        try:
            return sum(
                int(np.count_nonzero(LaneTable.open(folder / lane).positions_in(table) < 0))
                for lane, table in self._lanes.items()
            )
        except CorruptGenerationError:
            return UNREADABLE


def holding(root: Path, shown: ShownTexts) -> dict[str, int]:
    """How many passages that are not shown each generation holds; without those that hold none."""
    found = {name: shown.gone(root / name) for name in layout.names(root)}
    return {name: number for name, number in found.items() if number}


def forgotten(root: Path, before: str, now: str) -> list[bytes]:
    """Hashes of texts that one generation holds and a newer one does not."""
    try:
        old, new = (
            frozenset(_hashes(LaneTable.open(root / name / lane) for lane in Lane))
            for name in (before, now)
        )
    except CorruptGenerationError:
        return []
    return sorted(old - new)


def drop(root: Path, names: Iterable[str], now: datetime) -> None:
    """Remove generations, and what killed builds left.

    Raises:
        BuildLockedError: a rebuild is running; it may be taking files from one of them.
        GenerationError: one of them is in use, or the folder cannot be written.
    """
    with build_lock(root, now), switch_lock(root):
        layout.sweep(root)
        for name in names:
            if name == layout.current(root):
                raise GenerationError(
                    f'Generation {name} is in use; run "factcontext rebuild" first.'
                )
            try:
                shutil.rmtree(layout.folder(root, name))
            except OSError as fault:
                raise GenerationError(
                    f"Generation {name} cannot be removed ({fault.strerror}); check the "
                    "folder's permissions."
                ) from fault


def left_words(root: Path, name: str, words: Iterable[str], shown: ShownTexts) -> list[str]:
    """Which of these words a generation's term dictionaries have, and no text that is shown.

    Raises:
        CorruptGenerationError: it cannot be looked into.
    """
    lanes = {lane: TantivyLexical.open(root / name / lane / layout.LEXICAL) for lane in Lane}
    return [
        word
        for word in dict.fromkeys(words)
        if any(index.knows(word) for index in lanes.values())
        and not any(
            shown.has(lane, index.search(word, _LOOKED_AT).ids) for lane, index in lanes.items()
        )
    ]


def _hashes(tables: Iterable[LaneTable]) -> Iterable[bytes]:
    for table in tables:
        yield from np.asarray(table.hashes).view(f"V{HASH_BYTES}").ravel().tolist()
