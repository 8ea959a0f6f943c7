"""A flood of one warning is some lines and a number; other lines are all written."""

from __future__ import annotations

import logging
import math

from bot.repeats import Repeats


def record(text: str, *, at: float, level: int = logging.WARNING) -> logging.LogRecord:
    made = logging.LogRecord("bot.test", level, __file__, 1, text, ("busy",), None)
    made.created = at
    return made


def written(repeats: Repeats, *records: logging.LogRecord) -> list[str]:
    lines = []
    for one in records:
        lines += [line.getMessage() for line in repeats.ended(one.created)]
        lines += [one.getMessage()] if repeats.lets(one) else []
    return lines


def test_the_first_lines_are_written_and_the_rest_counted_once_the_span_is_over() -> None:
    repeats = Repeats(most=2, span_s=10)
    flood = [record("refused: %s", at=n / 10) for n in range(5)]
    assert written(repeats, *flood) == ["refused: busy"] * 2
    assert written(repeats, record("another: %s", at=11)) == [
        "refused: busy (left out: 3 more like it within 10 s)",
        "another: busy",
    ]


def test_a_new_span_writes_again_and_tells_nothing_twice() -> None:
    repeats = Repeats(most=1, span_s=10)
    assert len(written(repeats, *(record("refused: %s", at=n) for n in (0, 1, 12)))) == 3
    assert written(repeats, record("other: %s", at=30)) == ["other: busy"]


def test_wordings_are_counted_apart() -> None:
    repeats = Repeats(most=1, span_s=10)
    lines = written(repeats, *(record(f"{n % 3}: %s", at=0) for n in range(6)))
    assert lines == ["0: busy", "1: busy", "2: busy"]


def test_lines_that_tell_of_work_done_are_all_written() -> None:
    repeats = Repeats(most=1, span_s=10)
    lines = written(repeats, *(record("did: %s", at=0, level=logging.INFO) for _ in range(9)))
    assert len(lines) == 9


def test_a_clock_that_is_set_back_keeps_no_line_back() -> None:
    repeats = Repeats(most=1, span_s=10)
    assert written(repeats, record("a: %s", at=5_000), record("a: %s", at=10)) == ["a: busy"] * 2


def test_the_end_of_the_process_tells_what_was_left_out() -> None:
    repeats = Repeats(most=1, span_s=10)
    written(repeats, record("a: %s", at=0), record("a: %s", at=1))
    assert [line.getMessage() for line in repeats.ended(math.inf)] == [
        "a: busy (left out: 1 more like it within 10 s)"
    ]
