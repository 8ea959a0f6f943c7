"""Who looks on is told of every claim that is turned away, and why."""

from __future__ import annotations

import pytest

from embeddings.errors import EncoderBusyError, EncoderError
from index.errors import NoGenerationError, SearchBusyError, SearchTimeoutError
from index.model import Strength
from index.observing import Observers, Refusal, Step, refusals


class Looker:
    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def took(self, step: Step, seconds: float) -> None: ...

    def answered(self, strength: Strength) -> None: ...

    def refused(self, why: Refusal) -> None:
        self.refusals.append(why)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SearchBusyError, [Refusal.BUSY]),
        (EncoderBusyError, [Refusal.BUSY]),
        (SearchTimeoutError, [Refusal.LATE]),
        (NoGenerationError, []),
        (EncoderError, []),
    ],
)
def test_what_is_turned_away_is_told_to_all_and_the_caller_still_gets_the_error(
    error: type[Exception], told: list[Refusal]
) -> None:
    first, second = Looker(), Looker()
    with pytest.raises(error), refusals(Observers(first, second)):
        raise error("no")
    assert (first.refusals, second.refusals) == (told, told)
