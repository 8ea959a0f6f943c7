"""txtai with vectors and its own BM25 together, half and half as it does by default."""

from __future__ import annotations

from pathlib import Path

from benchmarks.peers.engine import Stopwatch
from benchmarks.peers.engines import txtai


def engine(store: Path, model: str, watch: Stopwatch) -> txtai.Txtai:
    """The same with `hybrid`."""
    return txtai.engine(store, model, watch, hybrid=True)
