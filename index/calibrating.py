"""Fits the strength calibration of one collection from lessons, the way the shipped one was.

Each answerable claim is asked twice, with its evidence in the collection and with it removed, and
each claim that nothing answers once. What the first passage's features are then decides both
logistic regressions of `index.strength`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from index.errors import TooFewLessonsError
from index.examples import FOLDS, Examples, Kind, first_passages, pool_of
from index.features import Feature, Floats
from index.fusion import spread
from index.generation import Generation
from index.lessons import LEAST_SPOKEN, Lessons
from index.metrics import auroc, false_answer_rate
from index.model import Lane
from index.search import calibration_of
from index.strength import ANY_ENCODER, Calibration, Logistic, fit

LEAST_ANSWERABLE = 40
LEAST_SILENT = 20
"""With fewer claims that nothing answers, what counts as close stays as it was."""

_LEAST_GAIN = 0.02
"""Of the loss: a new fit gains less by chance."""
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
    present, languages, named = calibration_of(generation), None, len(lessons.answerable)
    if present.languages is not None:
        languages = lessons.languages
        lessons = lessons.only(languages)
        present = present.for_languages(languages)
    _refuse_too_few(len(lessons.answerable), named)
    asked = [pool_of(generation, lesson, vectors[lesson.text]) for lesson in lessons.answerable]
    silent = [pool_of(generation, lesson, vectors[lesson.text]) for lesson in lessons.silent]
    start = present
    if present.encoder == ANY_ENCODER:
        typical = float(np.mean([spread(pool.cosine) for pool in asked]))
        start = replace(present, cosine_spread=typical)
    examples = first_passages(lessons.answerable, asked, silent, start)
    earlier = first_passages(lessons.answerable, asked, silent, present)
    _refuse_all_wrong(examples)
    enough = len(silent) >= LEAST_SILENT

    def fitted(on: Examples) -> Calibration:
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


def _refuse_too_few(usable: int, named: int) -> None:
    if usable < LEAST_ANSWERABLE:
        few = named < LEAST_ANSWERABLE
        spoken = "" if few else f", {LEAST_SPOKEN} or more of each language"
        raise TooFewLessonsError(
            f"A calibration needs at least {LEAST_ANSWERABLE} claims with a known article"
            f"{spoken}, and there are {named if few else usable}; write more golden queries."
        )


def _refuse_all_wrong(examples: Examples) -> None:
    if len(set(examples.fold[examples.right])) < 2:  # Each fit is on all folds but one.
        raise TooFewLessonsError(
            "Hardly any claim finds its article first, so there is nothing to tell right from "
            "wrong by; see whether the golden queries name the right articles."
        )


# ---------------------------------------------------------------- fitting


def _fit(examples: Examples, start: Calibration, *, close_too: bool) -> Calibration:
    relevant = fit(
        {name: examples.features[name] for name in _RELEVANT},
        examples.right,
        examples.counting(_RELEVANT_WEIGHTS),
    )
    fitted = replace(start, relevant=relevant)
    if not close_too:
        return fitted
    silent = examples.kind == Kind.SILENT
    near = examples.kind == Kind.WITH_EVIDENCE
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


def _reliability(examples: Examples, fitted: Callable[[Examples], Calibration]) -> Reliability:
    """Judge each fold by what the others taught."""
    close, relevant = np.zeros(len(examples.kind)), np.zeros(len(examples.kind))
    answers = np.zeros(len(examples.kind), dtype=np.bool_)
    for fold in range(FOLDS):
        held = examples.fold == fold
        calibration = fitted(examples.only(~held))
        features = examples.only(held).features
        close[held] = calibration.close.probability(features)
        relevant[held] = calibration.relevant.probability(features)
        answers[held] = close[held] >= calibration.close_at[Lane.REPORTING]
    near, without, silent = (examples.kind == kind for kind in Kind)
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
