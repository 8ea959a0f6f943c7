"""Encoders that several tests share, loaded and converted once a run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from support.once import kept, once
from support.tiny_model import MODEL, save_tiny_model

from embeddings.api import Encoder, EncoderInfo, Role, Vectors
from embeddings.batcher import Batcher
from embeddings.loader import Engine, load_encoder
from embeddings.models import DEFAULT_MODEL
from embeddings.runtime import Precision, multiplies_integers

needs_int8 = pytest.mark.skipif(
    not multiplies_integers(), reason="this processor has no arithmetic of 8-bit integers"
)


def models() -> Path:
    """Where the converted models of this test run are kept."""
    return kept("models")


@cache
def tiny_model() -> Path:
    """A folder with a tiny random model that has prompts."""
    prompts = {"query": "ask: ", "document": "tell: "}
    return once("tiny", lambda folder: save_tiny_model(folder, prompts=prompts)) / MODEL


@cache
def encoder(
    name: str = DEFAULT_MODEL,
    engine: Engine = Engine.AUTO,
    precision: Precision = Precision.AUTO,
) -> Encoder:
    """A loaded encoder; the same object for the same arguments."""
    return load_encoder(name, engine=engine, precision=precision, cache_dir=models(), threads=1)


class ThroughBatcher:
    """The synchronous face of a batcher, so that the encoder contract can be asked of it."""

    def __init__(self, behind: Encoder, max_batch: int = 4) -> None:
        self._behind = behind
        self._max_batch = max_batch

    @property
    def info(self) -> EncoderInfo:
        return self._behind.info

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        return asyncio.run(self._encode(texts, role))

    async def _encode(self, texts: Sequence[str], role: Role) -> Vectors:
        batcher = Batcher(self._behind, max_batch=self._max_batch)
        try:
            return await batcher.encode(texts, role)
        finally:
            await batcher.aclose()
