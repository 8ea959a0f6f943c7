"""Removing folders that an engine's own thread may still be writing in."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

_TRIES, _PAUSE_S = 50, 0.02


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it, if need be by trying again for about a second.

    tantivy looks after its folder on threads of its own: a lock file may appear in it while it is
    emptied. What cannot be removed stays.
    """
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE_S)
