"""Work that may wait lets others go first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NICE = 5
"""How much work that may wait gives way."""


@contextmanager
def low_priority() -> Iterator[None]:
    """Give processor and disk to others first, for this thread and those that it starts.

    The kernel takes the priority for the disk from the same number.
    """
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(before, NICE))
    try:
        yield
    finally:
        with suppress(PermissionError):  # Few may raise it again; then the process ends with it.
            os.setpriority(os.PRIO_PROCESS, 0, before)
