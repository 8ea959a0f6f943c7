"""How a claim is searched for and how much is shown."""

from __future__ import annotations

from pydantic import BaseModel, Field


class AnswerSettings(BaseModel):
    """How a claim is searched for and how much is shown."""

    search_threads: int = Field(
        2,
        ge=1,
        le=64,
        description="Threads that search at the same time, one claim each. One that is idle takes "
        "the discussions of a claim over from another.",
    )
    query_timeout_s: float = Field(
        5.0, gt=0, le=120, description="Seconds after which an unfinished answer is given up."
    )
    max_wait_s: float = Field(
        1.0,
        gt=0,
        le=60,
        description="Seconds that a claim may have to wait for those before it, by how fast "
        "claims are answered of late; one that would wait longer is told at once to try again. "
        "What waited at Telegram while the bot was away is never told so.",
    )
    max_waiting_claims: int = Field(
        256,
        ge=1,
        le=100_000,
        description="Claims that may wait for an answer, however fast they are answered; further "
        "ones are told to try again.",
    )
    max_claim_chars: int = Field(
        2_000, ge=50, le=20_000, description="Characters of a message that are searched with."
    )
    articles_shown: int = Field(5, ge=1, le=20, description="Most articles in one answer.")
    passages_per_article: int = Field(
        2, ge=1, le=10, description="Most passages shown of one article."
    )
    threads_shown: int = Field(5, ge=1, le=20, description="Most discussions in one answer.")
    remarks_per_thread: int = Field(
        3, ge=1, le=10, description="Most comments shown of one discussion."
    )
