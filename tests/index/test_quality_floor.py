"""Ranking, silence and discussions of the default model on a slice of the starter corpus.

The floors stand a little below what was measured, so that another processor's rounding does not
touch them. Who raises quality may raise a floor; who lowers quality has to say why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from support.encoders import encoder
from support.product import SEEDS

from embeddings.api import Role
from embeddings.store import VectorStore
from index.answering import Asked, find, read
from index.assemble import Shown
from index.generation import build, open_generation
from index.golden import GoldenQuery, figures, holds, read_golden, score
from index.library import Library
from index.loading import File, load
from index.model import Answer, Claim
from index.readers import Limits, walk

SLICE = SEEDS / "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A golden query with what the product answers."""

    query: GoldenQuery
    answer: Answer

    @property
    def titles(self) -> list[str]:
        return [article.head.title for article in self.answer.reporting]

    @property
    def remarks(self) -> list[str]:
        return [r.excerpt.text for thread in self.answer.discussion for r in thread.remarks]


@pytest.fixture(scope="module")
def askings(tmp_path_factory: pytest.TempPathFactory) -> list[Asking]:
    """Queries about the articles of the slice, and those that nothing answers."""
    folder, model = tmp_path_factory.mktemp("floor"), encoder()
    with Library.open(folder / "library.sqlite3") as library:
        for file in load(library, [File(path=p, named=True) for p in walk([SLICE])], Limits()):
            assert file.fault is None
        with VectorStore(folder / "vectors.sqlite3", model.info) as store:
            name = build(library, model, store, folder / "generations")
        held = {document.title for document in library.documents()}
        asked = [
            query
            for query in read_golden(SEEDS / "golden.jsonl")
            if query.nothing or query.document in held
        ]
        vectors = model.encode([query.claim for query in asked], Role.QUERY)
        generation = open_generation(
            folder / "generations", name, fingerprint=model.info.fingerprint
        )
        made = [
            Asking(
                query=query,
                answer=read(find(generation, Asked(claim=claim), vector), claim, library, Shown()),
            )
            for query, vector in zip(asked, vectors, strict=True)
            for claim in [Claim(text=query.claim)]
        ]
        generation.close()
    return made


def share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values)


def test_the_slice_is_large_enough_to_tell(askings: list[Asking]) -> None:
    assert sum(one.query.nothing for one in askings) >= 30
    assert sum(not one.query.nothing for one in askings) >= 40


def test_quality_of_answers(askings: list[Asking]) -> None:
    scores = {one.query.key: score(one.query, one.answer) for one in askings}
    found = figures([one.query for one in askings], scores)
    assert found.quality is not None
    assert found.quality >= 0.77


def test_the_right_article_stands_first(askings: list[Asking]) -> None:
    wanted = [one for one in askings if one.query.passage]
    assert share(one.titles[:1] == [one.query.document] for one in wanted) >= 0.88


def test_what_nothing_answers_is_left_unanswered(askings: list[Asking]) -> None:
    silent = [one for one in askings if one.query.nothing]
    assert share(not one.answer.abstained for one in silent) <= 0.12


def test_comments_that_are_shown_are_about_the_claim(askings: list[Asking]) -> None:
    judged = [one for one in askings if one.query.comments]
    about = [holds(text, one.query.comments) for one in judged for text in one.remarks]
    assert share(about) >= 0.62
    found = [
        any(holds(text, [wanted]) for text in one.remarks)
        for one in judged
        for wanted in one.query.comments
    ]
    assert share(found) >= 0.5
