"""The part of the composition root that is about the web and the feeds that are followed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.store.database import Database
from bot.store.feeds import FeedTable
from bot.version import installed_version
from index.library import Library

if TYPE_CHECKING:
    from index.feeds.polling import FeedPoller
    from index.fetch.fetcher import Fetcher

_CHECK_INTERVAL_S = 30.0


def open_fetcher(settings: Settings) -> Fetcher:
    """What gets addresses of the web; made inside a running event loop, closed by the caller."""
    from index.fetch.fetcher import Fetcher, FetchLimits

    contact = f" (+{settings.fetch_contact})" if settings.fetch_contact else ""
    return Fetcher(
        user_agent=f"factcontext/{installed_version() or 'unreleased'}{contact}",
        limits=FetchLimits(
            max_bytes=settings.fetch_max_mib * 1024**2,
            timeout_s=settings.fetch_timeout_s,
            pause_s=settings.fetch_pause_s,
        ),
    )


@asynccontextmanager
async def feed_poller(
    settings: Settings, database: Database, library: Library
) -> AsyncIterator[FeedPoller]:
    """What looks at the feeds that are followed."""
    from index.feeds.polling import FeedPoller, PollOptions
    from index.readers import Limits

    async with open_fetcher(settings) as fetcher:
        yield FeedPoller(
            fetcher=fetcher,
            store=FeedTable(database),
            library=library,
            limits=Limits(),
            options=PollOptions(
                interval_s=settings.feed_interval_min * 60,
                at_once=settings.feeds_at_once,
                pages_per_look=settings.feed_pages_per_look,
            ),
        )


@asynccontextmanager
async def following(
    settings: Settings, database: Database, library: Library
) -> AsyncIterator[None]:
    """Feeds are followed until the block ends."""
    from bot.following import keep_following, rebuild_beside

    async with feed_poller(settings, database, library) as poller:
        task = asyncio.create_task(
            keep_following(
                poller,
                check_interval_s=_CHECK_INTERVAL_S,
                rebuild=partial(rebuild_beside, settings) if settings.feed_rebuild else None,
            )
        )
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
