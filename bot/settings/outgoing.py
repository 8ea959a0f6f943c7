"""How often the bot writes: Telegram's limits."""

from __future__ import annotations

from pydantic import BaseModel, Field


class OutgoingSettings(BaseModel):
    """How often the bot writes. The defaults are what Telegram allows."""

    chat_messages_per_s: float = Field(
        1.0,
        gt=0,
        le=1_000,
        description="Messages a second into one chat, new ones and edits together.",
    )
    group_messages_per_min: int = Field(
        20, ge=1, le=100_000, description="Messages a minute into one group or channel."
    )
    all_messages_per_s: int = Field(
        30, ge=1, le=100_000, description="Messages a second into all chats together."
    )
    messages_waiting_per_chat: int = Field(
        100,
        ge=1,
        le=100_000,
        description="Messages that may wait to be sent into one chat; further ones are not sent.",
    )
    unsent_expire_min: int = Field(
        60,
        ge=0,
        le=1_440,
        description="Minutes after which an answer that Telegram did not accept, in a flood or an "
        "outage or before a crash, is not sent any more.",
    )
