"""Fetching for commands that have nothing else to do meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.console import waiting

if TYPE_CHECKING:
    from index.fetch.fetcher import Fetcher
    from index.fetch.values import Fetched


def is_address(text: str) -> bool:
    """Whether an argument names something on the web rather than a file."""
    return text.lower().startswith(("http://", "https://"))


@contextmanager
def fetching(settings: Settings) -> Iterator[Callable[[str], Fetched]]:
    """What gets one address after the other, until the block ends."""
    from bot import wiring_feeds

    async def opened() -> Fetcher:
        return wiring_feeds.open_fetcher(settings)

    with asyncio.Runner() as runner:
        fetcher = runner.run(opened())

        def fetch(url: str) -> Fetched:
            with waiting(f"Fetching {url}"):
                return runner.run(fetcher.get(url))

        try:
            yield fetch
        finally:
            runner.run(fetcher.aclose())
