"""From a claim and its vector to ranked, judged passages of both lanes: pure and synchronous."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from embeddings.api import Vectors
from index.analysis import encodable, grams, telling
from index.columns import UNKNOWN, Columns, Ids
from index.features import Pool
from index.filters import RowFilter
from index.fusion import Scores
from index.generation import Generation, LaneIndex
from index.hits import Hits
from index.kinship import kinship
from index.model import Lane, Strength
from index.query_map import turn
from index.sharing import Run, in_turn
from index.strength import Calibration, Judged, calibration_for, judge, labels

_MAX_CHARS = 10_000
_MAX_TERMS = 64
_MORE_FOR_COPIES = 2
"""Places for each that a copy took: behind the first copies stand further ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How much each leg brings."""

    candidates: int = 60
    """Passages from each leg and lane; both legs score all of them."""


DEFAULT = SearchSettings()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query:
    """A claim as both legs take it."""

    text: str
    terms: int
    """As `count_terms` counts them."""
    vector: Vectors
    """(d,) of unit length, from the generation's encoder."""
    turned: Vectors | None = None
    """(d,) the same after the generation's query map; None without one."""
    where: RowFilter | None = None
    settings: SearchSettings = DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """Passages that share words with a claim."""

    generation: str
    lanes: Mapping[Lane, Hits]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedLane:
    """Candidates of one lane, best first."""

    judged: Judged
    strengths: tuple[Strength, ...]
    """One a candidate; what has none is not to be shown."""

    @property
    def ids(self) -> NDArray[np.int64]:
        """(n,) passages."""
        return self.judged.pool.ids

    @property
    def strength(self) -> Strength:
        """Of the passage that decides whether to answer; none without passages."""
        return self.strengths[self.judged.decisive] if self.strengths else Strength.NONE

    def shown(self) -> Iterator[tuple[int, Strength]]:
        """Passages that are close, best first, with their strength."""
        for passage_id, strength in zip(self.ids.tolist(), self.strengths, strict=True):
            if strength is not Strength.NONE:
                yield passage_id, strength


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """What the search makes of one claim."""

    lanes: Mapping[Lane, RankedLane]
    calibration: Calibration
    """By which it was judged."""

    @property
    def strength(self) -> Strength:
        """Of the answer: that of the first reporting; readers alone never make it strong."""
        reporting = self.lanes[Lane.REPORTING].strength
        if reporting is not Strength.NONE:
            return reporting
        spoken_of = self.lanes[Lane.DISCUSSION].strength is not Strength.NONE
        return Strength.RELATED if spoken_of else Strength.NONE


def rank(
    generation: Generation,
    text: str,
    vector: Vectors,
    where: RowFilter | None = None,
    settings: SearchSettings = DEFAULT,
    matches: Matches | None = None,
    run: Run = in_turn,
) -> Ranking:
    """Rank the passages of both lanes for one claim.

    Args:
        generation: where to search.
        text: the claim.
        vector: (d,) the claim's unit vector, from the generation's encoder.
        where: which passages may answer.
        settings: how much each leg brings.
        matches: what `match` found for the same claim; those of another generation do not count.
        run: makes the searches of the lanes.

    Raises:
        WrongEncoderError: the vector has another dimension than the generation's.
        GenerationError: the manifest holds a calibration that cannot be read.
    """
    calibration = calibration_of(generation).for_claim(text)
    if matches is None or matches.generation != generation.name:
        matches = match(generation, text, where, settings)
    query_map = generation.query_map
    query = Query(
        text=text,
        vector=vector,
        turned=None if query_map is None else turn(query_map, vector),
        terms=count_terms(text),
        where=where,
        settings=settings,
    )
    ranked = run(
        [
            partial(_ranked, lane, index, query, matches.lanes[lane], calibration)
            for lane, index in generation.lanes.items()
        ]
    )
    lanes = dict(zip(generation.lanes, ranked, strict=True))
    return Ranking(lanes=lanes, calibration=calibration)


def _ranked(
    lane: Lane, index: LaneIndex, query: Query, lexical: Hits, calibration: Calibration
) -> RankedLane:
    judged = judge(gather(lane, index, query, lexical), calibration)
    return RankedLane(judged=judged, strengths=labels(judged, lane, calibration))


def match(
    generation: Generation,
    text: str,
    where: RowFilter | None = None,
    settings: SearchSettings = DEFAULT,
) -> Matches:
    """The lexical leg alone, which needs no vector and so need not wait for one."""
    return Matches(
        generation=generation.name,
        lanes={
            lane: index.lexical.search(text, settings.candidates, where)
            for lane, index in generation.lanes.items()
        },
    )


def calibration_of(generation: Generation) -> Calibration:
    """The generation's own calibration, or the one that is shipped for its encoder.

    Raises:
        GenerationError: the manifest holds a calibration that cannot be read.
    """
    own = generation.manifest.calibration
    if own is not None:
        return Calibration.from_dict(own)
    return calibration_for(generation.manifest.encoder.model)


def count_terms(text: str) -> int:
    """How many distinct terms of a claim the lexical leg searches for."""
    text = encodable(text[:_MAX_CHARS])
    return min(len(set(telling(text))) + len(set(grams(text))), _MAX_TERMS)


def gather(lane: Lane, index: LaneIndex, query: Query, lexical: Hits | None = None) -> Pool:
    """The candidates of both legs, each with the exact scores of both.

    With a turned vector the dense leg searches by that one, and both vectors score.

    Args:
        lane: which one.
        index: of that lane.
        query: what is searched for.
        lexical: what the lexical leg finds, where it has searched already.
    """
    leading = query.vector if query.turned is None else query.turned
    wanted, where = query.settings.candidates, query.where
    dense = index.dense.search(leading, wanted, where)
    lexical = index.lexical.search(query.text, wanted, where) if lexical is None else lexical
    ids = _united(dense.ids, lexical.ids)
    if lane is Lane.REPORTING and (copied := _copied(index.columns, ids)):
        # Copies take no places from other articles.
        wanted += _MORE_FOR_COPIES * copied
        dense = index.dense.search(leading, wanted, where)
        lexical = index.lexical.search(query.text, wanted, where)
        ids = _united(dense.ids, lexical.ids)
    nearness, unknown = _spread_out(dense, ids)
    nearness[unknown] = index.dense.scores(leading, ids[unknown])
    bm25, unknown = _spread_out(lexical, ids)
    if len(lexical) == wanted:  # Otherwise no other passage shares a term.
        bm25[unknown] = index.lexical.scores(query.text, ids[unknown])
    turned = query.turned is not None
    return Pool(
        ids=ids,
        groups=_groups(lane, index.columns, ids),
        cosine=index.dense.scores(query.vector, ids) if turned else nearness,
        bm25=bm25,
        terms=query.terms,
        searched=_searched(index.columns, where),
        kinship=kinship(query.vector, index.centre),
        turned=nearness if turned else None,
    )


def _united(some: Ids, others: Ids) -> Ids:
    """The passages of either, ascending; `numpy.union1d` takes three times as long."""
    ids = np.concatenate((some, others))
    ids.sort()
    first = np.ones(len(ids), dtype=np.bool_)
    np.not_equal(ids[1:], ids[:-1], out=first[1:])
    return np.asarray(ids[first])


def _spread_out(hits: Hits, ids: NDArray[np.int64]) -> tuple[Scores, NDArray[np.bool_]]:
    """The scores of hits in the order of `ids`, and which of these were no hits."""
    scores = np.zeros(len(ids), dtype=np.float32)
    unknown = np.ones(len(ids), dtype=np.bool_)
    positions = np.searchsorted(ids, hits.ids)
    scores[positions] = hits.scores
    unknown[positions] = False
    return scores, unknown


def _groups(lane: Lane, columns: Columns, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    if lane is Lane.REPORTING:
        return columns.articles(ids)
    return np.asarray(columns.comment_id[columns.positions(ids)])


def _copied(columns: Columns, ids: NDArray[np.int64]) -> int:
    """How many of n passages are of a copy of an article that others of them are of already."""
    rows = columns.positions(ids)
    rows = rows[columns.family_id[rows] != UNKNOWN]
    firsts: dict[int, int] = {}
    articles, documents = columns.articles_at(rows), columns.document_id[rows]
    owners = zip(articles.tolist(), documents.tolist(), strict=True)
    return sum(firsts.setdefault(article, document) != document for article, document in owners)


def _searched(columns: Columns, where: RowFilter | None) -> int:
    mask = columns.mask(where)
    return len(columns) if mask is None else int(mask.sum())
