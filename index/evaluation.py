"""What an evaluation found out: figures over all queries, and each query's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from index.errors import EvaluationError
from index.metrics import Quality
from index.model import Strength
from index.pairing import PairedTest, paired_randomisation


class Leg(StrEnum):
    """Which scores a ranking was made by."""

    FUSED = "fused"
    DENSE = "dense"
    LEXICAL = "bm25"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstention:
    """How well answerable claims are told from the same claims with their evidence removed.

    Near-duplicates of the evidence remain after the removal, so false answers are an upper bound.
    """

    auroc: float
    false_answers_at_90: float
    """Share of unanswerable claims above the threshold that 90 % of the answerable ones pass."""
    answered: float
    """Share of the claims that the product answers."""
    answered_without_evidence: float
    """Share of the claims that the product still answers with their evidence removed."""
    strong: float
    """Share of the claims whose first passage is called strong."""
    strong_and_right: float
    """Share of those whose first passage is evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """What became of one query."""

    query_id: str
    text: str
    relevant: frozenset[str]
    found: tuple[str, ...]
    """Records in the order of the fused ranking, ten at most."""
    quality: Mapping[Leg, Quality]
    strength: Strength
    probability: float
    """That the first passage is what was looked for."""
    probability_without_evidence: float
    strength_without_evidence: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Queries whose first passage is about equally probable to be evidence."""

    probability: float
    """Their mean."""
    right: float
    """The share of them whose first passage is evidence."""
    queries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures over all queries, and each query's own."""

    generation: str
    quality: Mapping[Leg, Quality]
    abstention: Abstention
    results: tuple[QueryResult, ...]
    missing: frozenset[str]
    """Relevant records that the generation does not hold; they count as not found."""

    def worst(self, count: int) -> tuple[QueryResult, ...]:
        """The queries with the lowest nDCG@10, among equals those with the worse first hit."""

        def goodness(result: QueryResult) -> tuple[float, float]:
            fused = result.quality[Leg.FUSED]
            return fused.ndcg_at_10, fused.recall_at_100

        return tuple(sorted(self.results, key=goodness)[:count])

    def reliability(self, bins: int = 5) -> tuple[Bin, ...]:
        """How often what is given a probability is right, in bins of equal width.

        All queries have their evidence in the collection, while probabilities are fitted with as
        many claims that have none; so the lower ones promise less than they keep.
        """
        filled: dict[int, list[QueryResult]] = {}
        for result in self.results:
            number = min(int(result.probability * bins), bins - 1)
            filled.setdefault(number, []).append(result)
        return tuple(
            Bin(
                probability=sum(r.probability for r in held) / len(held),
                right=share(bool(r.found) and r.found[0] in r.relevant for r in held),
                queries=len(held),
            )
            for _, held in sorted(filled.items())
        )


def compared(first: Evaluation, second: Evaluation, leg: Leg = Leg.FUSED) -> dict[str, PairedTest]:
    """The fused ranking of one evaluation against a ranking of another, over the same queries.

    Returns:
        By the names of the fields of `Quality`.
    """
    return compared_with(first, {one.query_id: one.quality[leg] for one in second.results})


def compared_with(first: Evaluation, kept: Mapping[str, Quality]) -> dict[str, PairedTest]:
    """The fused ranking of an evaluation against what each of its queries got elsewhere.

    Raises:
        EvaluationError: the queries are not the same.
    """
    asked = [result.query_id for result in first.results]
    if set(asked) != kept.keys():
        raise EvaluationError(
            f"{len(asked):,} queries were asked now and {len(kept):,} then, "
            f"{len(kept.keys() & set(asked)):,} of them the same; compare figures of the same "
            "queries and judgements."
        )
    return {
        field.name: paired_randomisation(
            [getattr(result.quality[Leg.FUSED], field.name) for result in first.results],
            [getattr(kept[query_id], field.name) for query_id in asked],
        )
        for field in fields(Quality)
    }


def share(flags: Iterable[bool]) -> float:
    """How many of n flags are set, n > 0."""
    values = list(flags)
    return sum(values) / len(values)
