from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from support.place import GLACIER, NEW, Place, titles

from embeddings.api import Vectors
from embeddings.errors import EncoderError
from index.answering import Asked, Found, find
from index.generation import open_generation
from index.reranking import Reranking


@dataclass
class Reading:
    """Scores texts by a rule, and takes a while over each call."""

    rule: Callable[[str], float]
    took_s: float = 0.0
    now: float = 0.0
    read: list[str] = field(default_factory=list)

    def score(self, claim: str, texts: Sequence[str]) -> Vectors:
        self.now += self.took_s
        self.read += texts
        return np.array([self.rule(text) for text in texts], dtype=np.float32)

    def clock(self) -> float:
        return self.now


@pytest.fixture
def found(place: Place) -> Found:
    fingerprint = place.encoder.info.fingerprint
    generation = open_generation(place.root, NEW, fingerprint=fingerprint)
    answer = find(generation, Asked(claim=GLACIER), place.encoder.one(GLACIER.text))
    generation.close()
    assert len(answer.reporting) > 8
    return answer


def by_name(text: str) -> float:
    return float(sum(map(ord, text)) % 11)


def test_the_order_is_the_models_and_nothing_else_changes(place: Place, found: Found) -> None:
    reading = Reading(by_name)
    again = Reranking(reading, passages=8).apply(found, GLACIER.text, place.library)

    scores = [by_name(text) for text in reading.read]
    best = sorted(range(8), key=lambda n: -scores[n])
    assert again.reporting[:8] == tuple(found.reporting[n] for n in best)
    assert again.reporting[8:] == found.reporting[8:]
    assert again.reporting != found.reporting
    assert (again.strength, again.remarks) == (found.strength, found.remarks)


def test_equal_scores_keep_the_order_of_the_search(place: Place, found: Found) -> None:
    assert Reranking(Reading(lambda _: 0.0)).apply(found, "x", place.library) == found


def test_a_text_is_read_below_its_title(place: Place, found: Found) -> None:
    reading = Reading(by_name)
    Reranking(reading, passages=2).apply(found, GLACIER.text, place.library)
    assert reading.read[0].startswith("Report 2 on the glacier\nWhat happened")


def test_without_time_the_order_stays_and_no_time_is_lost(place: Place, found: Found) -> None:
    reading = Reading(by_name, took_s=1.0)
    reranking = Reranking(reading, passages=8, budget_s=1.5, clock=reading.clock)
    assert reranking.apply(found, GLACIER.text, place.library) == found
    assert len(reading.read) == 4, "after one call it is clear that two do not fit"


def test_a_model_that_fails_leaves_the_order(place: Place, found: Found) -> None:
    def fail(_: str) -> float:
        raise EncoderError("broken")

    assert Reranking(Reading(fail)).apply(found, GLACIER.text, place.library) == found


async def test_an_answer_is_ordered_by_the_model(place: Place) -> None:
    async with place.service() as service:
        (plain,) = await service.answer([GLACIER])
        reading = Reading(lambda text: -float("Report 2" in text))
        service._reranking = Reranking(reading)
        (turned,) = await service.answer([GLACIER])
    assert titles(plain)[0] == "Report 2 on the glacier"
    assert "Report 2 on the glacier" not in titles(turned)[:1]
    assert (plain.abstained, turned.abstained) == (False, False)
