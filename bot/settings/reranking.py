"""Whether passages are looked at a second time, and by what."""

from __future__ import annotations

from pydantic import BaseModel, Field


class RerankingSettings(BaseModel):
    """Whether passages are looked at a second time, and by what."""

    reranker: str | None = Field(
        None,
        min_length=1,
        description="A cross-encoder that orders the passages found, a folder or a model hub "
        "name; without one the order of the search stays. It never changes whether something is "
        "close.",
    )
    reranked_passages: int = Field(
        20, ge=2, le=60, description="First passages of an answer that the cross-encoder reads."
    )
    rerank_budget_s: float = Field(
        1.5,
        gt=0,
        le=60,
        description="Seconds that the cross-encoder may take; the order of the search stays when "
        "they do not suffice.",
    )
