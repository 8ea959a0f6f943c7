"""Golden queries: claims of which the operator knows what should come back, asked of an index."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xxhash

from embeddings.api import Encoder, Role
from index.answering import Asked, find, read
from index.errors import EvaluationError
from index.judgements import numbered_lines
from index.model import Answer, Claim

if TYPE_CHECKING:
    from index.assemble import Shown
    from index.generation import Generation
    from index.library import Library

_BATCH_QUERIES = 64
_NOTICED = 0.001
"""A smaller change of a query's score is none."""

ReportProgress = Callable[[int, int], None]
"""Is told how many queries of how many are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenQuery:
    """A claim, and what its answer should hold; what is not stated is not judged."""

    query_id: str
    claim: str
    document: str | None = None
    """URL or title of the article that should come back."""
    passage: str | None = None
    """Words of the passage that should stand first."""
    comments: tuple[str, ...] = ()
    """Words of comments that belong to the claim."""
    not_comments: tuple[str, ...] = ()
    """Words of comments that should not be shown."""
    nothing: bool = False
    """The collection holds nothing close: the answer should say so."""

    @property
    def key(self) -> str:
        """Of this query and no other, without its words: another wording is another query."""
        return xxhash.xxh3_64_hexdigest(json.dumps(asdict(self), sort_keys=True).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How an index does on golden queries; None where no query is of that kind."""

    quality: float | None
    """Mean score of the queries that have an answer, 0 to 1."""
    false_answers: float | None
    """Share of the queries without one that were answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A query that does worse than before."""

    query: GoldenQuery
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two indexes on the queries that both were asked."""

    queries: int
    before: Figures
    after: Figures
    worse: tuple[Fall, ...]
    """The largest falls first."""

    def exceeds(self, *, max_fall: float, max_rise: float) -> bool:
        """Whether quality fell, or false answers rose, by more than is allowed."""
        fell = (self.before.quality or 0) - (self.after.quality or 0)
        rose = (self.after.false_answers or 0) - (self.before.false_answers or 0)
        return fell > max_fall + _NOTICED or rose > max_rise + _NOTICED


def read_golden(path: Path) -> tuple[GoldenQuery, ...]:
    """Read JSON Lines as in `seeds/golden.jsonl`; further fields are left alone.

    Raises:
        EvaluationError: the file cannot be read, is broken, or holds no query.
    """
    queries: dict[str, GoldenQuery] = {}
    for number, line in numbered_lines(path):
        try:
            query = _query(json.loads(line), number)
        except (ValueError, KeyError, TypeError, RecursionError) as fault:
            raise EvaluationError(
                f'{path}, line {number}: expected a JSON object with "claim" and one of '
                '"document", "comments" and "nothing".'
            ) from fault
        if query.query_id in queries:
            raise EvaluationError(f"{path}, line {number}: query {query.query_id!r} comes twice.")
        queries[query.query_id] = query
    if not queries:
        raise EvaluationError(f"{path} holds no query; write one, or name another file.")
    return tuple(queries.values())


def ask(
    queries: Sequence[GoldenQuery],
    generation: Generation,
    library: Library,
    encoder: Encoder,
    shown: Shown,
    *,
    progress: ReportProgress | None = None,
) -> dict[str, float]:
    """Answer every query as the product does, and score each answer from 0 to 1, by key."""
    scores: dict[str, float] = {}
    for start in range(0, len(queries), _BATCH_QUERIES):
        batch = queries[start : start + _BATCH_QUERIES]
        vectors = encoder.encode([query.claim for query in batch], Role.QUERY)
        for query, vector in zip(batch, vectors, strict=True):
            asked = Asked(claim=Claim(text=query.claim))
            found = find(generation, asked, vector)
            scores[query.key] = score(query, read(found, asked.claim, library, shown))
        if progress is not None:
            progress(min(start + _BATCH_QUERIES, len(queries)), len(queries))
    return scores


def score(query: GoldenQuery, answer: Answer) -> float:
    """How much of what was wanted the answer gives, 0 to 1: the mean of what is stated.

    Of the article and of the passage it is one over the place it stands at; of comments the share
    of right ones among those that are shown or missed.
    """
    if query.nothing:
        return float(answer.abstained)
    parts = []
    if query.document is not None:
        parts.append(_of_document(query.document, answer))
    if query.passage is not None:
        texts = [excerpt.text for article in answer.reporting for excerpt in article.passages]
        parts.append(_of_place(holds(text, [query.passage]) for text in texts))
    if query.comments:
        parts.append(_of_comments(query, answer))
    return sum(parts) / len(parts)


def figures(queries: Iterable[GoldenQuery], scores: Mapping[str, float]) -> Figures:
    """Sum up the queries that were scored."""
    known = [query for query in queries if query.key in scores]
    answerable = [scores[query.key] for query in known if not query.nothing]
    silent = [scores[query.key] for query in known if query.nothing]
    return Figures(
        quality=sum(answerable) / len(answerable) if answerable else None,
        false_answers=1 - sum(silent) / len(silent) if silent else None,
    )


def compare(
    queries: Sequence[GoldenQuery], before: Mapping[str, float], after: Mapping[str, float]
) -> Comparison | None:
    """Compare two indexes; None if no query was asked of both."""
    both = [query for query in queries if query.key in before and query.key in after]
    if not both:
        return None
    falls = [
        Fall(query=query, before=before[query.key], after=after[query.key])
        for query in both
        if after[query.key] < before[query.key] - _NOTICED
    ]
    return Comparison(
        queries=len(both),
        before=figures(both, before),
        after=figures(both, after),
        worse=tuple(sorted(falls, key=lambda fall: fall.after - fall.before)),
    )


# ---------------------------------------------------------------- one line


def _query(record: Any, number: int) -> GoldenQuery:  # noqa: ANN401 - any JSON
    if not isinstance(record, dict):
        raise TypeError("This should be an object.")
    query = GoldenQuery(
        query_id=str(record.get("id", number)),
        claim=_text(record["claim"]),
        document=_optional(record.get("document")),
        passage=_optional(record.get("passage")),
        comments=tuple(map(_text, record.get("comments") or ())),
        not_comments=tuple(map(_text, record.get("not_comments") or ())),
        nothing=record.get("nothing", False),
    )
    wanted = (query.document, query.passage, *query.comments)
    if not isinstance(query.nothing, bool) or query.nothing == any(wanted):
        raise ValueError("Nothing is wanted, or both something and nothing.")
    return query


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("This should be a text.")
    return value


# ---------------------------------------------------------------- one answer


def _of_document(wanted: str, answer: Answer) -> float:
    """An article that says nothing may be wanted for what its readers wrote."""
    return max(
        _of_place(wanted in (part.head.url, part.head.title) for part in parts)
        for parts in (answer.reporting, answer.discussion)
    )


def _of_place(right: Iterator[bool]) -> float:
    return next((1 / place for place, hit in enumerate(right, start=1) if hit), 0.0)


def _of_comments(query: GoldenQuery, answer: Answer) -> float:
    texts = [remark.excerpt.text for thread in answer.discussion for remark in thread.remarks]
    right = sum(any(holds(text, [wanted]) for text in texts) for wanted in query.comments)
    wrong = sum(holds(text, query.not_comments) for text in texts)
    return right / (len(query.comments) + wrong)


def holds(text: str, wanted: Iterable[str]) -> bool:
    """A passage may break its lines otherwise than the golden file does."""
    text = " ".join(text.split())
    return any(" ".join(words.split()) in text for words in wanted)
