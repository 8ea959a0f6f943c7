"""Which passages may answer, in the terms that both legs of the search filter by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """A restriction by source and day; None restricts nothing.

    Days are proleptic ordinals (`date.toordinal()`), both ends included. A passage whose date is
    a range ("2018") passes if any day that it may mean lies inside; one without a usable date is
    outside every date range.
    """

    source_ids: frozenset[int] | None = None
    """An empty set lets nothing pass."""
    since: int | None = None
    until: int | None = None

    @property
    def unrestricted(self) -> bool:
        """Every passage passes."""
        return self.source_ids is None and self.since is None and self.until is None
