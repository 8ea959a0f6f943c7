"""Ranking, silence and discussions of the default model on a slice of the starter corpus.

The floors stand a little below what was measured, so that another processor's rounding does not
touch them. Who raises quality may raise a floor; who lowers quality has to say why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.encoders import encoder
from support.product import SEEDS

from embeddings.api import Role
from embeddings.store import VectorStore
from index.answering import Asked, find, read
from index.assemble import Shown
from index.generation import build, open_generation
from index.golden import GoldenQuery, figures, holds, read_golden, score
from index.languages import of_claim
from index.library import Library
from index.loading import File, load
from index.model import Answer, Claim
from index.readers import Limits, walk

SLICE = (SEEDS / "plain",)
OTHER_LANGUAGES = (SEEDS / "jsonl" / "languages.jsonl", SEEDS / "markdown" / "briefwahl.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A golden query with what the product answers."""

    query: GoldenQuery
    answer: Answer

    @property
    def right(self) -> bool:
        """Whether the right article stands first."""
        firsts = [{article.head.url, article.head.title} for article in self.answer.reporting[:1]]
        return any(self.query.document in names for names in firsts)

    @property
    def remarks(self) -> list[str]:
        return [r.excerpt.text for thread in self.answer.discussion for r in thread.remarks]


@pytest.fixture(scope="module")
def askings(tmp_path_factory: pytest.TempPathFactory) -> list[Asking]:
    """English queries about the articles of the slice, and those that nothing answers."""
    asked = asking(tmp_path_factory.mktemp("floor"), SLICE)
    return [one for one in asked if of_claim(one.query.claim) == "en"]


@pytest.fixture(scope="module")
def other_askings(tmp_path_factory: pytest.TempPathFactory) -> list[Asking]:
    """The same in languages that the default model does not know."""
    asked = asking(tmp_path_factory.mktemp("languages"), OTHER_LANGUAGES)
    return [one for one in asked if of_claim(one.query.claim) != "en"]


def asking(folder: Path, documents: Iterable[Path]) -> list[Asking]:
    """Ask what is known of some documents, of nothing but these."""
    model = encoder()
    with Library.open(folder / "library.sqlite3") as library:
        for file in load(library, [File(path=p, named=True) for p in walk(documents)], Limits()):
            assert file.fault is None
        with VectorStore(folder / "vectors.sqlite3", model.info) as store:
            name = build(library, model, store, folder / "generations")
        held = {name for one in library.documents() for name in (one.title, one.url)}
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
    assert share(one.right for one in wanted) >= 0.9


def test_what_nothing_answers_is_left_unanswered(askings: list[Asking]) -> None:
    silent = [one for one in askings if one.query.nothing]
    assert share(not one.answer.abstained for one in silent) <= 0.12


def test_sharing_a_language_with_an_article_is_no_closeness(other_askings: list[Asking]) -> None:
    silent = [one for one in other_askings if one.query.nothing]
    assert len(silent) >= 24
    assert [one.query.claim for one in silent if not one.answer.abstained] == []


def test_claims_in_other_languages_are_found_by_their_words(other_askings: list[Asking]) -> None:
    wanted = [one for one in other_askings if not one.query.nothing]
    assert len(wanted) >= 8
    assert share(score(one.query, one.answer) > 0 for one in wanted) >= 0.8


def test_comments_that_are_shown_are_about_the_claim(askings: list[Asking]) -> None:
    judged = [one for one in askings if one.query.comments]
    about = [holds(text, one.query.comments) for one in judged for text in one.remarks]
    assert share(about) >= 0.54
    found = [
        any(holds(text, [wanted]) for text in one.remarks)
        for one in judged
        for wanted in one.query.comments
    ]
    assert share(found) >= 0.5
