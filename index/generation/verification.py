"""Proves that a generation is what the library says, before it is put to use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.coarse import CoarseDense
from index.columns import Columns, Ids
from index.dense import DenseIndex, FaissDense
from index.errors import GenerationError
from index.generation import layout
from index.generation.checksums import faults
from index.generation.lane_table import LaneTable
from index.generation.learned import read_learned
from index.generation.manifest import LaneMark, Manifest
from index.lexical import TantivyLexical
from index.model import Lane

if TYPE_CHECKING:
    from index.library import Library

_SAMPLE = 32
"""So many rows of each lane must find themselves."""
_RECALL_SAMPLE = 200
_TOLERANCE = 0.01


def verify(root: Path, name: str, library: Library | None = None) -> list[str]:
    """Look for anything wrong with a generation; an empty list says that there is nothing.

    Compares the files with the manifest, the indexes with each other, and, if the library has
    not changed since, every passage with the library. A sample of rows must find itself.

    Raises:
        NoGenerationError: there is none of this name.
        LibraryError: the library cannot be read.
    """
    folder = layout.folder(root, name)
    try:
        manifest = Manifest.read(folder)
        damaged = faults(folder, manifest.files, contents=True)
        if damaged:
            return [f"Generation {name}: {fault}." for fault in damaged]
        problems = [
            f"Generation {name}, {lane}: {problem}."
            for lane, mark in manifest.lanes.items()
            for problem in _lane_problems(folder / lane, mark, listed=lane in manifest.listed)
        ]
        read_learned(folder, manifest)
    except GenerationError as fault:
        return [str(fault)]
    if library is not None:
        problems += [
            f"Generation {name}, {problem}." for problem in _differences(folder, manifest, library)
        ]
    return problems


def recall(root: Path, name: str) -> dict[Lane, float]:
    """The share of the ten nearest passages that each lane finds, against comparing all.

    Asked with the vectors of 200 of its own passages, which are not counted themselves; 1 where
    all are compared anyway.

    Raises:
        NoGenerationError: there is none of this name.
        CorruptGenerationError: it cannot be opened.
    """
    folder = layout.folder(root, name)
    manifest = Manifest.read(folder)
    listed = manifest.listed
    return {lane: _recall(folder / lane) if lane in listed else 1.0 for lane in manifest.lanes}


def _recall(folder: Path) -> float:
    columns = Columns.open(folder / layout.COLUMNS)
    exact = FaissDense.open(folder / layout.DENSE, columns)
    lists = CoarseDense.open(folder / layout.LISTS, exact, columns)
    sample = np.unique(np.linspace(0, len(columns) - 1, _RECALL_SAMPLE).astype(int))
    return lists.recall(columns.passage_id[sample])


def _lane_problems(folder: Path, mark: LaneMark, *, listed: bool) -> list[str]:
    columns = Columns.open(folder / layout.COLUMNS)
    dense = FaissDense.open(folder / layout.DENSE, columns)
    searched = CoarseDense.open(folder / layout.LISTS, dense, columns) if listed else dense
    lexical = TantivyLexical.open(folder / layout.LEXICAL)
    ids = columns.passage_id
    problems = []
    if len(ids) != mark.passages:
        problems.append(f"there are {len(ids)} passages instead of {mark.passages}")
    if (np.diff(ids) <= 0).any():
        problems.append("passage ids do not ascend")
    if not np.array_equal(dense.stored_ids(), ids):
        problems.append("the dense index holds other passages than the columns")
    if not np.array_equal(lexical.ids(), ids):
        problems.append("the lexical index holds other passages than the columns")
    if not problems and LaneTable.open(folder).mark() != mark:
        problems.append("its passages are others than those that were built")
    return problems or _self_search(searched, dense, ids)


def _self_search(searched: DenseIndex, dense: FaissDense, ids: Ids) -> list[str]:
    sample = ids[np.unique(np.linspace(0, len(ids) - 1, _SAMPLE).astype(int))] if len(ids) else ids
    for passage_id, vector in zip(sample.tolist(), dense.vectors(sample), strict=True):
        own = float(dense.scores(vector, np.array([passage_id]))[0])
        best = float(searched.search(vector, 1).scores[0])
        # Equal texts have equal rows: any of them may come first.
        if not (abs(own - 1) < _TOLERANCE and abs(best - own) <= _TOLERANCE):
            return [f"passage {passage_id} does not find itself by its own vector"]
    return []


def _differences(folder: Path, manifest: Manifest, library: Library) -> list[str]:
    """What the library holds otherwise; nothing can be said if it changed since the build."""
    if library.revision != manifest.revision:
        return []
    problems = []
    for lane in manifest.lanes:
        built, stored = LaneTable.open(folder / lane), LaneTable.of(library.marks(lane))
        missing, extra = np.setdiff1d(stored.ids, built.ids), np.setdiff1d(built.ids, stored.ids)
        if len(missing):
            problems.append(f"{lane}: {len(missing)} passages are missing, first {missing[0]}")
        if len(extra):
            problems.append(f"{lane}: {len(extra)} are not in the library, first {extra[0]}")
        if not (len(missing) or len(extra)) and not _agree(stored, built, library):
            problems.append(
                f"{lane}: texts, sources, languages or days are others than in the library"
            )
    unchanged = library.revision == manifest.revision
    return problems if unchanged else []


def _agree(stored: LaneTable, built: LaneTable, library: Library) -> bool:
    other = stored.ids[~stored.same_in(built)]
    # The hash that was stored may be by older rules than the one that was built with: read these.
    read = LaneTable.of(batch for batch in [library.passage_rows(other.tolist())] if batch)
    return len(read) == len(other) and bool(read.same_in(built).all())
