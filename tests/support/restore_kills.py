"""Kills a restore at each of its steps on the disk, and looks what the next command finds.

Run as a program: `python -m support.restore_kills BACKUP DATA FOLDER EVERY`. It prints what the
data folder holds after each kill, as `old` or `new`, and exits with 1 at anything between.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from bot.backup.archive import Archive
from bot.backup.entering import entered
from bot.backup.restoring import restore
from bot.data_folder import alone

_STEPS = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree"}


def state(data: Path) -> str:
    """Which of the two data folders it is; anything else is neither."""
    with entered(data):
        with closing(sqlite3.connect(data / "library.sqlite3")) as library:
            (documents,) = library.execute("SELECT count(*) FROM documents").fetchone()
        with closing(sqlite3.connect(data / "bot.sqlite3")) as store:
            (mark,) = store.execute("SELECT mark FROM marked").fetchone()
        current = (data / "generations" / "CURRENT").read_text().strip()
        whole = (data / "generations" / current / "manifest.json").is_file()
        left = [path.name for path in data.iterdir() if path.name.startswith(".")]
        found = (documents, mark, current, whole, left)
    known = {"old": (5, "old", "0002", True, []), "new": (4, "new", "0001", True, [])}
    return next((name for name, facts in known.items() if facts == found), f"neither: {found}")


def restored_until(step: int, backup: Path, data: Path) -> bool:
    """Restore in a process that is killed at its `step`-th step; False if it got to the end."""
    pid = os.fork()
    if pid == 0:
        taken = 0

        def watch(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal taken
            if event in _STEPS and str(data) in str(arguments[0]):
                taken += 1
                if taken > step:
                    os.kill(os.getpid(), signal.SIGKILL)

        with Archive(backup) as archive, alone(data):
            sys.addaudithook(watch)
            restore(archive, data)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def main(backup: Path, template: Path, folder: Path, every: int) -> int:
    """Kill at each `every`-th step; returns the exit code."""
    data, step, killed = folder / "data", 0, True
    while killed:
        shutil.copytree(template, data)
        killed = restored_until(step, backup, data)
        found = state(data)
        sys.stdout.write(f"{found}\n")
        if found.startswith("neither"):
            return 1
        shutil.rmtree(data)
        step += every
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:4]), int(sys.argv[4])))
