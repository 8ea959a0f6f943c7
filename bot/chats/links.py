"""Where a message of a group can be found again."""

from __future__ import annotations

from telegram import Chat
from telegram.constants import ChatType

_SUPERGROUPS = 1_000_000_000_000


def message_url(chat: Chat, message_id: int) -> str | None:
    """A message as the members of its chat can open it; None for basic groups, which have none."""
    if chat.type not in (ChatType.SUPERGROUP, ChatType.CHANNEL):
        return None
    if chat.username:
        return f"https://t.me/{chat.username}/{message_id}"
    return f"https://t.me/c/{-chat.id - _SUPERGROUPS}/{message_id}"
