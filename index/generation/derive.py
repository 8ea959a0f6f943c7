"""A generation with the same index as another one, and something else learned."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from index.generation import layout
from index.generation.learned import Learned
from index.generation.locks import build_lock
from index.generation.opening import read_checked
from index.generation.sealing import program, seal, unfinished

_log = logging.getLogger(__name__)


def derive(
    root: Path,
    name: str,
    learned: Learned,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> str:
    """Make a generation that answers from another one's index by what was learned.

    Its files are the other one's, by hard links, so it costs a moment and no space; where links
    cannot be made they are copied. It is not promoted. Going back is `rollback`, as ever.

    Args:
        root: the folder of generations.
        name: whose index it is.
        learned: all that the new generation knows beside it.
        clock: when it is now, with its time zone.

    Returns:
        The name of the new generation.

    Raises:
        BuildLockedError: a rebuild is running.
        NoGenerationError: there is no generation of this name.
        CorruptGenerationError: its files do not match its manifest.
        GenerationError: the disk cannot be written.
    """
    with build_lock(root, clock()):
        layout.sweep(root)
        origin = layout.folder(root, name)
        manifest = read_checked(origin, checksums=True)
        with unfinished(root) as new:
            for file in manifest.files:
                if file != layout.QUERY_MAP:
                    _link(origin / file, new.folder / file)
            learned.write(new.folder)
            made = replace(
                manifest,
                name=new.name,
                files={},
                built_at=clock().astimezone(UTC),
                program=program(),
                calibration=learned.calibration,
                tuning=learned.tuning,
            )
            seal(new.folder, made)
    _log.info("derived generation %s from %s", new.name, name)
    return new.name


def _link(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(origin, target)
    except OSError:  # Another file system below, or one without links.
        shutil.copyfile(origin, target)
