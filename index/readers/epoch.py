"""Days from seconds since 1970, as exports of discussions state times."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from index.dates import PartialDate

_BILLION = 1_000_000_000
_STAMP_CHARS = 30


def seconds_of(value: object) -> int | None:
    """Seconds since 1970 from a number or its digits, or None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) else None


def day_of(value: object) -> PartialDate | None:
    """The day in UTC of seconds since 1970, or None where no such day can be told."""
    seconds = seconds_of(value)
    try:
        return None if seconds is None else PartialDate.from_datetime(_moment(seconds))
    except (ValueError, OverflowError, OSError):
        return None


def day_of_stamp(value: object) -> PartialDate | None:
    """The day of a number that can be nothing but seconds or milliseconds, from 2001 to 2033."""
    if isinstance(value, str) and len(value) > _STAMP_CHARS:
        return None
    seconds = seconds_of(value) or 0
    if seconds // _BILLION // 1_000 == 1:
        seconds //= 1_000
    return day_of(seconds) if seconds // _BILLION == 1 else None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
