"""Why an answer is as it is: both legs, their fusion and what calibration makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from embeddings.api import Vectors
from index.fusion import Scores
from index.generation import Generation
from index.library import Library, StoredPassage
from index.model import Lane, Strength
from index.search import RankedLane, rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One passage that either leg found, with everything that decided about it."""

    passage: StoredPassage | None
    """None where it was hidden or removed since the index was built."""
    passage_id: int
    cosine: float
    by_meaning: int
    """Its place by cosine among all candidates, 1-based."""
    bm25: float
    by_words: int | None
    """Its place by BM25; None where it shares no word with the claim."""
    fused: float
    close: float
    """Probability of being about the claim's subject."""
    relevant: float
    """Probability of being what was looked for."""
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLane:
    """The candidates of one lane, best first, and where the lines are drawn."""

    lane: Lane
    candidates: tuple[Candidate, ...]
    found: int
    """Candidates of both legs together."""
    searched: int
    """Passages among which they were found."""
    kinship: float
    """How near the claim lies to what all of these are about; 0 is usual for themselves."""
    close_at: float
    """Least `close` at which a passage is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What the search made of one claim."""

    generation: str
    strength: Strength
    terms: int
    """Distinct terms of the claim that the lexical leg searched for."""
    strong_at: float
    """Least `relevant` at which a shown passage is called strong."""
    calibration: str
    """Which calibration judged, and how it was made."""
    lanes: tuple[ExplainedLane, ...]
    reordered: bool
    """A re-ranker orders what is shown of the reporting anew; the places here are those before."""


def explain(
    generation: Generation,
    text: str,
    vector: Vectors,
    library: Library,
    *,
    most: int,
    reordered: bool = False,
) -> Explanation:
    """Search for a claim and tell everything.

    Args:
        generation: where to search.
        text: the claim.
        vector: (d,) its unit vector, from the generation's encoder.
        library: where texts are read from.
        most: candidates told of in each lane.
        reordered: whether a re-ranker stands behind the search.
    """
    ranking = rank(generation, text, vector)
    calibration = ranking.calibration
    lanes = []
    for lane, ranked in ranking.lanes.items():
        texts = library.hydrate(ranked.ids[:most].tolist())
        lanes.append(
            ExplainedLane(
                lane=lane,
                candidates=tuple(_candidates(ranked, texts, most)),
                found=len(ranked.judged.pool),
                searched=ranked.judged.pool.searched,
                kinship=ranked.judged.pool.kinship,
                close_at=calibration.close_at[lane],
            )
        )
    return Explanation(
        generation=generation.name,
        strength=ranking.strength,
        terms=max((one.judged.pool.terms for one in ranking.lanes.values()), default=0),
        strong_at=calibration.strong_at,
        calibration=f"{calibration.encoder}: {calibration.provenance}",
        lanes=tuple(lanes),
        reordered=reordered,
    )


def _candidates(
    ranked: RankedLane, texts: dict[int, StoredPassage], most: int
) -> Iterator[Candidate]:
    judged = ranked.judged
    by_meaning, by_words = _places(judged.pool.cosine), _places(judged.pool.bm25)
    for n, passage_id in enumerate(judged.pool.ids[:most].tolist()):
        bm25 = float(judged.pool.bm25[n])
        yield Candidate(
            passage=texts.get(passage_id),
            passage_id=passage_id,
            cosine=float(judged.pool.cosine[n]),
            by_meaning=by_meaning[n],
            bm25=bm25,
            by_words=by_words[n] if bm25 > 0 else None,
            fused=float(judged.fused[n]),
            close=float(judged.close[n]),
            relevant=float(judged.relevant[n]),
            strength=ranked.strengths[n],
        )


def _places(scores: Scores) -> list[int]:
    """The place of each of n scores, 1 for the highest."""
    places = np.empty(len(scores), dtype=np.int64)
    places[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return [int(place) for place in places]
