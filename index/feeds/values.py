"""What is remembered of the feeds that are followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.fetch.values import NEVER_SEEN, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed; times are seconds since 1970."""

    url: str
    title: str = ""
    validators: Validators = NEVER_SEEN
    due: float = 0.0
    """When it is to be looked at again."""
    checked: float | None = None
    """When it was last looked at."""
    failures: int = 0
    """How many looks in a row failed."""
    error: str = ""
    """Why the last one did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryState:
    """What is known of one article of a feed, while it stands there."""

    key: str
    fingerprint: str = ""
    """Of what the feed said of it."""
    article_url: str = ""
    """Where its page is, once that was fetched."""
    page_due: float | None = None
    """When its page is to be fetched; None: not again."""
    page_failures: int = 0
    comments: Validators = NEVER_SEEN
    comments_due: float | None = None
    """When its feed of comments is to be looked at; None: it has none, or never was."""
    comments_quiet: int = 0
    """How many looks in a row brought nothing new."""

    def is_due(self, now: float) -> bool:
        """Whether something of it is to be fetched again."""
        return any(due is not None and due <= now for due in (self.page_due, self.comments_due))


class FeedStore(Protocol):
    """Where the state of feeds lies."""

    async def feeds(self) -> Sequence[Feed]:
        """All feeds, in the order in which they were added."""
        ...

    async def entries(self, url: str) -> Mapping[str, EntryState]:
        """What is known of the articles of a feed, by their keys."""
        ...

    async def save(self, feed: Feed, entries: Sequence[EntryState] | None) -> None:
        """Note what came of a look; a feed that was removed meanwhile stays removed.

        Args:
            feed: as it is now.
            entries: of the articles that stand in it, or None: as before.
        """
        ...
