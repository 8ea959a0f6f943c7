"""Log lines that come again and again: some are written, of the rest how many there were."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Span:
    """Lines of one wording since the first of them."""

    began: float
    written: int = 0
    left_out: list[logging.LogRecord] = field(default_factory=list)
    """At most one, the last."""
    count: int = 0


class Repeats:
    """Bounds how often a warning of one wording is written; for one thread at a time.

    What is turned away under a flood of messages would otherwise fill the disk with one line for
    each. Lines below a warning tell of work that was done, and all of them are written.
    """

    def __init__(self, *, most: int = 20, span_s: float = 10.0) -> None:
        """Nothing written yet.

        Args:
            most: lines of one wording that are written in a span.
            span_s: how long a span is; it begins with the first line.
        """
        self._most = most
        self._span_s = span_s
        self._spans: dict[tuple[str, int, str], _Span] = {}

    def lets(self, record: logging.LogRecord) -> bool:
        """Whether to write a line; ask `ended` first."""
        if record.levelno < logging.WARNING:
            return True
        key = (record.name, record.levelno, str(record.msg))
        span = self._spans.setdefault(key, _Span(began=record.created))
        if span.written < self._most:
            span.written += 1
            return True
        span.left_out = [record]
        span.count += 1
        return False

    def ended(self, now: float) -> Iterator[logging.LogRecord]:
        """One line for each wording of which some were left out in a span that is over.

        Args:
            now: seconds since the epoch, as records have them; infinite at the end of the process.
        """
        while self._spans:
            key, span = next(iter(self._spans.items()))
            # The first is the oldest. A clock that was set back begins anew.
            if span.began <= now < span.began + self._span_s:
                return
            del self._spans[key]
            for last in span.left_out:
                yield _summed_up(last, span.count, self._span_s)


def _summed_up(last: logging.LogRecord, count: int, span_s: float) -> logging.LogRecord:
    return logging.LogRecord(
        last.name,
        last.levelno,
        last.pathname,
        last.lineno,
        "%s (left out: %s more like it within %g s)",
        (last.getMessage(), f"{count:,}", span_s),
        None,
    )
