"""One claim from its vector to its answer: synchronous, on one thread, from one generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from embeddings.api import Vectors
from index import assemble
from index.assemble import Shown
from index.columns import Columns
from index.filters import RowFilter
from index.generation import Generation, LaneIndex
from index.highlight import highlighter
from index.library import Library, LinkedArticle, StoredPassage
from index.model import Answer, Claim, Lane, Strength
from index.remarks import worth_showing
from index.search import calibration_of, rank
from index.variety import worth_reading

# Enough to fill an answer even when some are hidden and many are of one article.
_MOST_HYDRATED = 60
_READ_AT_ONCE = 20
_COPIES_READ = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A claim, with what the library holds of the addresses it shares."""

    claim: Claim
    linked: tuple[LinkedArticle, ...] = ()
    by_link: bool = False
    """There was nothing but the link: the claim is the title of what it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the search makes of one claim, before any text is read."""

    generation: str
    strength: Strength
    reporting: tuple[tuple[int, Strength], ...]
    """Passages that are close, best first."""
    remarks: tuple[int, ...]
    """Passages of comments that are worth reading, best first."""


def follow(claim: Claim, library: Library) -> Asked:
    """Look up the addresses that a claim shares."""
    linked = tuple(library.linked(claim.links))
    by_link = bool(linked) and not claim.text
    if by_link:
        claim = replace(claim, text=linked[0].title)
    return Asked(claim=claim, linked=linked, by_link=by_link)


def find(
    generation: Generation, asked: Asked, vector: Vectors, where: RowFilter | None = None
) -> Found:
    """Rank both lanes; the generation is not needed afterwards.

    Args:
        generation: where to search.
        asked: what to search for.
        vector: (d,) the claim's unit vector.
        where: which passages may answer.
    """
    if not (asked.claim.text or asked.linked):
        none = Strength.NONE
        return Found(generation=generation.name, strength=none, reporting=(), remarks=())
    ranking = rank(generation, asked.claim.text, vector, where)
    discussion = generation.lanes[Lane.DISCUSSION]
    reporting, remarks = [], []
    if ranking.strength is not Strength.NONE:
        lane = ranking.lanes[Lane.DISCUSSION]
        remarks = worth_showing(lane, discussion, vector, calibration_of(generation))
        shown = ranking.lanes[Lane.REPORTING].shown()
        columns = generation.lanes[Lane.REPORTING].columns
        reporting = list(islice(_few_copies(shown, columns), _MOST_HYDRATED))
    strength = ranking.strength
    for article in reversed(asked.linked):
        nearest = None if asked.by_link else vector
        own = _arranged(generation.lanes[Lane.REPORTING], article.reporting, nearest, where)
        said = _arranged(discussion, article.discussion, nearest, where)
        reporting = [(id_, Strength.STRONG) for id_ in own] + reporting
        remarks = said + remarks
        strength = Strength.STRONG if own or said else strength
    return Found(
        generation=generation.name,
        strength=strength,
        reporting=tuple(_once(reporting)),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _few_copies(
    ranked: Iterable[tuple[int, Strength]], columns: Columns
) -> Iterator[tuple[int, Strength]]:
    """Leave out most copies of an article: one is shown, one stands in where that is hidden."""
    ranked = list(ranked)
    ids = np.array([passage_id for passage_id, _ in ranked], dtype=np.int64)
    articles = columns.articles(ids).tolist()
    documents = columns.document_id[columns.positions(ids)].tolist()
    seen: dict[int, set[int]] = {}
    for one, article, document in zip(ranked, articles, documents, strict=True):
        known = seen.setdefault(article, set())
        if document in known or len(known) < _COPIES_READ:
            known.add(document)
            yield one


def _once(ranked: Iterable[tuple[int, Strength]]) -> Iterator[tuple[int, Strength]]:
    seen: set[int] = set()
    for passage_id, strength in ranked:
        if passage_id not in seen:
            seen.add(passage_id)
            yield passage_id, strength


def _arranged(
    index: LaneIndex, passage_ids: Sequence[int], vector: Vectors | None, where: RowFilter | None
) -> list[int]:
    """Passages of one article that may answer, nearest first; in their order without a vector.

    Those that the generation does not know yet stand last.
    """
    ids = np.array(passage_ids, dtype=np.int64)
    known = index.columns.holds(ids, where)
    unknown = [] if where is not None else ids[~known].tolist()
    ids = ids[known]
    if vector is not None and len(ids):
        ids = ids[np.argsort(-index.dense.scores(vector, ids), kind="stable")]
    return [*ids.tolist(), *unknown]


def read(found: Found, claim: Claim, library: Library, shown: Shown) -> Answer:
    """Read the texts of what was found and choose what is shown of it."""
    if found.strength is Strength.NONE:
        return Answer(claim=claim, strength=Strength.NONE, generation=found.generation)
    stored = _texts(found, library, shown)
    highlight = highlighter(claim.text)
    articles = assemble.articles(found.reporting, stored, highlight, shown)
    remarks = worth_reading((stored[id_] for id_ in found.remarks if id_ in stored), shown)
    threads = assemble.threads(remarks, highlight)
    return Answer(
        claim=claim,
        strength=assemble.strength(articles, threads, most=found.strength),
        generation=found.generation,
        reporting=articles,
        discussion=threads,
    )


def _texts(found: Found, library: Library, shown: Shown) -> dict[int, StoredPassage]:
    """Read the best passages, and further ones only where those leave room for other articles."""
    ids = [passage_id for passage_id, _ in found.reporting]
    stored = library.hydrate([*ids[:_READ_AT_ONCE], *found.remarks])
    for start in range(_READ_AT_ONCE, len(ids), _READ_AT_ONCE):
        articles = {assemble.article_of(p) for p in stored.values() if p.comment is None}
        if len(articles) >= shown.articles:
            break
        stored |= library.hydrate(ids[start : start + _READ_AT_ONCE])
    return stored
