"""Claims that share words with their articles are told from claims that do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from support.collection import TOPICS, collection, load
from support.word_encoder import WordEncoder

from embeddings.api import Vectors
from embeddings.store import VectorStore
from index.calibrating import calibrate
from index.errors import TooFewLessonsError
from index.features import Feature
from index.generation import Generation, build, open_generation
from index.lessons import Lesson, Lessons
from index.library import Library
from index.model import Lane
from index.search import calibration_of
from index.strength import Calibration

CLAIMS = 60
TEXTS_IN = (
    "Der Gletscher ist in diesem Winter verschwunden",
    "Ледник исчез этой зимой навсегда",
    "El glaciar desapareció este invierno para siempre",
    "Le glacier a disparu cet hiver pour toujours",
)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    folder, words = tmp_path_factory.mktemp("calibrating"), WordEncoder()
    with Library.open(folder / "library.sqlite3") as library:
        load(library, collection(0, CLAIMS))
        with VectorStore(folder / "vectors.sqlite3", words.info) as store:
            name = build(library, words, store, folder / "generations")
    root, fingerprint = folder / "generations", words.info.fingerprint
    opened = open_generation(root, name, fingerprint=fingerprint)
    yield opened
    opened.close()


def lessons(*, silent: int = 24) -> Lessons:
    return Lessons(
        answerable=tuple(
            Lesson(
                query_id=f"q{n}",
                text=f"What happened to the {TOPICS[n % len(TOPICS)]}, told only{n}",
                evidence=frozenset({n + 1}),
            )
            for n in range(CLAIMS)
        ),
        silent=tuple(
            Lesson(query_id=f"s{n}", text=f"zebra{n} juggles quince{n}", evidence=frozenset())
            for n in range(silent)
        ),
    )


def vectors(asked: Lessons) -> dict[str, Vectors]:
    return {x.text: WordEncoder().one(x.text) for x in (*asked.answerable, *asked.silent)}


def test_a_fit_tells_claims_apart_better_than_the_cautious_one(generation: Generation) -> None:
    asked = lessons()
    found = calibrate(generation, asked, vectors(asked), made="on a Monday")

    assert found.helps
    assert found.close_refitted
    assert found.after.loss < found.before.loss
    assert found.after.auroc > 0.95
    assert (found.answerable, found.silent) == (60, 24)
    assert found.after.answered >= 0.8
    assert found.after.silent_answered == pytest.approx(0, abs=0.1)


def test_the_result_is_a_calibration_that_a_manifest_can_carry(generation: Generation) -> None:
    asked = lessons()
    made = calibrate(generation, asked, vectors(asked), made="on a Monday").calibration
    assert Calibration.from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert (made.encoder, made.provenance) == ("words", "on a Monday")
    assert made.cosine_spread is not None
    assert made.relevant.weights[Feature.COSINE] > 0
    assert made.close_at[Lane.DISCUSSION] == pytest.approx(made.close_at[Lane.REPORTING])


def test_what_a_growing_collection_does_stays_as_it_was(generation: Generation) -> None:
    asked = lessons()
    before = calibration_of(generation).close
    after = calibrate(generation, asked, vectors(asked), made="").calibration.close
    assert after.weights[Feature.SIZE] == before.weights[Feature.SIZE]


def test_without_claims_that_nothing_answers_what_is_close_stays(generation: Generation) -> None:
    asked = lessons(silent=19)
    found = calibrate(generation, asked, vectors(asked), made="")
    present = calibration_of(generation)
    assert not found.close_refitted
    assert found.calibration.close == present.close
    assert found.calibration.close_at == present.close_at
    assert found.calibration.relevant != present.relevant


def test_an_encoder_that_cannot_tell_claims_apart_is_rather_silent(generation: Generation) -> None:
    asked = lessons()
    same = tuple(
        replace(lesson, query_id=f"s{lesson.query_id}", evidence=frozenset())
        for lesson in asked.answerable[::2]
    )
    alike = Lessons(answerable=asked.answerable, silent=same)
    found = calibrate(generation, alike, vectors(alike), made="")
    assert found.after.silent_answered == pytest.approx(0.1, abs=0.1)


def test_claims_in_a_language_of_few_teach_nothing(generation: Generation) -> None:
    held_to = replace(calibration_of(generation), languages=frozenset({"en"})).to_dict()
    manifest = replace(generation.manifest, calibration=held_to)
    bound = Generation(name="bound", manifest=manifest, lanes=generation.lanes)
    asked = lessons()
    foreign = tuple(
        replace(lesson, text=f"El puente de la ciudad está cerrado desde ayer, {lesson.text}")
        for lesson in asked.answerable[:19]
    )
    mixed = replace(asked, answerable=(*foreign, *asked.answerable))
    found = calibrate(bound, mixed, vectors(mixed), made="")
    assert found.answerable == len(asked.answerable)
    assert found.calibration.languages == {"en"}


def test_too_few_claims_are_refused(generation: Generation) -> None:
    asked = lessons()
    few = Lessons(answerable=asked.answerable[:39], silent=asked.silent)
    with pytest.raises(TooFewLessonsError, match=r"at least 40 .* there are 39"):
        calibrate(generation, few, vectors(few), made="")


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        (17, "with a known article, and there are 17"),
        (60, "20 or more of each language, .* are 0"),
    ],
)
def test_few_claims_are_counted_as_a_person_counts_them(
    generation: Generation, claims: int, said: str
) -> None:
    held_to = replace(calibration_of(generation), languages=frozenset({"en"})).to_dict()
    bound = replace(generation, manifest=replace(generation.manifest, calibration=held_to))
    asked = lessons(silent=0).answerable[:claims]
    texts = [TEXTS_IN[number % len(TEXTS_IN)] for number in range(claims)]
    mixed = Lessons(
        answerable=tuple(
            replace(x, text=f"{text} {x.query_id}") for x, text in zip(asked, texts, strict=True)
        ),
        silent=(),
    )
    with pytest.raises(TooFewLessonsError, match=said):
        calibrate(bound, mixed, vectors(mixed), made="")


def test_claims_about_articles_that_never_come_first_are_refused(generation: Generation) -> None:
    asked = lessons()
    wrong = Lessons(
        answerable=tuple(replace(x, evidence=frozenset({999})) for x in asked.answerable),
        silent=asked.silent,
    )
    with pytest.raises(TooFewLessonsError, match="Hardly any claim finds its article first"):
        calibrate(generation, wrong, vectors(wrong), made="")
