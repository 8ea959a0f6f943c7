"""The world behind the Bot API: people, chats, messages, files, and a record of every call."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from support.telegram.asking import Asked
from support.telegram.chats import Chat, ChatType
from support.telegram.content import Content, StoredFile
from support.telegram.errors import bad_request
from support.telegram.jsonvalue import Json
from support.telegram.messages import Message
from support.telegram.people import Press, User
from support.telegram.updates import UpdateQueue
from support.telegram.validate import known_name
from support.telegram.waiting import Bell

BOT = {
    "id": 7_000_000_001,
    "is_bot": True,
    "first_name": "Fact Context",
    "username": "factcontext_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}
_USER_FIELDS = ("id", "is_bot", "first_name", "username")


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of the Bot API, in the order of arrival."""

    number: int
    at: float
    """Seconds of a monotonic clock."""
    method: str
    parameters: dict[str, Any] = field(repr=False)
    status: int | None = None
    """HTTP status of the reply; None while the call is being answered."""
    description: str = ""
    """Why it was refused."""
    result: Any = field(default=None, repr=False)


class World:
    """Everything that the stand-in knows. Tests make people and chats here and look at them."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self.bot: dict[str, Any] = dict(BOT)
        """What getMe says; tests may switch privacy mode or inline mode."""
        self.updates = UpdateQueue()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.inline: dict[str, Asked] = {}
        """Inline queries by id."""
        self.guests: dict[str, Asked] = {}
        """Mentions in chats that the bot is not in, by id."""
        self.profile: dict[str, Any] = {}
        """Commands, names and descriptions that the bot set, by kind, scope and language."""
        self.webhook: dict[str, Any] = {}
        self.violations: list[str] = []
        """What bot or stand-in did against the schema; the fixture holds that it is empty."""
        self._calls: list[Call] = []
        self._bell = Bell()
        self._private_ids = itertools.count(101)
        self._group_ids: dict[int, itertools.count[int]] = {}
        self._serial = itertools.count(1)

    def now(self) -> int:
        """Unix time in whole seconds, as in every date of the Bot API."""
        return int(self._now())

    # People and chats

    def user(self, user_id: int | None = None, **info: Json) -> User:
        """A person, made at the first mention: `world.user(5, first_name="Ada")`."""
        user_id = user_id or 1_000 + next(self._serial)
        if user_id not in self.users:
            shown = {"id": user_id, "is_bot": False, "first_name": "Ada", "language_code": "en"}
            shown |= info
            shown = {name: value for name, value in shown.items() if value is not None}
            names = {k: shown[k] for k in ("first_name", "last_name", "username") if k in shown}
            chat = self.chats[user_id] = Chat(self, user_id, ChatType.PRIVATE, **names)
            self.users[user_id] = User(self, shown, chat)
        return self.users[user_id]

    def add_chat(
        self, kind: ChatType, title: str, chat_id: int | None = None, **info: Json
    ) -> Chat:
        """A group, supergroup or channel with nobody in it but the bot (an admin in a channel)."""
        number = next(self._serial)
        chat_id = chat_id or (-number if kind is ChatType.GROUP else -1_000_000_000_000 - number)
        chat = self.chats[chat_id] = Chat(self, chat_id, kind, title=title, **info)
        admin = kind is ChatType.CHANNEL
        self.set_member(chat, self.bot_as_user(), "administrator" if admin else "member")
        return chat

    def set_member(
        self, chat: Chat, user: dict[str, Any], status: str = "member", **rights: Json
    ) -> None:
        """Give somebody a place in a chat: creator, administrator, member, left, kicked."""
        member: dict[str, Any] = {"status": status, "user": user, **rights}
        if status == "creator":
            member = {"is_anonymous": False, **member}
        elif status == "administrator":
            member = _ADMIN_RIGHTS | member
        elif status == "kicked":
            member = {"until_date": 0, **member}
        chat.members[user["id"]] = member

    def chat(self, chat_id: int) -> Chat:
        """A chat that exists."""
        return self.chats[chat_id]

    def find_chat(self, chat_id: int | str) -> Chat:
        """A chat by id or @username, as the Bot API looks it up.

        Raises:
            ApiError: 400 chat not found.
        """
        if isinstance(chat_id, int) and chat_id in self.chats:
            return self.chats[chat_id]
        for chat in self.chats.values():
            public = chat.type in (ChatType.SUPERGROUP, ChatType.CHANNEL)
            if public and chat_id == f"@{chat.info.get('username')}":
                return chat
        raise bad_request("chat not found")

    def bot_as_user(self) -> dict[str, Any]:
        """The bot as a `User` inside a message."""
        return {name: self.bot[name] for name in _USER_FIELDS}

    # Messages

    def write(
        self,
        chat: Chat,
        content: Content,
        *,
        sender: dict[str, Any] | None,
        sender_chat: dict[str, Any] | None = None,
        reply_to: Message | None = None,
        markup: dict[str, Any] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Message:
        """Put a new message into a chat."""
        self.keep(content.files)
        own = chat.type in (ChatType.SUPERGROUP, ChatType.CHANNEL)
        ids = self._group_ids.setdefault(chat.id, itertools.count(2)) if own else self._private_ids
        channel = chat.type is ChatType.CHANNEL
        message = Message(
            chat=chat,
            id=next(ids),
            date=self.now(),
            sender=None if channel else sender,
            sender_chat=chat.json() if channel else sender_chat,
            from_bot=sender is not None and sender["id"] == self.bot["id"],
            content=content.fields,
            reply_to=reply_to,
            markup=markup,
            extra=extra or {},
        )
        chat.put(message)
        return message

    def bot_hears(self, message: Message) -> bool:
        """Whether the bot gets an update: privacy mode, membership, blocking."""
        chat = message.chat
        if chat.type is ChatType.PRIVATE:
            return not chat.blocked
        place = chat.members.get(self.bot["id"], {}).get("status")
        if place not in ("administrator", "member", "creator"):
            return False
        if place != "member" or self.bot["can_read_all_group_messages"]:
            return True
        addressed = f"@{self.bot['username']}".lower() in message.text.lower()
        command = bool(message.entities) and message.entities[0]["type"] == "bot_command"
        to_bot = message.reply_to is not None and message.reply_to.from_bot
        return addressed or command or to_bot

    def keep(self, files: Iterable[StoredFile]) -> None:
        """Let getFile find these."""
        self.files |= {file.file_id: file for file in files}

    def new_id(self) -> str:
        """An id of a query that no other has."""
        return str(4_000_000_000_000 + next(self._serial))

    def new_press(self) -> Press:
        """A callback query that the bot may answer once."""
        press = Press(id=self.new_id(), world=self)
        self.presses[press.id] = press
        return press

    # Calls

    def record(self, method: str, parameters: dict[str, Any]) -> Call:
        """Note a call as it arrives."""
        call = Call(
            number=len(self._calls), at=time.monotonic(), method=method, parameters=parameters
        )
        self._calls.append(call)
        self._bell.ring()
        return call

    def calls(self, method: str | None = None, *, chat_id: int | None = None) -> list[Call]:
        """The calls so far, in order; of one method, about one chat."""
        known_name(method)
        return [
            call
            for call in self._calls
            if (method is None or call.method.lower() == method.lower())
            and (chat_id is None or call.parameters.get("chat_id") == chat_id)
        ]

    async def called(
        self, method: str, *, times: int = 1, chat_id: int | None = None, timeout_s: float = 5.0
    ) -> list[Call]:
        """Wait until a method has been called so many times.

        Raises:
            AssertionError: it was not.
        """

        def look() -> list[Call] | None:
            found = self.calls(method, chat_id=chat_id)
            return found if len(found) >= times else None

        if found := await self._bell.wait_for(look, timeout_s):
            return found
        raise AssertionError(f"{method} was not called {times} times\n{self.story()}")

    def story(self, last: int = 25) -> str:
        """The last calls and all violations, for a failing test's message."""
        lines = [f"  {c.method} -> {c.status} {c.description}" for c in self._calls[-last:]]
        against = [f"  against the schema: {v}" for v in self.violations]
        return "\n".join(["The bot's calls:", *lines, *against])


_ADMIN_RIGHTS: dict[str, Any] = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_promote_members": False,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_send_welcome_messages": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_change_info": True,
    "can_invite_users": True,
}
