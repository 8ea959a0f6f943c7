"""Updates that were received and are not handled yet: none is lost, whenever the bot is killed.

Telegram gives an update again until a later one is asked for. So the bot asks from the oldest one
that it has not handled: after a crash that comes again, and what was handled is known by number.
Where more waits at Telegram than it gives at once, the bot has to ask for later ones; what that
passes over is kept until it is handled.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot, Update
from telegram._utils.types import JSONDict
from telegram.error import TelegramError

from bot.lateness import Presence
from bot.store.pending import Pending, PendingStore
from bot.store.updates import UpdateStore

_log = logging.getLogger(__name__)
MOST_AT_ONCE = 100
"""What Telegram gives with one call."""
_LATELY = 1_000
"""Numbers that are known without a look into the file."""
_LARGEST = 2**63 - 1
UNREADABLE = (
    ValueError, TypeError, KeyError, AttributeError, RecursionError, TelegramError,
    OverflowError, OSError,
)  # fmt: skip
"""What an update that is none may raise; the last two for a date beyond the calendar."""


def readable(update: Any, bot: Bot | None) -> Update | None:  # noqa: ANN401 - whatever came
    """An update of Telegram's as an object; None where it is none."""
    try:
        read = Update.de_json(update, bot)
    except UNREADABLE:
        return None
    numbered = isinstance(read.update_id, int) and abs(read.update_id) <= _LARGEST
    return read if numbered else None


@dataclass(slots=True, kw_only=True)
class _Open:
    """An update that is not handled yet."""

    received: float
    loose: Pending | None
    """What is lost with the process unless Telegram gives it again; None once it is kept."""


class Inbox:
    """What to ask Telegram for next, and which of what it gives is new."""

    def __init__(
        self,
        store: UpdateStore,
        pending: PendingStore,
        *,
        most_open: int = 10_000,
        hold_s: float = 60.0,
        most_held: int = 80,
        crowded_after_s: float = 1.0,
    ) -> None:
        """Nothing was received yet.

        Args:
            store: remembers what was handled.
            pending: keeps what is not, where Telegram gives it no more.
            most_open: no more is received while so many are not handled.
            hold_s: what takes longer is kept, so that what came after it need not come again and
                again. One call of Telegram's that hangs takes half of that.
            most_held: so many of the hundred that Telegram gives at once may be known already,
                which is written nowhere; where more waits there, what is older is kept.
            crowded_after_s: how long each call brings as much as one can before it is crowded.
        """
        self.presence = Presence()
        """Since when updates are received as they come."""
        self._store = store
        self._pending = pending
        self._most_open = most_open
        self._hold_s = hold_s
        self._most_held = most_held
        self._crowded_after_s = crowded_after_s
        self._came: dict[int, JSONDict] = {}
        self._open: dict[int, _Open] = {}
        self._last: int | None = None
        self._more_waits = False
        self._full_since: float | None = None
        """Since when each call has brought as much as one can, of messages as they are sent."""
        self._lately: OrderedDict[int, None] = OrderedDict()
        self._changed = asyncio.Condition()

    @property
    def full(self) -> bool:
        """Whether so much is open that no more is to be received."""
        return len(self._open) >= self._most_open

    @property
    def offset(self) -> int:
        """What to ask Telegram for; 0 before anything was received."""
        if self._last is None:
            return 0
        held = (number for number, one in self._open.items() if one.loose is not None)
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

    def came(self, update: JSONDict) -> JSONDict:
        """Remember what Telegram gave until `take` brings it as an object.

        Returns:
            what is to be made an object: of a known update its number is enough.
        """
        number = update["update_id"]
        if self.knows(number):
            return {"update_id": number}
        self._came[number] = update
        return update

    async def take(self, updates: Sequence[Update]) -> list[Update]:
        """Note what was received; returns what is neither handled nor open."""
        now = asyncio.get_running_loop().time()
        new: dict[int, Update] = {}
        for update in updates:
            came = self._came.pop(update.update_id, None)
            if not self.knows(update.update_id) and came is not None:
                # At once: by a webhook the same may come twice in one moment.
                loose = _pending(update, came)
                self._open[update.update_id] = _Open(received=now, loose=loose)
                new[update.update_id] = update
        self._last = max(update.update_id for update in updates)
        self._more_waits = len(updates) >= MOST_AT_ONCE
        if not new or not self._more_waits or self.presence.missed_in(updates[-1]):
            self._full_since = None
        elif self._full_since is None:
            self._full_since = now
        try:
            handled = await self._store.handled(new) if new else frozenset()
        except BaseException:
            for number in new:
                del self._open[number]
            raise
        for number in handled:
            del self._open[number], new[number]
        return list(new.values())

    async def give_up_unreadable(self, bot: Bot) -> bool:
        """Take for handled what came and is no update: else it came for ever, and nothing after.

        Returns:
            whether there was any.
        """
        numbers = [number for number, came in self._came.items() if readable(came, bot) is None]
        self._came.clear()
        for number in numbers:
            _log.warning("update %d could not be read", number)
            await self.done(number)
        return bool(numbers)

    async def left(self, bot: Bot) -> list[Update]:
        """What an earlier process kept and did not handle, as if it was just received."""
        updates, now = [], asyncio.get_running_loop().time()
        for one in await self._pending.waiting():
            self._open[one.update_id] = _Open(received=now, loose=None)
            update = readable(one.update, bot)
            if update is None:
                await self.done(one.update_id)
            else:
                updates.append(update)
        return updates

    async def pass_over(self) -> None:
        """Keep what would hold up what comes after it, so that `offset` can pass over it.

        Where that can be written nowhere, Telegram goes on keeping it.
        """
        await self._keep(
            [one for number, one in self._open.items() if self._holds_up(number, one)]
        )

    async def safe(self, update_id: int, *, within_s: float) -> bool:
        """Wait until an update is handled, at most so long, or else is kept; whether it is."""
        async with self._changed:
            try:
                async with asyncio.timeout(within_s):
                    await self._changed.wait_for(lambda: update_id not in self._open)
            except TimeoutError:
                pass
        one = self._open.get(update_id)
        return one is None or await self._keep([one])

    async def done(self, update_id: int) -> None:
        """An update was handled; unknown ones are handled too."""
        try:
            await self._store.note(update_id)
        finally:
            # Where that can be written nowhere, at least this process handles it only once.
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
                await self._changed.wait_for(lambda: not self.full)

    def _holds_up(self, number: int, one: _Open) -> bool:
        if self._more_waits and self._last is not None and number <= self._last - self._most_held:
            return True
        return one.received <= asyncio.get_running_loop().time() - self._hold_s

    async def _keep(self, waiting: Sequence[_Open]) -> bool:
        loose = [(one, one.loose) for one in waiting if one.loose is not None]
        if not loose:
            return True
        try:
            await self._pending.keep([pending for _, pending in loose])
        except sqlite3.Error as error:
            _log.warning("%d updates that wait were not kept: %s", len(loose), error)
            return False
        for one, _ in loose:
            one.loose = None
        return True


def _pending(update: Update, came: JSONDict) -> Pending:
    chat, person = update.effective_chat, update.effective_user
    return Pending(
        update_id=update.update_id,
        chat_id=chat.id if chat else person.id if person else 0,
        update=came,
    )
