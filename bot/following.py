"""Following feeds while the bot serves: looks on a schedule, and a rebuild if it is wanted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.jobs import own_command

if TYPE_CHECKING:
    from index.feeds.polling import FeedPoller, Polled

_log = logging.getLogger(__name__)

Rebuild = Callable[[], Awaitable[None]]
"""Makes what is new findable."""


async def keep_following(
    poller: FeedPoller, *, check_interval_s: float, rebuild: Rebuild | None
) -> None:
    """Look at feeds whose time has come until cancelled; a fault is logged, and it goes on.

    Args:
        poller: looks at them; where none is followed, nothing happens.
        check_interval_s: seconds between two looks for feeds that are due.
        rebuild: started when there is something new; without it the log says that one is due.
    """
    while True:
        try:
            polled = await poller.poll_due()
            _note(polled)
            if any(each.news for each in polled):
                if rebuild is None:
                    _log.warning('no answer shows them yet: run "factcontext rebuild"')
                else:
                    await rebuild()
        except Exception:
            # Nobody awaits this task before the end: an error that left it would go unseen.
            _log.exception("following feeds failed; it goes on")
        await asyncio.sleep(check_interval_s)


def _note(polled: Sequence[Polled]) -> None:
    """Counts and not addresses: some hold a key that is meant for one reader."""
    if polled:
        failed = sum(bool(each.fault) for each in polled)
        news = sum(each.news for each in polled)
        _log.info(
            "looked at %d feeds: %d documents are new or changed, %d feeds could not be read",
            len(polled), news, failed,
        )  # fmt: skip


async def rebuild_beside(settings: Settings) -> None:
    """Run `factcontext rebuild`, which lets all others go first, as a process of its own.

    Cancelled, it ends the process; a rebuild goes on later where it stopped.
    """
    command, environment = own_command(settings, "rebuild", "--quiet")
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, env=environment
    )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if code:
        _log.error('"factcontext rebuild" ended with exit code %d; the next news try again', code)
