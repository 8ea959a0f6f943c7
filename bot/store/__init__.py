"""What the bot keeps beside the library: settings and numbers, and very few words."""

from __future__ import annotations

from bot.store import (
    answers,
    chats,
    feedback,
    feeds,
    latency,
    pending,
    replies,
    unanswered,
    unsent,
    updates,
    wishes,
)
from bot.store.database import Tables

TABLES: tuple[Tables, ...] = (
    answers.TABLES,
    chats.TABLES,
    feedback.TABLES,
    feeds.TABLES,
    latency.TABLES,
    pending.TABLES,
    replies.TABLES,
    wishes.TABLES,
    unanswered.TABLES,
    unsent.TABLES,
    updates.TABLES,
)
"""All that `Database.open` makes."""
