from __future__ import annotations

import pytest

from bot.limits import Limit, Verdict

MINUTE = 60.0


def limit(per_min: int = 3, longest_silence_min: int = 60) -> Limit:
    return Limit(per_min, longest_silence_min=longest_silence_min)


def test_who_keeps_to_it_is_always_admitted() -> None:
    counted = limit(3)
    assert {counted.judge(5, at=20.0 * n) for n in range(1_000)} == {Verdict.ADMIT}


def test_one_too_many_is_warned_about_once_and_then_ignored() -> None:
    counted = limit(3)
    said = [counted.judge(5, at=float(n)) for n in range(6)]
    assert said == [Verdict.ADMIT] * 3 + [Verdict.WARN] + [Verdict.IGNORE] * 2


def test_nobody_pays_for_another() -> None:
    counted = limit(3)
    for n in range(10):
        counted.judge(5, at=float(n))
    assert counted.judge(6, at=10.0) is Verdict.ADMIT


def silences_min(counted: Limit, times: int) -> list[float]:
    """How long each silence is for somebody who sends ten claims whenever there is an answer."""
    at, lasted = 0.0, []
    for _ in range(times):
        while counted.judge(5, at=at) is Verdict.ADMIT:
            pass
        begun = at
        while counted.judge(5, at=at) is not Verdict.ADMIT:
            at += 1.0
        lasted.append((at - begun) / MINUTE)
    return lasted


def test_each_silence_is_twice_as_long_as_the_one_before_up_to_a_bound() -> None:
    assert silences_min(limit(3, longest_silence_min=10), 6) == [1, 2, 4, 8, 10, 10]


def test_after_an_hour_without_too_much_it_begins_anew() -> None:
    counted = limit(1)
    assert [counted.judge(5, at=0.0) for _ in range(2)] == [Verdict.ADMIT, Verdict.WARN]
    assert [counted.judge(5, at=61 * MINUTE) for _ in range(2)] == [Verdict.ADMIT, Verdict.IGNORE]
    later = (61 + 2 + 60) * MINUTE + 1
    assert [counted.judge(5, at=later) for _ in range(2)] == [Verdict.ADMIT, Verdict.WARN]


def test_an_album_is_one_claim() -> None:
    counted = limit(2)
    parts = {counted.judge(5, at=0.0, album="a") for _ in range(10)}
    assert parts == {Verdict.ADMIT}
    others = [counted.judge(5, at=1.0, album=album) for album in ("b", "c", "c")]
    assert others == [Verdict.ADMIT, Verdict.WARN, Verdict.IGNORE]


def test_a_clock_that_goes_back_between_chats_ends_no_silence() -> None:
    counted = limit(1)
    assert [counted.judge(5, at=100.0) for _ in range(2)] == [Verdict.ADMIT, Verdict.WARN]
    assert counted.judge(5, at=50.0) is Verdict.IGNORE


def test_nought_is_no_limit() -> None:
    counted = limit(0)
    assert {counted.judge(5, at=0.0) for _ in range(1_000)} == {Verdict.ADMIT}


@pytest.mark.parametrize(("people", "at", "most"), [(30_000, 0.0, 10_000), (500, 3_601.0, 1)])
def test_few_are_remembered_and_not_for_long(people: int, at: float, most: int) -> None:
    counted = limit(1)
    for number in range(people):
        counted.judge(number, at=0.0)
    counted.judge(people, at=at)
    assert len(counted._askers) == most
