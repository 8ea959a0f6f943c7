"""How good the live search is on a judged set: the product's own pipeline, judged by article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from embeddings.api import Encoder, Role, Vectors
from index.errors import EvaluationError
from index.evaluation import Abstention, Evaluation, Leg, QueryResult, share
from index.fusion import Scores, group_best
from index.generation import Generation
from index.judgements import JudgedQuery
from index.metrics import DEPTH, auroc, false_answer_rate, mean, quality
from index.model import Lane, Strength
from index.search import RankedLane, Ranking, SearchSettings, rank
from index.strength import Judged, judge, labels

if TYPE_CHECKING:
    from index.library import Library

_BATCH_QUERIES = 64

_Records: TypeAlias = Mapping[int, tuple[str, ...]]
"""The records that hold an article, by its number in the search."""

EVALUATED = SearchSettings(candidates=200)
"""Deeper than an answer needs, so that 100 documents can be judged; the order is the same."""

ReportProgress = Callable[[int, int], None]
"""Is told how many queries of how many are done."""


def evaluate(
    library: Library,
    generation: Generation,
    encoder: Encoder,
    queries: Sequence[JudgedQuery],
    *,
    progress: ReportProgress | None = None,
    settings: SearchSettings = EVALUATED,
) -> Evaluation:
    """Search for every query and judge what is found, as articles.

    Args:
        library: where the records of documents are known.
        generation: what is searched.
        encoder: the one that built it.
        queries: at least one.
        progress: is told how far it has come.
        settings: how many candidates each leg brings.

    Raises:
        EvaluationError: no query, or none of the relevant records is in the generation.
        SearchError, EmbeddingError, LibraryError: as the search raises them.
    """
    records = _records(library, generation)
    known = frozenset(chain.from_iterable(records.values()))
    relevant = frozenset[str]().union(*(query.relevant for query in queries))
    if not relevant & known:
        raise EvaluationError(
            f"None of the {len(relevant)} relevant records is in generation {generation.name}; "
            'load their corpus with "factcontext add", then run "factcontext rebuild".'
        )
    results = []
    for query, vector in _encoded(encoder, queries):
        results.append(_evaluate_one(generation, query, vector, records, settings))
        if progress is not None:
            progress(len(results), len(queries))
    return Evaluation(
        generation=generation.name,
        quality={leg: mean([result.quality[leg] for result in results]) for leg in Leg},
        abstention=_abstention(results),
        results=tuple(results),
        missing=relevant - known,
    )


def answered_share(
    generation: Generation,
    encoder: Encoder,
    texts: Sequence[str],
    *,
    settings: SearchSettings = EVALUATED,
) -> float:
    """The share of claims that get some reporting; for claims that the collection cannot answer.

    Args:
        generation: what is searched.
        encoder: the one that built it.
        texts: n claims, n > 0.
        settings: how many candidates each leg brings.
    """
    answered = 0
    for start in range(0, len(texts), _BATCH_QUERIES):
        batch = texts[start : start + _BATCH_QUERIES]
        vectors = encoder.encode(batch, Role.QUERY)
        for text, vector in zip(batch, vectors, strict=True):
            lane = rank(generation, text, vector, settings=settings).lanes[Lane.REPORTING]
            answered += lane.strength is not Strength.NONE
    return answered / len(texts)


# ---------------------------------------------------------------- one query


def _evaluate_one(
    generation: Generation,
    query: JudgedQuery,
    vector: Vectors,
    records: _Records,
    settings: SearchSettings,
) -> QueryResult:
    ranking = _deep_enough(generation, query.text, vector, settings)
    lane = ranking.lanes[Lane.REPORTING]
    found = {leg: _documents(lane, leg, records, query) for leg in Leg}
    evidence = np.array(
        [
            document
            for document in set(lane.judged.pool.groups.tolist())
            if query.relevant.intersection(records.get(document, ()))
        ],
        dtype=np.int64,
    )
    without = judge(lane.judged.pool.without(evidence), ranking.calibration)
    other = labels(without, Lane.REPORTING, ranking.calibration)
    return QueryResult(
        query_id=query.query_id,
        text=query.text,
        relevant=query.relevant,
        found=tuple(found[Leg.FUSED][:10]),
        quality={leg: quality(ranked, query.judged) for leg, ranked in found.items()},
        strength=lane.strength,
        probability=_decisive(lane.judged),
        probability_without_evidence=_decisive(without),
        strength_without_evidence=other[without.decisive] if other else Strength.NONE,
    )


def _deep_enough(
    generation: Generation, text: str, vector: Vectors, settings: SearchSettings
) -> Ranking:
    """A ranking with room for as many articles of each leg as are judged, or with all of them."""
    columns = generation.lanes[Lane.REPORTING].columns
    while True:
        ranking = rank(generation, text, vector, settings=settings)
        found = len(np.unique(ranking.lanes[Lane.REPORTING].judged.pool.groups))
        if found >= 2 * DEPTH or settings.candidates >= len(columns):
            return ranking
        # Long articles take many places each.
        settings = replace(settings, candidates=4 * settings.candidates)


def _documents(lane: RankedLane, leg: Leg, records: _Records, query: JudgedQuery) -> list[str]:
    pool = lane.judged.pool
    scores: Mapping[Leg, Scores] = {
        Leg.FUSED: lane.judged.fused,
        Leg.DENSE: pool.nearness,
        Leg.LEXICAL: pool.bm25,
    }
    matching = pool.bm25 > 0 if leg is Leg.LEXICAL else np.ones(len(pool), dtype=np.bool_)
    documents, _ = group_best(pool.groups[matching], scores[leg][matching])
    # Copies stand in a row, the earliest loaded first, as if each had been stored: equal texts
    # have equal scores, and which of them is judged must not decide.
    named = chain.from_iterable(records.get(document, ()) for document in documents.tolist())
    # A query that was taken from the collection does not look for itself, as in BEIR.
    itself = {query.query_id} - query.judged.keys()
    # One record that came from several files counts once.
    return list(islice((name for name in dict.fromkeys(named) if name not in itself), DEPTH))


def _decisive(judged: Judged) -> float:
    return float(judged.relevant[judged.decisive]) if len(judged.relevant) else 0.0


# ---------------------------------------------------------------- all queries


def _encoded(
    encoder: Encoder, queries: Sequence[JudgedQuery]
) -> Iterator[tuple[JudgedQuery, Vectors]]:
    for start in range(0, len(queries), _BATCH_QUERIES):
        batch = queries[start : start + _BATCH_QUERIES]
        vectors = encoder.encode([query.text for query in batch], Role.QUERY)
        yield from zip(batch, vectors, strict=True)


def _records(library: Library, generation: Generation) -> _Records:
    """By what the search takes for one article: a document, or all that are copies of a text."""
    columns = generation.lanes[Lane.REPORTING].columns
    articles = columns.articles(columns.passage_id)
    stored = library.record_ids(np.unique(columns.document_id).tolist())
    records: dict[int, dict[str, None]] = {}
    for article, document in zip(articles.tolist(), columns.document_id.tolist(), strict=True):
        # What is a whole file has no record; it takes its own place all the same.
        names = (name or f"document {document}" for name in stored.get(document, ()))
        records.setdefault(article, {}).update(dict.fromkeys(names))
    return {article: tuple(found) for article, found in records.items()}


def _abstention(results: Sequence[QueryResult]) -> Abstention:
    answerable = np.array([result.probability for result in results])
    removed = np.array([result.probability_without_evidence for result in results])
    strong = [result for result in results if result.strength is Strength.STRONG]
    right = [r for r in strong if r.found and r.found[0] in r.relevant]
    return Abstention(
        auroc=auroc(answerable, removed),
        false_answers_at_90=false_answer_rate(answerable, removed),
        answered=share(result.strength is not Strength.NONE for result in results),
        answered_without_evidence=share(
            result.strength_without_evidence is not Strength.NONE for result in results
        ),
        strong=len(strong) / len(results),
        strong_and_right=len(right) / len(strong) if strong else 0.0,
    )
