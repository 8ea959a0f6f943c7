"""One article of a feed: its page where the feed has only a summary, and what readers said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from hashlib import blake2b

from index.errors import MalformedError, ReadError, RefusedUrlError
from index.feeds.schedule import MAX_PAGE_FAILURES, after_failure, comments_after
from index.feeds.values import EntryState
from index.fetch.documents import documents_of, source_file
from index.fetch.fetcher import Fetcher
from index.fetch.values import Fetched
from index.library.joining import join_comments
from index.model import Comment, Document
from index.readers import Limits
from index.readers.feed import FeedItem, read_comments


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What came of a look at an article."""

    state: EntryState
    document: Document | None = None
    """What is new of it, if anything."""
    faults: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class ArticleFollower:
    """Looks at the articles of one feed, one after the other."""

    fetcher: Fetcher
    limits: Limits
    interval_s: float
    now: float
    pages_left: int
    """How many pages may still be fetched; the others wait for the next look."""

    async def follow(self, item: FeedItem, before: EntryState | None) -> Followed:
        """Fetch what is due of an article."""
        said = _fingerprint(item.document)
        fresh = before is None or before.fingerprint != said
        state = before or EntryState(key=item.document.record)
        if fresh:
            page_due = self.now if item.document.is_summary and item.document.url else None
            state = replace(state, fingerprint=said, page_due=page_due, page_failures=0)
        state, page, page_fault = await self._page(item.document, state)
        state, comments, comments_fault = await self._comments(item.comment_feed, state)
        faults = tuple(fault for fault in (page_fault, comments_fault) if fault)
        if not (fresh or page or comments):
            return Followed(state=state, faults=faults)
        document = page or item.document
        together = join_comments(document.comments, item.document.comments)
        document = replace(
            document,
            record=item.document.record,
            url=state.article_url or document.url,
            comments=join_comments(together, comments),
            newest_only=True,
        )
        if not (document.body or document.comments):
            return Followed(state=state, faults=faults)
        return Followed(state=state, document=document, faults=faults)

    async def _page(
        self, summary: Document, state: EntryState
    ) -> tuple[EntryState, Document | None, str]:
        """The page of an article, if it is due and has more than its summary."""
        if state.page_due is None or state.page_due > self.now or not summary.url:
            return state, None, ""
        if not self.pages_left:
            return state, None, ""
        self.pages_left -= 1
        try:
            fetched = await self.fetcher.get(summary.url)
            page = await asyncio.to_thread(_first_of, fetched, self.limits)
        except ReadError as error:
            failures = state.page_failures + 1
            over = isinstance(error, RefusedUrlError) or failures >= MAX_PAGE_FAILURES
            due = after_failure(self.now, self.interval_s, failures, None)
            state = replace(state, page_due=None if over else due, page_failures=failures)
            return state, None, str(error)
        state = replace(state, page_due=None, page_failures=0, article_url=page.url or summary.url)
        if len(page.text) < len(summary.text):
            # Nothing but a part of the article was found in it.
            page = replace(summary, comments=page.comments)
        return state, page, ""

    async def _comments(
        self, url: str, state: EntryState
    ) -> tuple[EntryState, tuple[Comment, ...], str]:
        """What is new in the feed of comments on an article, if it has one and that is due."""
        if not url:
            return replace(state, comments_due=None), (), ""
        if state.comments_due is not None and state.comments_due > self.now:
            return state, (), ""
        comments: tuple[Comment, ...] = ()
        fault = ""
        try:
            fetched = await self.fetcher.get_if_changed(url, state.comments)
            if fetched is not None:
                file = source_file(fetched, self.limits)
                comments = await asyncio.to_thread(read_comments, file)
                state = replace(state, comments=fetched.validators)
        except ReadError as error:
            fault = str(error)
        quiet = 0 if comments else state.comments_quiet + 1
        due = comments_after(self.now, self.interval_s, quiet)
        return replace(state, comments_due=due, comments_quiet=quiet), comments, fault


def _first_of(fetched: Fetched, limits: Limits) -> Document:
    """The article of a page; in a file of many the first: a feed's entry is one."""
    for document in documents_of(fetched, limits, lambda _: None):
        return document
    raise MalformedError(f"{fetched.url} holds no article.")


def _fingerprint(document: Document) -> str:
    """Of all that a feed says of an article."""
    digest = blake2b(digest_size=16)
    parts = [document.title, document.text, document.url or "", str(document.published)]
    parts += [part for c in document.comments for part in (c.key, c.author or "", c.text)]
    for part in parts:
        digest.update(part.encode("utf-8", "backslashreplace") + b"\0")
    return digest.hexdigest()
