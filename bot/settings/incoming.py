"""How much people may ask."""

from __future__ import annotations

from pydantic import BaseModel, Field


class IncomingSettings(BaseModel):
    """How much people may ask; numbers are held in memory only."""

    person_claims_per_min: int = Field(
        20,
        ge=0,
        le=1_000,
        description="Messages with claims that one person may send in a minute, in all chats "
        "together; then the bot says once that it is too much, and is silent for a while. 0 is "
        "no limit.",
    )
    group_claims_per_min: int = Field(
        60,
        ge=0,
        le=10_000,
        description="Times that a group may ask in a minute, all people together; 0 is no limit.",
    )
    inline_queries_per_min: int = Field(
        60,
        ge=0,
        le=1_000,
        description="Inline queries and mentions in chats that the bot is not in, from one person "
        "in a minute; one query comes with every pause in typing. 0 is no limit.",
    )
    longest_silence_min: int = Field(
        60,
        ge=1,
        le=1_440,
        description="The silence after too many claims lasts a minute, each further one twice as "
        "long, and none longer than these minutes. After an hour without it begins anew.",
    )
