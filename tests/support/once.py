"""What a test run makes once, by whichever of its workers needs it first."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_FOLDER = "TESTS_OF_ONE_RUN"
"""The variable by which workers know the folder that they share."""


def begin() -> Callable[[], None]:
    """Make the folder, unless this process is a worker and has it; returns what clears it."""
    if _FOLDER in os.environ:
        return lambda: None
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="factcontext-tests-")

    def end() -> None:
        shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)

    return end


def kept(name: str) -> Path:
    """A folder that lives as long as the test run, for those who lock it themselves."""
    folder = Path(os.environ[_FOLDER]) / name
    folder.mkdir(exist_ok=True)
    return folder


def once(name: str, make: Callable[[Path], object]) -> Path:
    """What `make` put at the path that it was given; to be read, or copied."""
    made = kept("once") / name
    with made.with_name(f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            unfinished = made.with_name(f"{name}.unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(made)
    return made
