"""Channel posts of the last day, kept in memory only, so that better context can follow."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Chat

from bot.chats.asking import Question

_DAY_S = 86_400
_REMEMBERED = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """The copy of a channel's post in its discussion group."""

    chat: Chat
    """The discussion group."""
    question: Question
    channel_id: int
    post_id: int
    """The post's number in its channel."""
    seen: float = 0.0
    """Seconds of the clock."""


class Posts:
    """What was posted lately, at most 2,000 posts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._posts: OrderedDict[tuple[int, int], Post] = OrderedDict()

    def remember(self, post: Post) -> None:
        """Keep a post, or its new wording."""
        key = (post.channel_id, post.post_id)
        self._posts[key] = post
        self._posts.move_to_end(key)
        while len(self._posts) > _REMEMBERED:
            self._posts.popitem(last=False)

    def copy_of(self, channel_id: int, post_id: int) -> Post | None:
        """The copy of a post."""
        return self._posts.get((channel_id, post_id))

    def recent(self) -> list[Post]:
        """Posts of the last day, oldest first; older ones are forgotten."""
        since = self._clock() - _DAY_S
        self._posts = OrderedDict((k, p) for k, p in self._posts.items() if p.seen > since)
        return list(self._posts.values())

    def now(self) -> float:
        """When a post that comes now is seen."""
        return self._clock()
