"""Claims whose answer is known, as numbers: which stored articles and passages are evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.generation import Generation
from index.golden import GoldenQuery, holds
from index.judgements import JudgedQuery
from index.languages import of_claim
from index.model import Lane

if TYPE_CHECKING:
    from index.library import Library

LEAST_SPOKEN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A claim with its evidence in a generation, or one that nothing there answers."""

    query_id: str
    text: str
    evidence: frozenset[int]
    """Articles, as `Columns.articles` numbers them; none where nothing answers."""
    passages: frozenset[int] = frozenset()
    """Passages that should stand first, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What can be learned from, and what cannot."""

    answerable: tuple[Lesson, ...]
    silent: tuple[Lesson, ...]
    """Claims that nothing in the collection answers."""
    unknown: int = 0
    """Queries whose evidence the generation does not hold."""

    @property
    def languages(self) -> frozenset[str]:
        """Of at least 20 answerable claims: fewer teach nothing of a language."""
        spoken = Counter(of_claim(lesson.text) for lesson in self.answerable)
        return frozenset(name for name, many in spoken.items() if many >= LEAST_SPOKEN)

    def only(self, languages: Set[str]) -> Lessons:
        """Those in some languages."""
        return replace(
            self,
            answerable=tuple(x for x in self.answerable if of_claim(x.text) in languages),
            silent=tuple(x for x in self.silent if of_claim(x.text) in languages),
        )


def from_golden(
    queries: Iterable[GoldenQuery], library: Library, generation: Generation
) -> Lessons:
    """Find what golden queries name; those about comments alone teach nothing here."""
    queries = [query for query in queries if query.nothing or _of_an_article(query)]
    named = library.named({query.document for query in queries if query.document})
    articles, held = _articles(generation), _passages_by_article(generation)
    answerable, silent, unknown = [], [], 0
    for query in queries:
        documents = named.get(query.document or "", ())
        evidence = frozenset(articles[i] for i in documents if i in articles)
        lesson = Lesson(
            query_id=query.query_id,
            text=query.claim,
            evidence=evidence,
            passages=_saying(query.passage, evidence, held, library),
        )
        if query.nothing:
            silent.append(lesson)
        elif evidence:
            answerable.append(lesson)
        else:
            unknown += 1
    return Lessons(answerable=tuple(answerable), silent=tuple(silent), unknown=unknown)


def from_judged(
    queries: Iterable[JudgedQuery], library: Library, generation: Generation
) -> Lessons:
    """Find the records that judged queries name."""
    articles = _articles(generation)
    holders: dict[str, set[int]] = {}
    for document, names in library.record_ids(list(articles)).items():
        for name in names:
            holders.setdefault(name, set()).add(articles[document])
    answerable, unknown = [], 0
    for query in queries:
        evidence = frozenset[int]().union(*(holders.get(name, ()) for name in query.relevant))
        if evidence:
            answerable.append(Lesson(query_id=query.query_id, text=query.text, evidence=evidence))
        else:
            unknown += 1
    return Lessons(answerable=tuple(answerable), silent=(), unknown=unknown)


def _of_an_article(query: GoldenQuery) -> bool:
    return query.document is not None and (query.passage is not None or not query.comments)


def _articles(generation: Generation) -> Mapping[int, int]:
    """The article of each document that the generation holds."""
    columns = generation.lanes[Lane.REPORTING].columns
    articles = columns.articles(columns.passage_id)
    return dict(zip(columns.document_id.tolist(), articles.tolist(), strict=True))


def _passages_by_article(generation: Generation) -> Mapping[int, Sequence[int]]:
    columns = generation.lanes[Lane.REPORTING].columns
    articles = columns.articles(columns.passage_id)
    held: dict[int, list[int]] = {}
    for article, passage in zip(articles.tolist(), columns.passage_id.tolist(), strict=True):
        held.setdefault(article, []).append(passage)
    return held


def _saying(
    words: str | None,
    evidence: frozenset[int],
    held: Mapping[int, Sequence[int]],
    library: Library,
) -> frozenset[int]:
    if words is None or not evidence:
        return frozenset()
    ids = [passage for article in evidence for passage in held[article]]
    stored = library.hydrate(ids)
    return frozenset(id_ for id_, passage in stored.items() if holds(passage.text, [words]))
