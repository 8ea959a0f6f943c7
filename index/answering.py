"""One claim from its vector to its answer: synchronous, on one thread, from one generation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from embeddings.api import Vectors
from index import assemble
from index.assemble import Shown
from index.filters import RowFilter
from index.generation import Generation
from index.highlight import highlighter
from index.library import Library
from index.model import Answer, Claim, Lane, Strength
from index.remarks import worth_showing
from index.search import Ranking, calibration_of, rank
from index.variety import worth_reading

# Enough to fill an answer even when some are hidden and many are of one article.
_MOST_HYDRATED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search makes of one claim, before any text is read."""

    generation: str
    ranking: Ranking
    remarks: tuple[int, ...]
    """Passages of comments that are worth reading, best first."""


def find(
    generation: Generation, claim: Claim, vector: Vectors, where: RowFilter | None = None
) -> Found:
    """Rank both lanes; the generation is not needed afterwards.

    Args:
        generation: where to search.
        claim: what to search for.
        vector: (d,) the claim's unit vector.
        where: which passages may answer.
    """
    ranking = rank(generation, claim.text, vector, where)
    remarks = worth_showing(
        ranking.lanes[Lane.DISCUSSION],
        generation.lanes[Lane.DISCUSSION],
        vector,
        calibration_of(generation),
    )
    return Found(generation=generation.name, ranking=ranking, remarks=tuple(remarks))


def read(found: Found, claim: Claim, library: Library, shown: Shown) -> Answer:
    """Read the texts of what was found and choose what is shown of it."""
    ranking = found.ranking
    if ranking.strength is Strength.NONE:
        return Answer(claim=claim, strength=Strength.NONE, generation=found.generation)
    reporting = list(islice(ranking.lanes[Lane.REPORTING].shown(), _MOST_HYDRATED))
    stored = library.hydrate([*(id_ for id_, _ in reporting), *found.remarks])
    highlight = highlighter(claim.text)
    articles = assemble.articles(reporting, stored, highlight, shown)
    remarks = worth_reading((stored[id_] for id_ in found.remarks if id_ in stored), shown)
    threads = assemble.threads(remarks, highlight)
    return Answer(
        claim=claim,
        strength=assemble.strength(articles, threads, most=ranking.strength),
        generation=found.generation,
        reporting=articles,
        discussion=threads,
    )
