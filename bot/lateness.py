"""Messages that waited at Telegram while the bot was away: nobody sits before these any more."""

from __future__ import annotations

import time

from telegram import Message, Update

_LATE_S = 5.0
"""More than any message takes while the bot runs; Telegram gives times in whole seconds."""


def is_late(message: Message | None) -> bool:
    """Whether a message, or its last change, was sent long before now."""
    if message is None:
        return False
    return time.time() - (message.edit_date or message.date).timestamp() > _LATE_S


def came_late(update: object) -> bool:
    """Whether an update brings such a message; others tell no time."""
    if not isinstance(update, Update):
        return False
    return is_late(update.message or update.edited_message or update.edited_channel_post)
