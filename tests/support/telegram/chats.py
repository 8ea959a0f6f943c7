"""Chats of every kind: who is in them, what was written, what the bot showed there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from support.telegram.jsonvalue import Json
from support.telegram.messages import Message
from support.telegram.waiting import Bell

if TYPE_CHECKING:
    from support.telegram.world import World


class ChatType(StrEnum):
    """The four kinds that Telegram has."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class Happening(StrEnum):
    """What the bot did to a message."""

    NEW = "new"
    EDITED = "edited"
    DELETED = "deleted"
    REACTED = "reacted"


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that the bot did where people see it, with the message as it was then."""

    what: Happening
    message: Message


class Chat:
    """One chat. Tests read `messages`, or wait with `await chat.receives()`."""

    def __init__(self, world: World, chat_id: int, kind: ChatType, **info: Json) -> None:
        self.world = world
        self.id = chat_id
        self.type = kind
        self.info = {name: value for name, value in info.items() if value is not None}
        self.members: dict[int, dict[str, Any]] = {}
        """A `ChatMember` of the Bot API for each user id, the bot's own included."""
        self.topics: dict[int, str] = {}
        """Names of a forum's topics by thread id; General has none."""
        self.linked: Chat | None = None
        """A channel's discussion group, or a group's channel."""
        self.migrated_to: Chat | None = None
        self.blocked = False
        """In a private chat: whether the person blocked the bot."""
        self.actions: list[str] = []
        """Every action that the bot showed: "typing"."""
        self.reactions: dict[int, list[dict[str, Any]]] = {}
        """The bot's reactions by message id."""
        self.seen: list[Seen] = []
        """Everything that the bot did here, in order."""
        self.reply_keyboard: dict[str, Any] | None = None
        """What last replaced or removed the person's own keyboard."""
        self._messages: dict[int, Message] = {}
        self._read = 0
        self._bell = Bell()

    def json(self) -> dict[str, Any]:
        """The Bot API's `Chat`."""
        return {"id": self.id, "type": str(self.type), **self.info}

    @property
    def messages(self) -> list[Message]:
        """What a person who scrolls through the chat sees now, oldest first."""
        return list(self._messages.values())

    @property
    def from_bot(self) -> list[Message]:
        """The bot's messages that stand in the chat now."""
        return [m for m in self._messages.values() if m.from_bot]

    def message(self, message_id: int) -> Message | None:
        """The current version of a message, None if there is none or it was deleted."""
        return self._messages.get(message_id)

    def put(self, message: Message) -> None:
        """Add a message, or replace its earlier version."""
        known = self._messages.get(message.id)
        self._messages[message.id] = message
        if message.from_bot:
            self.notice(Seen(Happening.EDITED if known else Happening.NEW, message))

    def remove(self, message: Message) -> None:
        """Delete a message by the bot's hand."""
        del self._messages[message.id]
        self.notice(Seen(Happening.DELETED, message))

    def notice(self, seen: Seen) -> None:
        """Let everybody who waits see what the bot did."""
        self.seen.append(seen)
        self._bell.ring()

    async def receives(
        self, where: Callable[[Message], bool] | None = None, *, timeout_s: float = 5.0
    ) -> Message:
        """The next message that the bot sends or edits here, one after the other.

        Args:
            where: Skip what does not fulfil this.
            timeout_s: How long to wait.

        Raises:
            AssertionError: nothing came; says what the bot did instead.
        """

        def look() -> Message | None:
            while self._read < len(self.seen):
                seen = self.seen[self._read]
                self._read += 1
                wanted = where is None or where(seen.message)
                if seen.what in (Happening.NEW, Happening.EDITED) and wanted:
                    return seen.message
            return None

        if message := await self._bell.wait_for(look, timeout_s):
            return message
        raise AssertionError(
            f"Nothing came to chat {self.id} in {timeout_s} s\n{self.world.story()}"
        )

    async def loses(self, message: Message, *, timeout_s: float = 5.0) -> None:
        """Wait until a message is gone.

        Raises:
            AssertionError: it still stands there.
        """
        if not await self._bell.wait_for(
            lambda: None if message.id in self._messages else True, timeout_s
        ):
            raise AssertionError(f"Message {message.id} still stands\n{self.world.story()}")

    async def receives_nothing(self, *, within_s: float = 0.3) -> None:
        """Hold that nothing new is sent or edited for a while; what is already here is skipped.

        Raises:
            AssertionError: something came.
        """
        start = self._read = len(self.seen)
        if await self._bell.wait_for(lambda: self.seen[start:] or None, within_s):
            raise AssertionError(f"Expected silence, got {self.seen[start:]}")
