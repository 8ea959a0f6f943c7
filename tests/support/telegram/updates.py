"""The queue of updates and who may read it: offsets, long polling, conflicts, allowed kinds."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import islice
from typing import Any

from support.telegram.errors import ApiError, conflict
from support.telegram.validate import check_update

MAX_LIMIT = 100
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


class UpdateQueue:
    """Updates wait here until a higher offset confirms them."""

    def __init__(self, first_id: int = 700_000_001) -> None:
        self._next_id = first_id
        self._waiting: deque[dict[str, Any]] = deque()
        self._poller: asyncio.Future[None] | None = None
        self.allowed: frozenset[str] = frozenset()
        """Kinds that the bot asked for; empty for Telegram's default set."""
        self.pushed = 0
        self.to_bring = asyncio.Event()
        """Something may have come for a webhook, or a webhook for something."""

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue one update; None if the bot does not want its kind.

        Raises:
            NotInTheApiError: the payload is not what Telegram would send.
        """
        update = {"update_id": self._next_id, kind: payload}
        check_update(update)
        wanted = kind in self.allowed if self.allowed else kind not in _ON_REQUEST
        if not wanted:
            return None
        self._next_id += 1
        self.pushed += 1
        self._add(update)
        return int(update["update_id"])

    def push_again(self, update: dict[str, Any]) -> None:
        """Deliver an update a second time under its old id, as a crash of the service does."""
        self._add(update)

    def drop(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def interrupt(self, error: ApiError) -> None:
        """End the long poll that waits, if there is one."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(error)

    def oldest(self) -> dict[str, Any] | None:
        """What a webhook gets next."""
        return self._waiting[0] if self._waiting else None

    def taken(self) -> None:
        """The webhook accepted the oldest one."""
        self._waiting.popleft()

    async def read(self, offset: int, limit: int, timeout_s: float) -> list[dict[str, Any]]:
        """What getUpdates returns; a newer reader ends an older one.

        Raises:
            ApiError: 409, somebody else began to read.
        """
        self.interrupt(
            conflict(
                "terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
        )
        self._confirm(offset)
        if not self._waiting and timeout_s > 0:
            await self._wait(timeout_s)
        return list(islice(self._waiting, max(1, min(limit, MAX_LIMIT))))

    def _add(self, update: dict[str, Any]) -> None:
        self._waiting.append(update)
        self.to_bring.set()
        if self._poller and not self._poller.done():
            self._poller.set_result(None)

    async def _wait(self, timeout_s: float) -> None:
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poller, timeout_s)
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
            return
        while self._waiting and self._waiting[0]["update_id"] < offset:
            self._waiting.popleft()
