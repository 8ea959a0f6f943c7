"""Feeds that are followed on a loopback site, at times that the test sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from support.site import Site

from bot.store.feeds import FeedTable
from index.feeds.polling import FeedPoller, Polled, PollOptions
from index.feeds.values import EntryState, Feed
from index.fetch.fetcher import Fetcher
from index.library import Library
from index.model import Document
from index.readers import Limits

INTERVAL_S = 600.0
FULL = (
    "The harbour bridge will close to all traffic for four nights from Monday so that the worn "
    "bearings can be replaced, the city council said. Buses will be diverted over the old lock, "
    "and their new timetable was published on Thursday by the port authority at the quay."
)


def entry(number: int, text: str = "It will close.", *, more: str = "") -> str:
    return (
        f"<item><title>Bridge {number}</title><link>{{site}}/bridge/{number}</link>"
        f"<guid>g{number}</guid><description>{escape(text)}</description>{more}</item>"
    )


def whole(number: int, text: str = FULL) -> str:
    return entry(number, more=f"<content:encoded>{escape(f'<p>{text}</p>')}</content:encoded>")


def comment(number: int, who: str, text: str) -> str:
    return (
        f"<item><guid>c{number}</guid><dc:creator>{who}</dc:creator>"
        f"<link>{{site}}/bridge/1#comment-{number}</link><description>{text}</description></item>"
    )


WITH_COMMENTS = "<wfw:commentRss>{site}/bridge/1/comments</wfw:commentRss>"


@dataclass
class Following:
    """Everything that following a feed takes."""

    site: Site
    fetcher: Fetcher
    library: Library
    table: FeedTable
    now: float = 1_000_000.0
    options: PollOptions = field(default_factory=lambda: PollOptions(interval_s=INTERVAL_S))

    @property
    def url(self) -> str:
        return self.site.url("/feed")

    def lay(self, *items: str, path: str = "/feed", etag: str = "") -> None:
        text = (
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Post</title>'
            f"{''.join(items)}</channel></rss>"
        ).replace("{site}", self.site.url(""))
        self.site.put(path, text, "application/rss+xml", **({"ETag": etag} if etag else {}))

    def page(self, number: int, text: str = FULL, **headers: str) -> None:
        body = f"<!DOCTYPE html><title>Bridge {number}</title><article><p>{text}</p></article>"
        self.site.put(f"/bridge/{number}", body, **headers)

    @property
    def poller(self) -> FeedPoller:
        return FeedPoller(
            fetcher=self.fetcher,
            store=self.table,
            library=self.library,
            limits=Limits(),
            options=self.options,
            now=lambda: self.now,
        )

    async def follow(self) -> Polled:
        await self.table.add(Feed(url=self.url))
        return await self.look(later_s=0)

    async def look(self, *, later_s: float = INTERVAL_S) -> Polled:
        """What comes of a look at the feed, after a while."""
        self.now += later_s
        (polled,) = await self.poller.poll(await self.table.feeds())
        return polled

    async def feed(self) -> Feed:
        (feed,) = await self.table.feeds()
        return feed

    async def entry(self, key: str = "g1") -> EntryState:
        return (await self.table.entries(self.url))[key]

    def stored(self) -> list[Document]:
        found = [self.library.document(row.document_id) for row in self.library.documents()]
        return [document for document in found if document is not None]
