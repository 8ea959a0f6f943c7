"""Which generation is in use, and which are kept."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from index.errors import CorruptGenerationError, GenerationError, NoGenerationError
from index.generation import layout
from index.generation.durable import replace_text
from index.generation.golden_record import GoldenRecord, Verdict
from index.generation.locks import switch_lock
from index.generation.opening import read_checked
from index.model import Lane

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationSummary:
    """A generation as lists show it."""

    name: str
    current: bool
    problem: str | None = None
    """Why it cannot be used; the fields below are then unknown."""
    built_at: datetime | None = None
    fingerprint: str | None = None
    passages: dict[Lane, int] | None = None
    size_bytes: int | None = None
    revision: int | None = None
    """The library's revision when the build began."""
    golden: GoldenRecord | None = None
    """What the golden queries said of it, if they were asked."""
    calibrated: bool = False
    """Its calibration is its own, not the shipped one."""
    tuned: bool = False
    """It has a query map."""

    @property
    def learned(self) -> tuple[str, ...]:
        """What it learned from golden queries, in words."""
        words = {"calibrated": self.calibrated, "tuned": self.tuned}
        return tuple(word for word, so in words.items() if so)


def promote(root: Path, name: str) -> None:
    """Put a generation to use by one atomic rename; whoever serves the old one is not disturbed.

    Raises:
        NoGenerationError: there is none of this name.
        CorruptGenerationError: its files have not the sizes that its manifest says.
        GenerationError: the folder cannot be written.
    """
    with switch_lock(root):
        _promote(root, name)


def rollback(root: Path) -> str:
    """Put the generation before the promoted one to use again; returns its name.

    Raises:
        NoGenerationError: no older one is kept.
        CorruptGenerationError: its files have not the sizes that its manifest says.
        GenerationError: the folder cannot be written.
    """
    with switch_lock(root):
        used = layout.promoted(root)
        older = older_than(root, used)
        if not older:
            raise NoGenerationError(
                f"No generation older than {used} is kept in {root}; nothing was changed."
            )
        _promote(root, older[-1])
        return older[-1]


def older_than(root: Path, name: str) -> list[str]:
    """Generations that a rollback can go to, oldest first: not those that were never in use."""
    return [
        older
        for older in layout.names(root)
        if int(older) < int(name) and not _kept_back(root / older)
    ]


def prune(root: Path, *, keep: int) -> list[str]:
    """Remove all but the `keep` newest generations, never the promoted one; returns their names.

    Of those that were kept back only the newest one of all counts: it may be put to use yet.
    Whoever has a removed one open can go on using it.

    Raises:
        CorruptGenerationError: it cannot be told which one is promoted.
        GenerationError: the folder cannot be written.
    """
    with switch_lock(root):
        used = layout.current(root)
        names = layout.names(root)
        useful = [n for n in names if n in (used, names[-1]) or not _kept_back(root / n)]
        kept = {used, *useful[max(0, len(useful) - keep) :]}
        removed = [name for name in names if name not in kept]
        try:
            for name in removed:
                # Out of sight in one step: a kill leaves no half generation behind.
                gone = (root / name).rename(root / f"{layout.REMOVING}{name}")
                shutil.rmtree(gone, ignore_errors=True)  # The next build sweeps what is left.
        except OSError as fault:
            raise GenerationError(
                f"Old generations in {root} cannot be removed ({fault.strerror}); "
                "check the folder's permissions."
            ) from fault
    return removed


def generations(root: Path) -> list[GenerationSummary]:
    """All generations, oldest first; reads only their manifests."""
    try:
        used = layout.current(root)
    except CorruptGenerationError:
        used = None
    return [_summary(root, name, current=name == used) for name in layout.names(root)]


def _kept_back(folder: Path) -> bool:
    record = GoldenRecord.read(folder)
    return record is not None and record.verdict is Verdict.KEPT_BACK


def _summary(root: Path, name: str, *, current: bool) -> GenerationSummary:
    try:
        manifest = read_checked(root / name, checksums=False)
    except GenerationError as fault:
        return GenerationSummary(name=name, current=current, problem=str(fault))
    return GenerationSummary(
        name=name,
        current=current,
        built_at=manifest.built_at,
        fingerprint=manifest.fingerprint,
        passages=manifest.passages,
        size_bytes=manifest.bytes_on_disk,
        revision=manifest.revision,
        golden=GoldenRecord.read(root / name),
        calibrated=manifest.calibration is not None,
        tuned=manifest.tuning is not None,
    )


def _promote(root: Path, name: str) -> None:
    read_checked(layout.folder(root, name), checksums=False)
    try:
        replace_text(root / layout.CURRENT, name + "\n")
    except OSError as fault:
        raise GenerationError(
            f"{root / layout.CURRENT} cannot be written ({fault.strerror}); check the free "
            "space and the folder's permissions. The generation in use is still the old one."
        ) from fault
    _log.info("promoted generation %s", name)
