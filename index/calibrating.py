"""Fits the strength calibration of one collection from lessons, the way the shipped one was.

Each answerable claim is asked twice, with its evidence in the collection and with it removed, and
each claim that nothing answers once. What the first passage's features are then decides both
logistic regressions of `index.strength`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from index.errors import TooFewLessonsError
from index.features import Feature, Floats, Pool, measure
from index.fusion import spread
from index.generation import Generation
from index.lessons import Lesson, Lessons
from index.metrics import auroc, false_answer_rate
from index.model import Lane
from index.search import Query, SearchSettings, calibration_of, count_terms, gather
from index.strength import ANY_ENCODER, Calibration, Logistic, fit

LEAST_ANSWERABLE = 40
LEAST_SILENT = 20
"""With fewer claims that nothing answers, what counts as close stays as it was."""

_LEAST_GAIN = 0.02
"""Of the loss: a new fit gains less by chance."""
_FOLDS = 5
_SILENT_SHARE = 0.974
"""Of the claims that nothing answers, so many should be told so..."""
_ANSWERED_SHARE = 0.85
"""...while at least so many of the others are answered..."""
_MOST_FALSE = 0.1
"""...but where an encoder cannot tell them apart, no more of the former than this are answered."""
_CLOSE_WEIGHTS = (1.0, 0.1, 1.0)
_RELEVANT_WEIGHTS = (1.0, 1.0, 0.3)
"""Of claims with their evidence, without it, and of those that nothing answers."""
_CLOSE = (Feature.COSINE, Feature.WORDS, Feature.LENGTH, Feature.KINSHIP)
_RELEVANT = (Feature.COSINE, Feature.MARGIN)
_POOL = SearchSettings(candidates=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How well claims are told apart, on claims that the calibration was not fitted on."""

    auroc: float
    false_answers_at_90: float
    answered: float
    """Share of the answerable claims that are answered."""
    silent_answered: float | None
    """Share of the claims that nothing answers and that are answered all the same."""
    loss: float
    """Mean -ln of the probability given to what was so; lower is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """A calibration, and what held-back claims say of it and of the one before."""

    calibration: Calibration
    before: Reliability
    after: Reliability
    answerable: int
    silent: int

    @property
    def close_refitted(self) -> bool:
        """Whether there were enough claims that nothing answers."""
        return self.silent >= LEAST_SILENT

    @property
    def helps(self) -> bool:
        """Whether its probabilities are clearly nearer to what is so."""
        return self.after.loss < (1 - _LEAST_GAIN) * self.before.loss


def calibrate(
    generation: Generation, lessons: Lessons, vectors: Mapping[str, Vectors], *, made: str
) -> Calibrated:
    """Fit in five folds and as a whole.

    Args:
        generation: what is searched.
        lessons: claims with known answers.
        vectors: the encoder's vector of each claim's text, (d,).
        made: when and from what, for whoever reads the calibration.

    Raises:
        TooFewLessonsError: fewer than 40 claims have an article, or hardly any finds it first.
    """
    present, languages = calibration_of(generation), None
    if present.languages is not None:
        languages = lessons.languages
        lessons = lessons.only(languages)
        present = present.for_languages(languages)
    if len(lessons.answerable) < LEAST_ANSWERABLE:
        raise TooFewLessonsError(
            f"A calibration needs at least {LEAST_ANSWERABLE} claims with a known article, and "
            f"there are {len(lessons.answerable)}; write more golden queries."
        )
    asked = [_pool(generation, lesson, vectors[lesson.text]) for lesson in lessons.answerable]
    silent = [_pool(generation, lesson, vectors[lesson.text]) for lesson in lessons.silent]
    start = present
    if present.encoder == ANY_ENCODER:
        typical = float(np.mean([spread(pool.cosine) for pool in asked]))
        start = replace(present, cosine_spread=typical)
    examples = _examples(lessons.answerable, asked, silent, start)
    earlier = _examples(lessons.answerable, asked, silent, present)
    _refuse_all_wrong(examples)
    enough = len(silent) >= LEAST_SILENT

    def fitted(on: _Examples) -> Calibration:
        return _fit(on, start, close_too=enough)

    return Calibrated(
        calibration=replace(
            fitted(examples),
            encoder=generation.manifest.encoder.model,
            provenance=made,
            languages=languages,
        ),
        before=_reliability(earlier, lambda _: present),
        after=_reliability(examples, fitted),
        answerable=len(asked),
        silent=len(silent),
    )


def _refuse_all_wrong(examples: _Examples) -> None:
    if len(set(examples.fold[examples.right])) < 2:  # Each fit is on all folds but one.
        raise TooFewLessonsError(
            "Hardly any claim finds its article first, so there is nothing to tell right from "
            "wrong by; see whether the golden queries name the right articles."
        )


def _pool(generation: Generation, lesson: Lesson, vector: Vectors) -> Pool:
    terms = count_terms(lesson.text)
    query = Query(text=lesson.text, vector=vector, terms=terms, settings=_POOL)
    return gather(Lane.REPORTING, generation.lanes[Lane.REPORTING], query)


# ---------------------------------------------------------------- examples


class _Kind(IntEnum):
    """What was asked of the collection."""

    WITH_EVIDENCE = 0
    WITHOUT = 1
    SILENT = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Examples:
    """The first passage that each question brought up."""

    features: Mapping[Feature, Floats]
    """(n,) each."""
    kind: NDArray[np.int64]
    """(n,)"""
    right: NDArray[np.bool_]
    """(n,) whether the passage is evidence."""
    fold: NDArray[np.int64]
    """(n,) a claim with its evidence and without stand in one fold."""

    def only(self, rows: NDArray[np.bool_]) -> _Examples:
        """Some of the examples."""
        return _Examples(
            features={name: value[rows] for name, value in self.features.items()},
            kind=self.kind[rows],
            right=self.right[rows],
            fold=self.fold[rows],
        )

    def counting(self, weights: Sequence[float]) -> Floats:
        """(n,) weights of the examples, so that each kind weighs as much as is given."""
        many = np.bincount(self.kind, minlength=len(_Kind))
        return np.array([weights[kind] / many[kind] for kind in self.kind])


def _examples(
    lessons: Sequence[Lesson],
    asked: Sequence[Pool],
    silent: Sequence[Pool],
    fusion: Calibration,
) -> _Examples:
    rows: list[tuple[dict[Feature, float], _Kind, bool, int]] = []
    for place, (lesson, pool) in enumerate(zip(lessons, asked, strict=True)):
        evidence = np.array(sorted(lesson.evidence), dtype=np.int64)
        features, group = _first(pool, fusion)
        fold = place % _FOLDS
        rows.append((features, _Kind.WITH_EVIDENCE, group in lesson.evidence, fold))
        rows.append((_first(pool.without(evidence), fusion)[0], _Kind.WITHOUT, False, fold))
    for place, pool in enumerate(silent):
        rows.append((_first(pool, fusion)[0], _Kind.SILENT, False, place % _FOLDS))
    return _Examples(
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


# ---------------------------------------------------------------- fitting


def _fit(examples: _Examples, start: Calibration, *, close_too: bool) -> Calibration:
    relevant = fit(
        {name: examples.features[name] for name in _RELEVANT},
        examples.right,
        examples.counting(_RELEVANT_WEIGHTS),
    )
    fitted = replace(start, relevant=relevant)
    if not close_too:
        return fitted
    silent = examples.kind == _Kind.SILENT
    near = examples.kind == _Kind.WITH_EVIDENCE
    close = fit(
        {name: examples.features[name] for name in _CLOSE},
        near,
        examples.counting(_CLOSE_WEIGHTS),
    )
    close = _growing(close, start.close, float(examples.features[Feature.SIZE].mean()))
    probability = close.probability(examples.features)
    at = min(
        float(np.quantile(probability[silent], _SILENT_SHARE)),
        max(
            float(np.quantile(probability[near], 1 - _ANSWERED_SHARE)),
            float(np.quantile(probability[silent], 1 - _MOST_FALSE)),
        ),
    )
    return replace(fitted, close=close, close_at=_thresholds(at, start))


def _growing(close: Logistic, start: Logistic, size: float) -> Logistic:
    """What a collection's size does cannot be seen in one collection: that is kept as it was."""
    weight = start.weights.get(Feature.SIZE, 0.0)
    return Logistic(
        intercept=close.intercept - weight * size,
        weights={**close.weights, Feature.SIZE: weight},
    )


def _thresholds(reporting: float, start: Calibration) -> Mapping[Lane, float]:
    """Comments stay as much stricter than articles as they were."""
    apart = _log_odds(start.close_at[Lane.DISCUSSION]) - _log_odds(start.close_at[Lane.REPORTING])
    stricter = 1 / (1 + math.exp(-(_log_odds(reporting) + apart)))
    return {Lane.REPORTING: reporting, Lane.DISCUSSION: stricter}


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


# ---------------------------------------------------------------- judging


def _reliability(examples: _Examples, fitted: Callable[[_Examples], Calibration]) -> Reliability:
    """Judge each fold by what the others taught."""
    close, relevant = np.zeros(len(examples.kind)), np.zeros(len(examples.kind))
    answers = np.zeros(len(examples.kind), dtype=np.bool_)
    for fold in range(_FOLDS):
        held = examples.fold == fold
        calibration = fitted(examples.only(~held))
        features = examples.only(held).features
        close[held] = calibration.close.probability(features)
        relevant[held] = calibration.relevant.probability(features)
        answers[held] = close[held] >= calibration.close_at[Lane.REPORTING]
    near, without, silent = (examples.kind == kind for kind in _Kind)
    loss = _loss(relevant, examples.right, examples.counting(_RELEVANT_WEIGHTS))
    if silent.sum() >= LEAST_SILENT:
        loss += _loss(close, near, examples.counting(_CLOSE_WEIGHTS))
    return Reliability(
        auroc=auroc(relevant[near], relevant[without]),
        false_answers_at_90=false_answer_rate(relevant[near], relevant[without]),
        answered=float(answers[near].mean()),
        silent_answered=float(answers[silent].mean()) if silent.any() else None,
        loss=loss,
    )


def _loss(probability: Floats, so: NDArray[np.bool_], weights: Floats) -> float:
    given = np.where(so, probability, 1 - probability)
    return float(-(weights * np.log(np.maximum(given, 1e-9))).sum() / weights.sum())
