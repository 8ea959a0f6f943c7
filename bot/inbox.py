"""Updates that were received and are not handled yet: Telegram hears of none too early.

Telegram gives an update again until a later one is asked for. So the bot asks from the oldest one
that it has not handled: after a crash that comes again, and what was handled is known by number.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from telegram import Update

from bot.lateness import Presence
from bot.store.updates import UpdateStore

MOST_AT_ONCE = 100
"""What Telegram gives with one call."""
_LATELY = 1_000
"""Numbers that are known without a look into the file."""


class Inbox:
    """What to ask Telegram for next, and which of what it gives is new."""

    def __init__(
        self,
        store: UpdateStore,
        *,
        most_open: int = 10_000,
        hold_s: float = 60.0,
        most_held: int = 80,
        crowded_after_s: float = 1.0,
    ) -> None:
        """Nothing was received yet.

        Args:
            store: remembers what was handled.
            most_open: no more is received while so many are not handled.
            hold_s: what takes longer is confirmed before it is handled, and lost if the bot is
                killed then; but what is kept of its answer is sent after a restart all the same.
                One call of Telegram's that hangs takes half of that.
            most_held: so many of the hundred that Telegram gives at once may be known already.
            crowded_after_s: how long each call brings as much as one can before it is crowded.
        """
        self.presence = Presence()
        """Since when updates are received as they come."""
        self._store = store
        self._most_open = most_open
        self._hold_s = hold_s
        self._most_held = most_held
        self._crowded_after_s = crowded_after_s
        self._open: dict[int, float] = {}
        self._last: int | None = None
        self._full_since: float | None = None
        """Since when each call has brought as much as one can, of messages as they are sent."""
        self._lately: OrderedDict[int, None] = OrderedDict()
        self._changed = asyncio.Condition()

    def __len__(self) -> int:
        """Updates that are not handled yet."""
        return len(self._open)

    @property
    def offset(self) -> int:
        """What to ask Telegram for; 0 before anything was received."""
        if self._last is None:
            return 0
        since = asyncio.get_running_loop().time() - self._hold_s
        held = [
            number
            for number, received in self._open.items()
            if received > since and number > self._last - self._most_held
        ]
        return min(held, default=self._last + 1)

    @property
    def crowded(self) -> bool:
        """Whether for some time more has come than can be taken in."""
        if self._full_since is None:
            return False
        return asyncio.get_running_loop().time() - self._full_since >= self._crowded_after_s

    def knows(self, update_id: int) -> bool:
        """Whether an update is open or was handled lately."""
        return update_id in self._open or update_id in self._lately

    async def take(self, updates: Sequence[Update]) -> list[Update]:
        """Note what was received; returns what is neither handled nor open."""
        new = [update for update in updates if not self.knows(update.update_id)]
        if not new:
            self._full_since = None
            self._last = max([self._last or 0, *(update.update_id for update in updates)])
            return []
        handled = await self._store.handled([update.update_id for update in new])
        fresh = [update for update in new if update.update_id not in handled]
        now = asyncio.get_running_loop().time()
        if len(updates) < MOST_AT_ONCE or self.presence.missed_in(updates[-1]):
            self._full_since = None
        elif self._full_since is None:
            self._full_since = now
        self._open.update((update.update_id, now) for update in fresh)
        self._last = max(update.update_id for update in updates)
        return fresh

    async def done(self, update_id: int) -> None:
        """An update was handled; unknown ones are handled too."""
        await self._store.note(update_id)
        self._open.pop(update_id, None)
        self._lately[update_id] = None
        while len(self._lately) > _LATELY:
            self._lately.popitem(last=False)
        async with self._changed:
            self._changed.notify_all()

    async def settle(self, within_s: float) -> None:
        """Wait until all are handled, at most so long; longer while there is no room."""
        async with self._changed:
            try:
                async with asyncio.timeout(within_s):
                    await self._changed.wait_for(lambda: not self._open)
            except TimeoutError:
                await self._changed.wait_for(lambda: len(self._open) < self._most_open)
