"""What a generation learned from the operator's golden queries, beside what it was built from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.api import Vectors
from index.errors import CorruptGenerationError, GenerationError
from index.generation import layout
from index.generation.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Survives a rebuild: it belongs to an encoder and a collection, not to one built index."""

    calibration: Mapping[str, Any] | None = None
    """`index.strength.Calibration` as JSON values, or None for the one that is shipped."""
    tuning: Mapping[str, Any] | None = None
    """How the query map was made and what it gained, as JSON values; None without a map."""
    query_map: Vectors | None = field(default=None, compare=False, repr=False)
    """(d, d): what is put before a query's vector; there exactly if `tuning` is."""

    def __post_init__(self) -> None:
        if (self.tuning is None) != (self.query_map is None):
            raise ValueError("A query map and the account of it come together.")

    def write(self, folder: Path) -> None:
        """Write the map into the folder of a generation that is being made."""
        if self.query_map is not None:
            rows = np.ascontiguousarray(self.query_map, dtype=np.float32)
            np.save(folder / layout.QUERY_MAP, rows, allow_pickle=False)


def read_learned(folder: Path, manifest: Manifest) -> Learned:
    """What the generation in a folder learned.

    Raises:
        CorruptGenerationError: the map is missing, or is none for this encoder.
    """
    return Learned(
        calibration=manifest.calibration,
        tuning=manifest.tuning,
        query_map=None if manifest.tuning is None else _read_map(folder, manifest),
    )


def carried(root: Path, fingerprint: str) -> Learned:
    """What the next generation of an encoder takes over.

    That is what the promoted one learned if it is of that encoder, else the newest one that is;
    nothing where there is none, or where it cannot be read.
    """
    try:
        used = layout.current(root)
    except CorruptGenerationError:
        used = None
    for name in sorted(layout.names(root), key=lambda name: (name != used, -int(name))):
        try:
            manifest = Manifest.read(root / name)
            if manifest.fingerprint == fingerprint:
                return read_learned(root / name, manifest)
        except GenerationError:
            continue
    return Learned()


def _read_map(folder: Path, manifest: Manifest) -> Vectors:
    try:
        rows = np.load(folder / layout.QUERY_MAP, allow_pickle=False)
    except (OSError, ValueError, EOFError) as fault:
        raise CorruptGenerationError(
            f"Generation {folder.name}: {layout.QUERY_MAP} cannot be read ({fault}); "
            'run "factcontext rollback" or "factcontext rebuild".'
        ) from fault
    dimension = manifest.encoder.dimension
    if rows.shape != (dimension, dimension) or not np.isfinite(rows).all():
        raise CorruptGenerationError(
            f"Generation {folder.name}: {layout.QUERY_MAP} is no map of {dimension}-d queries; "
            'run "factcontext rollback" or "factcontext rebuild".'
        )
    square: Vectors = rows.astype(np.float32, copy=False)
    return square
