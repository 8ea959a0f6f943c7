"""Immutable built indexes: build, verify, promote, open, roll back, prune."""

from index.generation.builder import Progress, Stage, build
from index.generation.derive import derive
from index.generation.golden_record import GoldenRecord, Verdict
from index.generation.layout import current
from index.generation.learned import Learned, carried, read_learned
from index.generation.manifest import LaneMark, Manifest
from index.generation.opening import Generation, LaneIndex, open_generation
from index.generation.promotion import (
    GenerationSummary,
    generations,
    older_than,
    promote,
    prune,
    rollback,
)
from index.generation.vectors import VectorKeeper
from index.generation.verification import recall, verify

__all__ = [
    "Generation",
    "GenerationSummary",
    "GoldenRecord",
    "LaneIndex",
    "LaneMark",
    "Learned",
    "Manifest",
    "Progress",
    "Stage",
    "VectorKeeper",
    "Verdict",
    "build",
    "carried",
    "current",
    "derive",
    "generations",
    "older_than",
    "open_generation",
    "promote",
    "prune",
    "read_learned",
    "recall",
    "rollback",
    "verify",
]
