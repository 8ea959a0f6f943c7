"""When to look again: sooner where things happen, later where they fail or stay as they are."""

from __future__ import annotations

DAY_S = 24 * 3_600.0
WEEK_S = 7 * DAY_S
MAX_PAGE_FAILURES = 5
"""After as many the summary stands, until the feed says something new of the article."""


def after_success(now: float, interval_s: float) -> float:
    """The next look at a feed that could be read."""
    return now + interval_s


def after_failure(
    now: float, interval_s: float, failures: int, retry_after_s: float | None
) -> float:
    """The next look at what could not be read: twice as late each time, up to a day.

    Args:
        now: seconds since 1970.
        interval_s: the usual time between two looks.
        failures: how many in a row there were, this one counted.
        retry_after_s: how long the server asks to be left alone for.
    """
    wait = min(interval_s * 2.0 ** min(failures, 20), max(DAY_S, interval_s))
    return now + max(wait, retry_after_s or 0.0)


def comments_after(now: float, interval_s: float, quiet: int) -> float:
    """The next look at comments: twice as late each time that there are none, up to a week."""
    return now + min(interval_s * 2.0 ** min(quiet, 20), max(WEEK_S, interval_s))
