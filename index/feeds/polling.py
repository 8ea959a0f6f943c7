"""A look at feeds: what is new in each goes into the library, and when to look again is noted."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.errors import FetchError, LibraryError, ReadError
from index.feeds.articles import ArticleFollower, Followed
from index.feeds.schedule import after_failure, after_success
from index.feeds.values import EntryState, Feed, FeedStore
from index.fetch.documents import source_file
from index.fetch.fetcher import Fetcher
from index.fetch.values import NEVER_SEEN
from index.library import Change, Library
from index.model import Document
from index.readers import Limits
from index.readers.feed import FeedItem, read_items

_log = logging.getLogger(__name__)

MAX_ARTICLES = 500
"""Articles of one feed that are followed, the first that it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOptions:
    """How feeds are followed."""

    interval_s: float = 1_800.0
    """Between two looks at one feed that can be read."""
    at_once: int = 4
    """Feeds that are looked at at the same time."""
    pages_per_look: int = 20
    """Pages of articles that are fetched in one look at a feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What came of a look at one feed."""

    feed: Feed
    changes: dict[Change, int] = field(default_factory=dict)
    """How many documents were added, changed, left alone or already stored elsewhere."""
    faults: tuple[str, ...] = ()
    """What could not be fetched of its articles; what the feed itself says is stored."""
    fault: str = ""
    """Why nothing of it was stored."""

    @property
    def news(self) -> int:
        """Documents that a rebuild would make findable."""
        return self.changes.get(Change.ADDED, 0) + self.changes.get(Change.CHANGED, 0)


class FeedPoller:
    """Looks at feeds, some at a time; each host is asked one thing at a time by the fetcher."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        store: FeedStore,
        library: Library,
        limits: Limits,
        options: PollOptions,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the parts, all closed by the caller; `now` gives seconds since 1970."""
        self._fetcher = fetcher
        self._store = store
        self._library = library
        self._limits = limits
        self._options = options
        self._now = now

    async def poll_due(self) -> list[Polled]:
        """Look at the feeds whose time has come."""
        now = self._now()
        return await self.poll(feed for feed in await self._store.feeds() if feed.due <= now)

    async def poll(self, feeds: Iterable[Feed]) -> list[Polled]:
        """Look at some feeds now, whether it is their time or not."""
        places = asyncio.Semaphore(self._options.at_once)

        async def one(feed: Feed) -> Polled:
            async with places:
                return await self._poll(feed)

        return list(await asyncio.gather(*(one(feed) for feed in feeds)))

    async def _poll(self, feed: Feed) -> Polled:
        now = self._now()
        try:
            polled, entries = await self._look(feed, now)
        except (ReadError, LibraryError) as error:
            return await self._failed(feed, now, error, str(error))
        except Exception as error:
            # What a library does with what a stranger wrote must hold no other feed back. Its
            # words stay out of the log: they may be the stranger's.
            kind = type(error).__name__
            _log.error("a feed could not be read: %s", kind)
            said = f"{feed.url} could not be read ({kind}): this is a fault of factcontext."
            return await self._failed(feed, now, error, said)
        await self._store.save(polled.feed, entries)
        return polled

    async def _failed(self, feed: Feed, now: float, error: Exception, said: str) -> Polled:
        failures = feed.failures + 1
        retry_after_s = error.retry_after_s if isinstance(error, FetchError) else None
        due = after_failure(now, self._options.interval_s, failures, retry_after_s)
        failed = replace(feed, checked=now, due=due, failures=failures, error=said)
        await self._store.save(failed, None)
        return Polled(feed=failed, fault=said)

    async def _look(self, feed: Feed, now: float) -> tuple[Polled, list[EntryState] | None]:
        before = await self._store.entries(feed.url)
        # What is due of its articles is found by what the feed says of them.
        waiting = any(entry.is_due(now) for entry in before.values())
        known = NEVER_SEEN if waiting else feed.validators
        fetched = await self._fetcher.get_if_changed(feed.url, known)
        due = after_success(now, self._options.interval_s)
        feed = replace(feed, checked=now, due=due, failures=0, error="")
        if fetched is None:
            return Polled(feed=feed), None
        file = source_file(fetched, self._limits)
        title, items = await asyncio.to_thread(read_items, file)
        feed = replace(feed, title=title or feed.title, validators=fetched.validators)
        followed = await self._follow(items[:MAX_ARTICLES], before, now)
        documents = [each.document for each in followed if each.document is not None]
        polled = Polled(
            feed=feed,
            changes=await asyncio.to_thread(self._store_all, feed.url, documents),
            faults=tuple(fault for each in followed for fault in each.faults),
        )
        return polled, [each.state for each in followed]

    async def _follow(
        self, items: Sequence[FeedItem], before: Mapping[str, EntryState], now: float
    ) -> list[Followed]:
        follower = ArticleFollower(
            fetcher=self._fetcher,
            limits=self._limits,
            interval_s=self._options.interval_s,
            now=now,
            pages_left=self._options.pages_per_look,
        )
        by_key: dict[str, FeedItem] = {}
        for item in items:
            by_key.setdefault(item.document.record, item)
        return [await follower.follow(item, before.get(key)) for key, item in by_key.items()]

    def _store_all(self, url: str, documents: Sequence[Document]) -> dict[Change, int]:
        changes: Counter[Change] = Counter()
        if documents:
            with self._library.loading(url) as loading:
                for document in documents:
                    changes[loading.upsert(document).change] += 1
        return dict(changes)
