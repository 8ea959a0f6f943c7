from __future__ import annotations

from contextlib import suppress

import pytest
from support.clock import Clock

from index.waiting import WaitingLine


@pytest.fixture
def clock() -> Clock:
    return Clock(100.0)


@pytest.fixture
def line(clock: Clock) -> WaitingLine:
    return WaitingLine(clock)


def answer(line: WaitingLine, clock: Clock, seconds: float, times: int) -> None:
    """Claims one at a time, each of which takes so long."""
    for _ in range(times):
        with line.place(1):
            clock.now += seconds


def test_nobody_waits_for_an_empty_line_however_slow_it_was(
    line: WaitingLine, clock: Clock
) -> None:
    answer(line, clock, 60.0, 5)
    assert len(line) == 0
    assert line.wait_s == 0


def test_the_wait_is_that_of_everybody_before_at_the_speed_of_late(
    line: WaitingLine, clock: Clock
) -> None:
    answer(line, clock, 0.2, 400)
    with line.place(3), line.place(2):
        assert len(line) == 5
        assert line.wait_s == pytest.approx(5 * 0.2, rel=0.01)
    answer(line, clock, 0.05, 400)
    with line.place(5):
        assert line.wait_s == pytest.approx(5 * 0.05, rel=0.01)


def test_claims_that_are_answered_together_count_each(line: WaitingLine, clock: Clock) -> None:
    for _ in range(100):
        with line.place(3), line.place(5):
            clock.now += 0.8
    with line.place(1):
        assert line.wait_s == pytest.approx(0.1, rel=0.05)


def test_time_in_which_nobody_waits_counts_for_nothing(line: WaitingLine, clock: Clock) -> None:
    for _ in range(200):
        clock.now += 3_600
        answer(line, clock, 0.1, 1)
    with line.place(1):
        assert line.wait_s == pytest.approx(0.1, rel=0.02)


def test_what_is_given_up_tells_nothing_until_something_is_answered(
    line: WaitingLine, clock: Clock
) -> None:
    answer(line, clock, 0.1, 400)
    with line.place(1):
        with suppress(TimeoutError), line.place(1):
            clock.now += 5.0
            raise TimeoutError
        assert len(line) == 1
        assert line.wait_s == pytest.approx(0.1, rel=0.01)
    with line.place(1):
        assert line.wait_s == pytest.approx(0.1 + 5.0 * 0.02, rel=0.05)


def test_before_anything_is_known_sixty_may_wait_two_seconds_and_a_few_answers_correct_it(
    line: WaitingLine, clock: Clock
) -> None:
    with suppress(TimeoutError), line.place(60):
        assert line.wait_s == pytest.approx(1.8)
        raise TimeoutError
    answer(line, clock, 0.5, 10)
    with line.place(60):
        assert line.wait_s > 10
