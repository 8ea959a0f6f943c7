"""What was asked, what has to come of it, and what did."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from support.telegram.chats import Chat, Happening
from support.telegram.messages import Message
from support.telegram.world import World


class Outcome(StrEnum):
    """What came of something that a person did."""

    RIGHT = "right"
    LOST = "lost"
    TWICE = "twice"
    UNASKED = "unasked"
    """Something came where nothing should have."""
    EXCUSED = "excused"
    """The search was too busy, and the person was told so."""
    OTHER_WORDS = "other words"
    """It shows something else than it should."""
    OTHER_TOPIC = "other topic"
    UNKNOWN_FATE = "unknown fate"
    """Not right, but the bot could not know: Telegram's reply to its call was lost on the way,
    or the kill fell into the call."""


@dataclass(slots=True, kw_only=True)
class Deed:
    """Something that a person did, after which one message has to stand, or none."""

    kind: str
    at: float
    """Seconds of a monotonic clock."""
    messages: tuple[Message, ...]
    """A reply to any of these is the answer."""
    shows: str | None
    """Words that the answer has to show; None where there has to be none."""
    depends_on: Deed | None = None
    """What came of that decides what has to come of this."""


@dataclass(slots=True, kw_only=True)
class Prompt:
    """A press or a query: Telegram gives the bot a call to answer it by."""

    kind: str
    at: float
    reply: str = "too late"
    """`answered`, `excused` or `wrong`; Telegram's apps wait for it some seconds only."""


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Everything that people did."""

    deeds: list[Deed] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    said: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How many messages that reply to nothing have to begin in some way, by chat."""
    before: dict[int, int] = field(default_factory=dict)
    """How much the bot had done in each chat when it began."""

    def begin(self, world: World) -> None:
        """What the bot has done until now is not judged."""
        self.before = {chat.id: len(chat.seen) for chat in world.chats.values()}

    def written(self, chat: Chat) -> list[Message]:
        """What the bot wrote into a chat since then, each message once, as it first read."""
        seen = chat.seen[self.before.get(chat.id, 0) :]
        return [one.message for one in seen if one.what is Happening.NEW]


def standing(deed: Deed) -> list[Message]:
    """The bot's messages that reply to what a person wrote, as they stand now."""
    first = deed.messages[0]
    ids = {message.id for message in deed.messages}
    return [m for m in first.chat.from_bot if m.reply_to is not None and m.reply_to.id in ids]


def outcome(deed: Deed, unheard: set[tuple[int, int]]) -> Outcome:
    """Compare what stands with what should."""
    found = _outcome(deed, standing(deed))
    chat_id = deed.messages[0].chat.id
    if found is not Outcome.RIGHT and deed.depends_on is not None:
        before = outcome(deed.depends_on, unheard)
        if before is not Outcome.RIGHT:
            return before
    messages = deed.messages + (deed.depends_on.messages if deed.depends_on else ())
    doubtful = any((chat_id, message.id) in unheard for message in messages)
    return Outcome.UNKNOWN_FATE if doubtful and found is not Outcome.RIGHT else found


_EXCUSES = ("This took too long.", "Too many questions at once right now.")


def _outcome(deed: Deed, stands: list[Message]) -> Outcome:
    if any(message.text.startswith(_EXCUSES) for message in stands):
        return Outcome.EXCUSED
    if deed.shows is None:
        return Outcome.UNASKED if stands else Outcome.RIGHT
    if len(stands) != 1:
        return Outcome.TWICE if stands else Outcome.LOST
    if deed.shows not in stands[0].text:
        return Outcome.OTHER_WORDS
    topic = topic_of(deed.messages[0])
    return Outcome.RIGHT if topic_of(stands[0]) == topic else Outcome.OTHER_TOPIC


def topic_of(message: Message) -> int | None:
    """The topic of a forum that a message stands in; None for General."""
    extra = message.extra
    return extra.get("message_thread_id") if extra.get("is_topic_message") else None


def strays(world: World, ledger: Ledger, unheard: set[tuple[int, int]]) -> list[Message]:
    """Messages of the bot that nobody asked for where they stand, or that came too often."""
    answered: dict[int, set[int]] = defaultdict(set)
    for deed in ledger.deeds:
        answered[deed.messages[0].chat.id] |= {message.id for message in deed.messages}
    found = []
    for chat in world.chats.values():
        left = Counter({begins: n for (at, begins), n in ledger.said.items() if at == chat.id})
        for message in ledger.written(chat):
            if message.reply_to is not None and message.reply_to.id in answered[chat.id]:
                continue
            begins = next((b for b in left if message.text.startswith(b)), "")
            if left[begins]:
                left[begins] -= 1
            elif not (begins and (chat.id, 0) in unheard):
                found.append(message)
    return found


def unsaid(world: World, ledger: Ledger, unheard: set[tuple[int, int]]) -> int:
    """How many messages that reply to nothing should have come and did not."""
    missing = 0
    for (chat_id, begins), wanted in ledger.said.items():
        came = sum(m.text.startswith(begins) for m in ledger.written(world.chats[chat_id]))
        if (chat_id, 0) not in unheard:
            missing += max(0, wanted - came)
    return missing
