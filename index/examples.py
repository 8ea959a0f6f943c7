"""What a calibration is fitted on: the first passage that each lesson brings up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from index.features import Feature, Floats, Pool, measure
from index.generation import Generation
from index.lessons import Lesson
from index.model import Lane
from index.search import Query, SearchSettings, count_terms, gather
from index.strength import Calibration

FOLDS = 5
_POOL = SearchSettings(candidates=200)


class Kind(IntEnum):
    """What was asked of the collection."""

    WITH_EVIDENCE = 0
    WITHOUT = 1
    SILENT = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examples:
    """The first passage that each question brought up."""

    features: Mapping[Feature, Floats]
    """(n,) each."""
    kind: NDArray[np.int64]
    """(n,)"""
    right: NDArray[np.bool_]
    """(n,) whether the passage is evidence."""
    fold: NDArray[np.int64]
    """(n,) a claim with its evidence and without stand in one fold."""

    def only(self, rows: NDArray[np.bool_]) -> Examples:
        """Some of the examples."""
        return Examples(
            features={name: value[rows] for name, value in self.features.items()},
            kind=self.kind[rows],
            right=self.right[rows],
            fold=self.fold[rows],
        )

    def counting(self, weights: Sequence[float]) -> Floats:
        """(n,) weights of the examples, so that each kind weighs as much as is given."""
        many = np.bincount(self.kind, minlength=len(Kind))
        return np.array([weights[kind] / many[kind] for kind in self.kind])


def pool_of(generation: Generation, lesson: Lesson, vector: Vectors) -> Pool:
    """The articles' passages that a lesson's claim finds; (d,) the claim's vector."""
    terms = count_terms(lesson.text)
    query = Query(text=lesson.text, vector=vector, terms=terms, settings=_POOL)
    return gather(Lane.REPORTING, generation.lanes[Lane.REPORTING], query)


def first_passages(
    lessons: Sequence[Lesson],
    asked: Sequence[Pool],
    silent: Sequence[Pool],
    fusion: Calibration,
) -> Examples:
    """Ask each claim that has an answer twice, with its evidence there and without it.

    Args:
        lessons: the answerable ones.
        asked: what each of them finds.
        silent: what each claim that nothing answers finds.
        fusion: orders what was found.
    """
    rows: list[tuple[dict[Feature, float], Kind, bool, int]] = []
    for place, (lesson, pool) in enumerate(zip(lessons, asked, strict=True)):
        evidence = np.array(sorted(lesson.evidence), dtype=np.int64)
        features, group = _first(pool, fusion)
        fold = place % FOLDS
        rows.append((features, Kind.WITH_EVIDENCE, group in lesson.evidence, fold))
        rows.append((_first(pool.without(evidence), fusion)[0], Kind.WITHOUT, False, fold))
    for place, pool in enumerate(silent):
        rows.append((_first(pool, fusion)[0], Kind.SILENT, False, place % FOLDS))
    return Examples(
        features={name: np.array([row[0][name] for row in rows]) for name in Feature},
        kind=np.array([row[1] for row in rows], dtype=np.int64),
        right=np.array([row[2] for row in rows], dtype=np.bool_),
        fold=np.array([row[3] for row in rows], dtype=np.int64),
    )


def _first(pool: Pool, fusion: Calibration) -> tuple[dict[Feature, float], int | None]:
    """Features and group of the passage that stands first; zeros where nothing was found."""
    if not len(pool):
        return dict.fromkeys(Feature, 0.0), None
    fused = pool.fused(fusion.lexical_share, fusion.cosine_spread, turned=False)
    first = int(np.argmax(fused))
    measured = measure(pool, fused)
    return {name: float(measured[name][first]) for name in Feature}, int(pool.groups[first])
