"""Using a data folder: what a killed restore left in it is dealt with first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.backup.manifest import RESTORE_READY, RESTORE_UNPACKING
from bot.data_folder import alone, in_use


@contextmanager
def entered(folder: Path) -> Iterator[None]:
    """Use the folder together with others, for as long as the block lasts.

    Raises:
        CommandError: a restore is under way in it.
        BackupError: one that was killed cannot be finished.
    """
    while True:
        with in_use(folder):
            if not any((folder / name).exists() for name in (RESTORE_UNPACKING, RESTORE_READY)):
                yield
                return
        from bot.backup.restoring import finish

        with alone(folder):
            finish(folder)
