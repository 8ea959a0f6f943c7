"""A map learns that what claims call one thing, articles call another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from support.collection import load
from support.documents import article, remark
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.errors import TooFewLessonsError
from index.generation import Generation, build, open_generation
from index.golden import GoldenQuery
from index.lessons import Lesson, Lessons, from_golden
from index.library import Library
from index.model import Lane
from index.query_map import turn
from index.search import SearchSettings, rank
from index.tuning import tune

CALLED = {"sickness": "measles", "fee": "tariff", "jab": "vaccine", "flat": "apartment"}
PLACES = tuple(f"town{n}" for n in range(16))


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Generation]]:
    folder, words = tmp_path_factory.mktemp("tuning"), WordEncoder()
    documents = [
        article(f"{subject} {place}", f"{subject} of {place} it is.", record=f"{place}-{subject}")
        for place in PLACES
        for subject in CALLED.values()
    ]
    with Library.open(folder / "library.sqlite3") as library:
        load(library, documents)
        with VectorStore(folder / "vectors.sqlite3", words.info) as store:
            name = build(library, words, store, folder / "generations")
        root, fingerprint = folder / "generations", words.info.fingerprint
        generation = open_generation(root, name, fingerprint=fingerprint)
        yield library, generation
        generation.close()


@pytest.fixture(scope="module")
def lessons(searched: tuple[Library, Generation]) -> Lessons:
    queries = [
        GoldenQuery(query_id=f"{said}{place}", claim=f"{said} {place}", document=f"{it} {place}")
        for place in PLACES
        for said, it in CALLED.items()
    ]
    return from_golden(queries, *searched)


def vectors(lessons: tuple[Lesson, ...]) -> np.ndarray:
    return np.stack([WordEncoder().one(lesson.text) for lesson in lessons])


def test_what_is_learned_carries_over_to_articles_that_no_lesson_was_about(
    searched: tuple[Library, Generation], lessons: Lessons
) -> None:
    told: list[tuple[int, int]] = []
    tuned = tune(
        searched[1],
        lessons.answerable,
        vectors(lessons.answerable),
        progress=lambda done, total: told.append((done, total)),
    )

    assert (tuned.all.claims, tuned.seen.claims, tuned.unseen.claims) == (64, 0, 64)
    assert tuned.unseen.after > tuned.unseen.before + 0.1
    assert tuned.p < 0.01
    assert tuned.helps
    assert told[-1] == (7, 7)


def test_lessons_that_teach_nothing_change_nothing(
    searched: tuple[Library, Generation], lessons: Lessons
) -> None:
    mixed = np.random.default_rng(5).permutation(len(lessons.answerable))
    wrong = tuple(
        replace(lesson, evidence=lessons.answerable[other].evidence)
        for lesson, other in zip(lessons.answerable, mixed, strict=True)
    )
    assert not tune(searched[1], wrong, vectors(wrong)).helps


def test_too_few_lessons_are_refused(
    searched: tuple[Library, Generation], lessons: Lessons
) -> None:
    few = lessons.answerable[:39]
    with pytest.raises(TooFewLessonsError, match=r"at least 40 .* there are 39"):
        tune(searched[1], few, vectors(few))


def test_a_map_changes_the_order_and_not_the_judgement(
    searched: tuple[Library, Generation],
) -> None:
    _, generation = searched
    vector = WordEncoder().one("jab town3")
    every = SearchSettings(candidates=100)
    plain = rank(generation, "jab town3", vector, settings=every).lanes[Lane.REPORTING]
    generation.query_map = np.random.default_rng(3).normal(size=(32, 32)).astype(np.float32)
    try:
        turned = rank(generation, "jab town3", vector, settings=every).lanes[Lane.REPORTING]
    finally:
        generation.query_map = None

    assert turned.ids.tolist() != plain.ids.tolist()
    assert turned.strength is plain.strength
    first = plain.judged
    assert turned.judged.relevant[turned.judged.decisive] == pytest.approx(first.relevant[0])
    close = dict(zip(plain.ids.tolist(), first.close.tolist(), strict=True))
    assert dict(zip(turned.ids.tolist(), turned.judged.close.tolist(), strict=True)) == (
        pytest.approx(close)
    )


def test_the_identity_changes_nothing(searched: tuple[Library, Generation]) -> None:
    _, generation = searched
    vector = WordEncoder().one("fee town5")
    plain = rank(generation, "fee town5", vector).lanes[Lane.REPORTING]
    generation.query_map = np.eye(32, dtype=np.float32)
    try:
        same = rank(generation, "fee town5", vector).lanes[Lane.REPORTING]
    finally:
        generation.query_map = None
    assert same.ids.tolist() == plain.ids.tolist()
    np.testing.assert_allclose(same.judged.fused, plain.judged.fused, atol=1e-5)


def test_a_turned_vector_is_of_unit_length() -> None:
    rows = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
    turned = turn(np.diag(np.arange(1, 9)).astype(np.float32), rows)
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-6)


def test_a_query_about_nothing_that_is_there_is_counted(
    searched: tuple[Library, Generation],
) -> None:
    queries = [
        GoldenQuery(query_id="a", claim="jab town1", document="vaccine town1"),
        GoldenQuery(query_id="b", claim="jab moon", document="vaccine moon"),
        GoldenQuery(query_id="c", claim="zebra", nothing=True),
        GoldenQuery(query_id="d", claim="jab", document="fee town1", comments=("no",)),
    ]
    found = from_golden(queries, *searched)
    assert [lesson.query_id for lesson in found.answerable] == ["a"]
    assert [lesson.query_id for lesson in found.silent] == ["c"]
    assert found.unknown == 1


def test_a_collection_of_discussions_alone_has_no_article_to_learn_from(tmp_path: Path) -> None:
    words = WordEncoder()
    with Library.open(tmp_path / "library.sqlite3") as library:
        discussed = article("Ferry", comments=(remark("a", "It is late again today."),))
        load(library, [replace(discussed, body=())])
        with VectorStore(tmp_path / "vectors.sqlite3", words.info) as store:
            name = build(library, words, store, tmp_path / "generations")
        generation = open_generation(
            tmp_path / "generations", name, fingerprint=words.info.fingerprint
        )
        asked = GoldenQuery(query_id="a", claim="the ferry is late", document="Ferry")
        assert from_golden([asked], library, generation).unknown == 1
        generation.close()
