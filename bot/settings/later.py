"""What people wait to be told of, the key that encrypts it, and what many ask in vain."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class LaterSettings(BaseModel):
    """What people wait to be told of, the key that encrypts it, and what many ask in vain."""

    later_kept_days: int = Field(
        90,
        ge=1,
        le=3_650,
        description="Days that a claim is kept, encrypted, for somebody who asked to be told when "
        "there is context for it.",
    )
    later_max_claims: int = Field(
        10_000, ge=0, description="Such claims of all people together; 0 keeps none."
    )
    storage_key: SecretStr | None = Field(
        None,
        description="32 bytes in base64 that encrypt those claims, and updates that wait. Without "
        "it, a key is made in `bot.key` in the data folder, readable for this user only.",
    )
    unanswered_kept_days: int = Field(
        0,
        ge=0,
        le=3_650,
        description="Days that the bot keeps what five different chats asked about in vain, after "
        "a chat asked last; 0 keeps nothing, and deletes what was kept. Kept are the words that "
        "three of these chats used, without names and numbers as far as these can be told, how "
        "many chats asked, and the last day. Until the fifth chat asks, only keyed digests and a "
        "vector are held, in memory: a restart forgets them.",
    )
