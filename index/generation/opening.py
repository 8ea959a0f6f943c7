"""Opens a generation for searching: checked first, then mapped, never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.api import Vectors
from index.coarse import CoarseDense
from index.columns import Columns
from index.dense import DenseIndex, FaissDense
from index.errors import CorruptGenerationError, GenerationError, WrongEncoderError
from index.generation import layout
from index.generation.checksums import faults
from index.generation.learned import read_learned
from index.generation.manifest import Manifest
from index.kinship import centre_of
from index.lexical import LexicalIndex, LexicalSettings, TantivyLexical
from index.model import Lane


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaneIndex:
    """Both legs of one lane, and what they know of its passages."""

    dense: DenseIndex
    lexical: LexicalIndex
    columns: Columns
    centre: Vectors
    """(d,) what its passages are about, see `index.kinship`."""


@dataclass(slots=True, kw_only=True, eq=False)
class Generation:
    """An open, immutable index; may be searched from several threads."""

    name: str
    manifest: Manifest = field(repr=False)
    lanes: Mapping[Lane, LaneIndex] = field(repr=False)
    query_map: Vectors | None = field(default=None, repr=False)
    """(d, d), see `index.query_map`; None where the operator's queries taught it nothing."""

    def close(self) -> None:
        """Let go of the files; twice is safe. No search may be under way."""
        self.lanes = {}


def open_generation(
    root: Path,
    name: str | None = None,
    *,
    fingerprint: str,
    lexical: LexicalSettings | None = None,
    threads: int = 1,
    checksums: bool = True,
) -> Generation:
    """Open a generation; works in a folder that cannot be written.

    Args:
        root: the folder of generations.
        name: which one; the promoted one if None.
        fingerprint: of the encoder that the queries will come from.
        lexical: how a claim becomes a lexical query.
        threads: how many threads one dense search may use.
        checksums: read every file through (0.04 s a GB) before the engines see it. Without,
            only sizes are compared, and the engines may fail on a damaged file in any way.

    Raises:
        NoGenerationError: nothing has been built yet, or nothing of this name.
        CorruptGenerationError: files do not match the manifest; names the first of them.
        WrongEncoderError: it was built by another encoder.
    """
    chosen = name or layout.promoted(root)
    try:
        manifest = read_checked(layout.folder(root, chosen), checksums=checksums)
        _check_encoder(manifest, fingerprint)
        return open_checked(root, manifest, lexical=lexical, threads=threads)
    except GenerationError:
        # Another one may have been promoted and this one pruned in between.
        if name is None and layout.current(root) != chosen:
            return open_generation(
                root,
                fingerprint=fingerprint,
                lexical=lexical,
                threads=threads,
                checksums=checksums,
            )
        raise


def read_checked(folder: Path, *, checksums: bool) -> Manifest:
    """Read a manifest and compare the files with it.

    Raises:
        CorruptGenerationError: they do not match; names the first file that does not.
        GenerationError: a newer program wrote it.
    """
    manifest = Manifest.read(folder)
    found = faults(folder, manifest.files, contents=checksums)
    if found:
        others = f" ({len(found) - 1} more files are damaged)" if len(found) > 1 else ""
        raise CorruptGenerationError(
            f'Generation {folder.name}: {found[0]}{others}; run "factcontext rebuild".'
        )
    return manifest


def open_checked(
    root: Path, manifest: Manifest, *, lexical: LexicalSettings | None = None, threads: int = 1
) -> Generation:
    """Map the indexes of a generation whose files were compared with its manifest.

    Raises:
        CorruptGenerationError: the files match the manifest and not each other.
    """
    lanes = {}
    for lane, mark in manifest.lanes.items():
        folder = root / manifest.name / lane
        columns = Columns.open(folder / layout.COLUMNS)
        if len(columns) != mark.passages:
            raise CorruptGenerationError(
                f"Generation {manifest.name} lists {mark.passages} passages in {lane} and has "
                f'{len(columns)}; run "factcontext rebuild".'
            )
        dense = _dense(folder, columns, threads, listed=lane in manifest.listed)
        lanes[lane] = LaneIndex(
            dense=dense,
            lexical=TantivyLexical.open(folder / layout.LEXICAL, lexical),
            columns=columns,
            centre=centre_of(dense, columns),
        )
    learned = read_learned(root / manifest.name, manifest)
    return Generation(
        name=manifest.name, manifest=manifest, lanes=lanes, query_map=learned.query_map
    )


def _dense(folder: Path, columns: Columns, threads: int, *, listed: bool) -> DenseIndex:
    exact = FaissDense.open(folder / layout.DENSE, columns, threads=threads)
    return CoarseDense.open(folder / layout.LISTS, exact, columns) if listed else exact


def _check_encoder(manifest: Manifest, fingerprint: str) -> None:
    if manifest.fingerprint != fingerprint:
        raise WrongEncoderError(
            f"Generation {manifest.name} has {manifest.encoder.dimension}-d vectors from "
            f"{manifest.fingerprint}, the encoder in use is {fingerprint}; "
            'run "factcontext rebuild", or set the model it was built with.'
        )
