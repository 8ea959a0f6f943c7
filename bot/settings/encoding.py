"""Which model turns text into vectors, and with what."""

from __future__ import annotations

from pydantic import BaseModel, Field

from embeddings.loader import Engine, Precision
from embeddings.models import DEFAULT_MODEL


class EncodingSettings(BaseModel):
    """Which model turns text into vectors, and with what."""

    model: str = Field(
        DEFAULT_MODEL,
        min_length=1,
        description="The model that turns text into vectors: a preset's name, a folder, or a "
        "model hub name. Another model needs `factcontext rebuild`.",
    )
    engine: Engine = Field(
        Engine.AUTO,
        description="What computes vectors: `openvino` (fast), `torch` (the reference), or "
        "`auto`: the fast one where it can carry the model.",
    )
    precision: Precision = Field(
        Precision.AUTO,
        description="Number format of the fast engine: `bf16`, `f32`, `int8` (the fastest, with "
        "some other passages in the top ten; see operating.md), or `auto`: what the processor "
        "computes natively, never `int8`. Another precision needs `factcontext rebuild`.",
    )
    encoder_threads: int = Field(
        1, ge=1, le=256, description="Processor threads that compute vectors."
    )
