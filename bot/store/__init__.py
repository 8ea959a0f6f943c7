"""What the bot keeps beside the library: settings and numbers; the only texts are encrypted."""

from __future__ import annotations

from bot.store import answers, chats, feedback, feeds, latency, replies, unsent, updates, wishes
from bot.store.database import Tables

TABLES: tuple[Tables, ...] = (
    answers.TABLES,
    chats.TABLES,
    feedback.TABLES,
    feeds.TABLES,
    latency.TABLES,
    replies.TABLES,
    wishes.TABLES,
    unsent.TABLES,
    updates.TABLES,
)
"""All that `Database.open` makes."""
