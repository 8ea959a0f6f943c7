"""The generation that answers now, replaced under running searches without mixing two in one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from index.errors import NoGenerationError
from index.generation import Generation


@dataclass(slots=True)
class _Lent:
    generation: Generation
    users: int = 0
    retired: bool = False


class LiveGeneration:
    """Lends the newest generation to searches; a replaced one is closed after its last search.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lent: _Lent | None = None

    @property
    def name(self) -> str | None:
        """Name of the generation that a search would get now."""
        with self._lock:
            return self._lent.generation.name if self._lent else None

    @property
    def built_at(self) -> datetime | None:
        """When that generation was built."""
        with self._lock:
            return self._lent.generation.manifest.built_at if self._lent else None

    @contextmanager
    def lease(self) -> Iterator[Generation]:
        """Lend the newest generation for one search; it stays open until the search is done.

        Raises:
            NoGenerationError: none has been opened.
        """
        with self._lock:
            lent = self._lent
            if lent is None:
                raise NoGenerationError
            lent.users += 1
        try:
            yield lent.generation
        finally:
            with self._lock:
                lent.users -= 1
                finished = lent.retired and lent.users == 0
            if finished:
                lent.generation.close()

    def replace(self, generation: Generation | None) -> None:
        """Lend `generation` from now on; searches under way finish on the one they have."""
        with self._lock:
            old, self._lent = self._lent, _Lent(generation) if generation else None
            if old is None:
                return
            old.retired = True
            finished = old.users == 0
        if finished:
            old.generation.close()
