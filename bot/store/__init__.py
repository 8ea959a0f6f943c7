"""What the bot keeps beside the library: settings and numbers, no texts of messages."""

from __future__ import annotations

from bot.store import answers, chats, feedback, feeds
from bot.store.database import Tables

TABLES: tuple[Tables, ...] = (
    answers.TABLES,
    chats.TABLES,
    feedback.TABLES,
    feeds.TABLES,
)
"""All that `Database.open` makes."""
