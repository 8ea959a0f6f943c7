"""Where a forwarded message first stood: every `MessageOrigin` of the Bot API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.telegram.chats import Chat
    from support.telegram.people import User

Origin = dict[str, Any]
_LONG_AGO = 1_700_000_000


def from_user(user: User, *, date: int = _LONG_AGO) -> Origin:
    """A person whose profile may be seen."""
    return {"type": "user", "date": date, "sender_user": user.info}


def from_hidden_user(name: str, *, date: int = _LONG_AGO) -> Origin:
    """A person who forbids links to the profile."""
    return {"type": "hidden_user", "date": date, "sender_user_name": name}


def from_chat(chat: Chat, *, signature: str | None = None, date: int = _LONG_AGO) -> Origin:
    """An anonymous admin, who wrote as the group."""
    origin = {"type": "chat", "date": date, "sender_chat": chat.json()}
    return origin | ({"author_signature": signature} if signature else {})


def from_channel(
    chat: Chat, *, message_id: int = 1, signature: str | None = None, date: int = _LONG_AGO
) -> Origin:
    """A channel's post."""
    origin = {"type": "channel", "date": date, "chat": chat.json(), "message_id": message_id}
    return origin | ({"author_signature": signature} if signature else {})
