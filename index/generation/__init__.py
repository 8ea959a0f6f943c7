"""Immutable built indexes: build, verify, promote, open, roll back, prune."""

from index.generation.builder import Progress, Stage, build
from index.generation.layout import current
from index.generation.manifest import LaneMark, Manifest
from index.generation.opening import Generation, LaneIndex, open_generation
from index.generation.promotion import GenerationSummary, generations, promote, prune, rollback
from index.generation.vectors import VectorKeeper
from index.generation.verification import verify

__all__ = [
    "Generation",
    "GenerationSummary",
    "LaneIndex",
    "LaneMark",
    "Manifest",
    "Progress",
    "Stage",
    "VectorKeeper",
    "build",
    "current",
    "generations",
    "open_generation",
    "promote",
    "prune",
    "rollback",
    "verify",
]
