from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import PartialDate, Precision


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2018", Precision.YEAR),
        ("2018-11", Precision.MONTH),
        ("2018-11-04", Precision.DAY),
        ("--11", Precision.YEARLESS_MONTH),
        ("--11-04", Precision.YEARLESS_DAY),
    ],
)
def test_iso_text_comes_back_with_its_precision(text: str, precision: Precision) -> None:
    parsed = PartialDate.parse(text)
    assert (parsed.isoformat(), parsed.precision) == (text, precision)


def test_a_time_of_day_is_dropped() -> None:
    assert PartialDate.parse("2018-11-04T23:59:00+02:00").isoformat() == "2018-11-04"


def test_a_moment_keeps_the_day_of_its_own_zone() -> None:
    moment = datetime(2018, 11, 4, 23, 30, tzinfo=UTC)
    assert PartialDate.from_datetime(moment).isoformat() == "2018-11-04"


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2018-13", "2018-02-30", "0000", "2018-00", "2018-11-00", "--00"),
        *("2018-11-4", "18-11-04", "-11-04", "2018/11/04", "2018-11-04x", "--02-30"),
    ],
)
def test_what_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    "parts",
    [{}, {"day": 4}, {"year": 2018, "day": 4}, {"year": 0}, {"month": 0}, {"month": 2, "day": 30}],
)
def test_impossible_parts_are_refused(parts: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate(**parts)


def test_the_leap_day_exists_without_a_year_and_in_leap_years_only() -> None:
    assert PartialDate.parse("--02-29").isoformat() == "--02-29"
    assert PartialDate.parse("2020-02-29").isoformat() == "2020-02-29"
    with pytest.raises(ValueError, match="day"):
        PartialDate.parse("2019-02-29")


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2018", (date(2018, 1, 1), date(2018, 12, 31))),
        ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2018-11-04", (date(2018, 11, 4), date(2018, 11, 4))),
        ("--11-04", None),
    ],
)
def test_bounds_are_the_first_and_last_day_it_may_mean(
    text: str, bounds: tuple[date, date] | None
) -> None:
    assert PartialDate.parse(text).bounds() == bounds


@settings(max_examples=100, deadline=None)
@given(st.dates())
def test_every_day_survives_writing_and_reading(day: date) -> None:
    written = PartialDate.from_datetime(day).isoformat()
    assert PartialDate.parse(written).bounds() == (day, day)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789-T: ٣", max_size=14))
def test_whatever_is_read_has_bounds_or_no_year(text: str) -> None:
    try:
        parsed = PartialDate.parse(text)
    except ValueError:
        return
    assert (parsed.bounds() is None) == (parsed.year is None)
