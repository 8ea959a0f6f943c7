"""Which passages may answer, in the terms that both legs of the search filter by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFilter:
    """A restriction by source, language and day; None restricts nothing.

    Days are proleptic ordinals (`date.toordinal()`), both ends included. A passage whose date is
    a range ("2018") passes if any day that it may mean lies inside; one without a usable date is
    outside every date range.
    """

    source_ids: frozenset[int] | None = None
    """An empty set lets nothing pass."""
    languages: frozenset[int] | None = None
    """`languages.number_of` each; what is in an unknown language passes none."""
    since: int | None = None
    until: int | None = None

    @property
    def unrestricted(self) -> bool:
        """Every passage passes."""
        return all(
            limit is None for limit in (self.source_ids, self.languages, self.since, self.until)
        )
