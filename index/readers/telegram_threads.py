"""Which message of a group belongs to which post, and what stands for itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from index.errors import TooLargeError
from index.readers.exported import Budget
from index.readers.telegram_messages import Message

MAX_MESSAGES = 3_000_000
"""Of one group; they are held in memory until every reply has found its thread."""

_SAME_POST_S = 3_600
_EDITED_POST_S = 2


@dataclass(slots=True, kw_only=True)
class Post:
    """What was published at once: one message, or an album of several."""

    messages: list[Message]
    answers: list[Message] = field(default_factory=list)
    """All messages of its thread but itself, in order."""

    @property
    def first(self) -> Message:
        """The message whose number stands for the post."""
        return self.messages[0]

    @property
    def text(self) -> str:
        """The text of all its messages."""
        return "\n\n".join(message.text for message in self.messages if message.paragraphs)


def posts(messages: Iterable[Message]) -> Iterator[Post]:
    """Messages as posts: pictures that one channel sent in one second are an album."""
    album: Post | None = None
    for message in messages:
        if album is not None and _continues(album, message):
            album.messages.append(message)
            continue
        if album is not None:
            yield album
        album = Post(messages=[message])
    if album is not None:
        yield album


def _continues(album: Post, message: Message) -> bool:
    last = album.messages[-1]
    return (
        message.media
        and last.media
        and message.second == last.second
        and message.number == last.number + 1
        and (message.author, message.by_channel) == (last.author, last.by_channel)
        and not (message.paragraphs and any(each.paragraphs for each in album.messages))
    )


def threads(messages: Iterable[Message], where: str) -> list[Post]:
    """The posts that answer nothing in the export, each with all that answer it, in order.

    Args:
        messages: of one group.
        where: the file: how a fault begins.

    Raises:
        TooLargeError: there are more messages than can be held.
    """
    found = list(posts(_counted(messages, Budget(where=where), where)))
    answers: dict[int, int | None] = {}
    for post in found:
        first = post.first
        answers |= {other.number: first.number for other in post.messages[1:]}
        answers[first.number] = first.answers
    tops = _tops(answers)
    roots = {
        post.first.number: post for post in found if tops[post.first.number] == post.first.number
    }
    for post in found:
        top = tops[post.first.number]
        if top != post.first.number:
            roots[top].answers.extend(post.messages)
    return list(roots.values())


def _tops(answers: Mapping[int, int | None]) -> dict[int, int]:
    """For each message the first of its thread; of a circle, the one where it was met."""
    tops: dict[int, int] = {}
    for number in answers:
        chain, at = [], number
        while at not in tops:
            tops[at] = at
            chain.append(at)
            above = answers[at]
            if above is not None and above in answers:
                at = above
        top = tops[at]
        tops |= dict.fromkeys(chain, top)
    return tops


def matched(copies: Sequence[Post], originals: Sequence[Post]) -> dict[int, Post]:
    """Which copy in a group is of which post of its channel.

    Telegram Desktop does not say it: a copy has the text of its post and comes within seconds.
    Of equal posts the nearest in time is taken; a copy that differs must come at once.

    Returns:
        Number of the original's first message -> the copy; each copy once.
    """
    by_text: dict[str, list[Post]] = defaultdict(list)
    by_second: dict[int, list[Post]] = defaultdict(list)
    for copy in copies:
        by_text[copy.text].append(copy)
        by_second[copy.first.second].append(copy)
    found: dict[int, Post] = {}
    taken: set[int] = set()
    for same_text in (True, False):
        for post in originals:
            if post.first.number in found:
                continue
            near = by_text[post.text] if same_text else _at_once(by_second, post)
            most = _SAME_POST_S if same_text else _EDITED_POST_S
            nearest = _nearest(post, near, taken, most)
            if nearest is not None:
                found[post.first.number] = nearest
                taken.add(nearest.first.number)
    return found


def _at_once(by_second: Mapping[int, list[Post]], post: Post) -> list[Post]:
    seconds = range(post.first.second, post.first.second + _EDITED_POST_S + 1)
    return [copy for second in seconds for copy in by_second.get(second, ())]


def _nearest(post: Post, near: Sequence[Post], taken: set[int], most_s: int) -> Post | None:
    free = [
        (abs(copy.first.second - post.first.second), copy.first.number, copy)
        for copy in near
        if copy.first.number not in taken
    ]
    distance, _, copy = min(free, default=(most_s + 1, 0, None), key=lambda each: each[:2])
    return copy if distance <= most_s else None


def _counted(messages: Iterable[Message], budget: Budget, where: str) -> Iterator[Message]:
    for count, message in enumerate(messages, start=1):
        if count > MAX_MESSAGES:
            raise TooLargeError(
                f"{where} has more than {MAX_MESSAGES:,} messages; export it in parts by date."
            )
        budget.spend(message.paragraphs)
        yield message
