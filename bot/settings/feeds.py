"""How feeds are followed while the bot serves."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FeedSettings(BaseModel):
    """How feeds are followed while the bot serves."""

    feed_interval_min: float = Field(
        30.0,
        ge=1,
        le=10_080,
        description="Minutes between two looks at a feed that `factcontext feed add` named; one "
        "that fails is left alone for longer each time.",
    )
    feeds_at_once: int = Field(
        4, ge=1, le=64, description="Feeds that are looked at at the same time."
    )
    feed_pages_per_look: int = Field(
        20,
        ge=0,
        le=500,
        description="Most pages of articles that one look at a feed fetches, where the feed has "
        "only summaries; the others follow with the next looks.",
    )
    feed_rebuild: bool = Field(
        False,
        description="Whether `serve` starts `factcontext rebuild`, at low priority, when feeds "
        "brought something new; without it the log says that a rebuild is due.",
    )
