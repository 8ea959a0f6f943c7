"""Dates that know how precise they are: "November 4" has no year, "August 2017" has no day."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Precision(StrEnum):
    """How much of a date its text states."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    YEARLESS_MONTH = "month without year"
    YEARLESS_DAY = "day without year"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A calendar date of which year, month or day may be unknown; a time of day is not kept."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no calendar has.

        Raises:
            ValueError: nothing is stated, a day has no month, or the date does not exist.
        """
        if self.year is None and self.month is None:
            raise ValueError("A date states at least a year or a month.")
        if self.day is not None and self.month is None:
            raise ValueError("A day of the month needs its month.")
        # 2000 is a leap year: 29 February without a year exists.
        date(
            2000 if self.year is None else self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    @property
    def precision(self) -> Precision:
        """Which parts are stated."""
        if self.year is None:
            return Precision.YEARLESS_MONTH if self.day is None else Precision.YEARLESS_DAY
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    def bounds(self) -> tuple[date, date] | None:
        """First and last day that the date may mean, or None where the year is unknown."""
        if self.year is None:
            return None
        last_month = self.month or 12
        last_day = self.day or calendar.monthrange(self.year, last_month)[1]
        first = date(self.year, self.month or 1, self.day or 1)
        return first, date(self.year, last_month, last_day)

    def isoformat(self) -> str:
        """ISO 8601 of reduced precision: 2018, 2018-11, 2018-11-04, --11, --11-04."""
        head = "-" if self.year is None else f"{self.year:04d}"
        tail = [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join([head, *tail])

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read what `isoformat` writes; a time after the day is accepted and dropped.

        Raises:
            ValueError: the text has another form, or the date does not exist.
        """
        match = _ISO.match(text.strip())
        if match is None:
            raise ValueError(
                f"{text!r} is no date; write 2018, 2018-11, 2018-11-04, or --11-04 without a year."
            )
        year, month, day = (int(part) if part else None for part in match.groups())
        return cls(year=year, month=month, day=day)

    @classmethod
    def from_datetime(cls, moment: datetime | date) -> PartialDate:
        """The day of a moment, in the moment's own time zone."""
        return cls(year=moment.year, month=moment.month, day=moment.day)


_ISO = re.compile(r"(?:(\d{4})|-)(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date that a body paragraph mentions: evidence of when, not a statement of publication."""

    text: str
    """The words as they stand in the paragraph."""
    date: PartialDate
    paragraph: int
    """0-based body paragraph."""
    start: int
    """Offset of `text` in that paragraph."""
