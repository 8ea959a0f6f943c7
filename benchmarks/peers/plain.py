"""The encoder that the peers share: sentence-transformers in torch, as each of them calls it."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.engine import Stopwatch
from benchmarks.peers.known import KnownVectors


def watched(watch: Stopwatch) -> KnownVectors:
    """Count the time that any library spends in sentence-transformers in this process.

    chromadb, txtai and langchain all call `SentenceTransformer.encode` in the end. One thread.

    Returns:
        What is looked up there first.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    known = KnownVectors(watch)
    encode = SentenceTransformer.encode

    def looked_up(self: Any, inputs: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as `encode`
        found = known.of(inputs)
        return encode(self, inputs, *arguments, **named) if found is None else found

    SentenceTransformer.encode = watch.timed(looked_up)
    return known
