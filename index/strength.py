"""From features to a probability, and from a probability to a label, by logistic regression.

Two questions are asked of a passage. *Is it close?* Is it about what the claim is about at all, or
is it only the least distant text of a collection that holds nothing on the subject? *Is it
relevant?* Of the close ones: is it the passage that a person would have looked for, or one beside
it? What is not close is not shown; what is close and probably relevant is called strong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import GenerationError
from index.features import Feature, Floats, Pool, measure
from index.fusion import Scores
from index.languages import of_claim
from index.model import Lane, Strength

ANY_ENCODER = "any-encoder"
"""Name of the calibration for encoders that nobody has measured: it trusts no absolute cosine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logistic:
    """Probability = 1 / (1 + exp(-(intercept + sum of weight * feature)))."""

    intercept: float
    weights: Mapping[Feature, float]

    def probability(self, features: Mapping[Feature, Floats]) -> Floats:
        """Apply to n candidates; (n,) from 0 to 1."""
        total: Floats = np.asarray(self.intercept, dtype=np.float64) + sum(
            weight * features[name] for name, weight in self.weights.items()
        )
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -60, 60))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Everything about ranking and strength that depends on the encoder."""

    encoder: str
    lexical_share: float
    """Spreads of the cosine that one unit of length-normalised BM25 is worth."""
    cosine_spread: float | None
    """Typical standard deviation of the cosines of a claim's candidates; None if not known."""
    close: Logistic
    relevant: Logistic
    close_at: Mapping[Lane, float]
    """Least probability of being close at which a passage is shown."""
    strong_at: float
    """Least probability of being relevant at which a shown passage is called strong."""
    provenance: str
    """How it was made, for whoever reads the file."""
    languages: frozenset[str] | None = None
    """Of the claims that it judges, as `index.languages.of_claim` tells them; None: of all."""

    def for_claim(self, text: str) -> Calibration:
        """This one, or the cautious one where it says nothing of the claim's language.

        In a language that an encoder was not made for all texts lie near one another.
        """
        return self if self.languages is None else self.for_languages({of_claim(text)})

    def for_languages(self, languages: Set[str]) -> Calibration:
        """This one, or the cautious one where it says nothing of any of these languages."""
        if self.languages is None or self.languages & languages:
            return self
        return calibration_for(ANY_ENCODER)

    def to_dict(self) -> dict[str, Any]:
        """A value that JSON can carry; `from_dict` reads it."""
        languages = None if self.languages is None else sorted(self.languages)
        return {**asdict(self), "languages": languages}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` gives.

        Raises:
            GenerationError: a field is missing or is not what it should be.
        """
        try:
            spread = data["cosine_spread"]
            languages = data.get("languages")
            return cls(
                encoder=str(data["encoder"]),
                lexical_share=float(data["lexical_share"]),
                cosine_spread=None if spread is None else float(spread),
                close=_logistic(data["close"]),
                relevant=_logistic(data["relevant"]),
                close_at={lane: float(data["close_at"][lane.value]) for lane in Lane},
                strong_at=float(data["strong_at"]),
                provenance=str(data["provenance"]),
                languages=None if languages is None else frozenset(map(str, languages)),
            )
        except (KeyError, TypeError, ValueError) as fault:
            raise GenerationError(
                f"The calibration cannot be read ({fault!r}); remove it and run "
                '"factcontext rebuild".'
            ) from fault


@cache
def calibration_for(model: str) -> Calibration:
    """The calibration that is shipped for a model's name, or the cautious one for any encoder."""
    folder = resources.files("index") / "calibration"
    for entry in folder.iterdir():
        if entry.name == f"{model.rsplit('/', 1)[-1]}.json":
            return Calibration.from_dict(json.loads(entry.read_text("utf-8")))
    text = (folder / f"{ANY_ENCODER}.json").read_text("utf-8")
    return Calibration.from_dict(json.loads(text))


# ---------------------------------------------------------------- judging


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Candidates of one lane with what was made of them, best first."""

    pool: Pool
    fused: Scores
    """(n,)"""
    close: Floats
    """(n,) probability of being about the claim's subject."""
    relevant: Floats
    """(n,) probability of being what was looked for."""
    decisive: int = 0
    """The candidate by which it is decided whether to answer: the first of an order by the
    encoder's own vector."""


def judge(pool: Pool, calibration: Calibration) -> Judged:
    """Rank candidates and judge each; ties go by ascending id."""
    share, unit = calibration.lexical_share, calibration.cosine_spread
    plain = pool.fused(share, unit, turned=False)
    features = measure(pool, plain)
    fused = plain if pool.turned is None else pool.fused(share, unit, turned=True)
    order = np.lexsort((pool.ids, -fused))
    return Judged(
        pool=pool.select(order),
        fused=fused[order],
        close=calibration.close.probability(features)[order],
        relevant=calibration.relevant.probability(features)[order],
        decisive=_first(plain[order], pool.ids[order]),
    )


def _first(scores: Scores, ids: NDArray[np.int64]) -> int:
    """Place of the best score; ties go to the lowest id; 0 of none."""
    return int(np.lexsort((ids, -scores))[0]) if len(ids) else 0


_LABELS = (Strength.NONE, Strength.RELATED, Strength.STRONG)


def labels(judged: Judged, lane: Lane, calibration: Calibration) -> tuple[Strength, ...]:
    """A label for each candidate, in the order of `judged`."""
    close = judged.close >= calibration.close_at[lane]
    strong = judged.relevant >= calibration.strong_at
    return tuple(map(_LABELS.__getitem__, (close * (1 + strong)).tolist()))


# ---------------------------------------------------------------- fitting


def fit(
    features: Mapping[Feature, Floats],
    positive: NDArray[np.bool_],
    weights: Floats | None = None,
    *,
    ridge: float = 1e-3,
) -> Logistic:
    """Fit a logistic regression by Newton's method.

    Args:
        features: (n,) values by name; only these are used.
        positive: (n,) which examples are positive; both kinds must occur.
        weights: (n,) how much each example counts; equal if None.
        ridge: Pull of the standardised weights towards 0, for each example.

    Raises:
        ValueError: there are no examples of one kind.
    """
    if positive.all() or not positive.any():
        raise ValueError("A calibration needs examples of both kinds.")
    names = list(features)
    raw = np.column_stack([features[name] for name in names])
    centre, scale = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    rows = np.column_stack([np.ones(len(raw)), (raw - centre) / scale])
    counts = np.ones(len(raw)) if weights is None else weights / weights.mean()
    solution = _newton(rows, positive.astype(np.float64), counts, ridge * len(raw))
    slopes = solution[1:] / scale
    return Logistic(
        intercept=float(solution[0] - slopes @ centre),
        weights=dict(zip(names, slopes.tolist(), strict=True)),
    )


def _newton(rows: Floats, target: Floats, counts: Floats, penalty: float) -> Floats:
    pull = np.eye(rows.shape[1]) * penalty
    pull[0, 0] = 1e-9  # The intercept is free.
    solution = np.zeros(rows.shape[1])
    for _ in range(100):
        probability = 1.0 / (1.0 + np.exp(-np.clip(rows @ solution, -30, 30)))
        gradient = rows.T @ (counts * (probability - target)) + pull @ solution
        curvature = (rows * (counts * probability * (1 - probability))[:, None]).T @ rows + pull
        step = np.linalg.solve(curvature, gradient)
        solution = solution - step
        if np.abs(step).max() < 1e-9:
            break
    return solution


def _logistic(data: Mapping[str, Any]) -> Logistic:
    weights: Sequence[tuple[Feature, float]] = [
        (Feature(name), float(weight)) for name, weight in data["weights"].items()
    ]
    return Logistic(intercept=float(data["intercept"]), weights=dict(weights))
