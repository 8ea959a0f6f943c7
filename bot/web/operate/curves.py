"""Figures by day as plain numbers; a template draws them as SVG lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.web.operate.plots import BASE, LEFT, TOP, WIDTH, Frame

_MARGIN = 8
_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One figure, in the picture's units."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves(Frame):
    """Everything that is drawn."""

    curves: tuple[tuple[Dot, ...], ...]
    """One for each series, from left to right."""


def curves(
    title: str, series: Sequence[str], rows: Iterable[tuple[str, Sequence[float]]], *, unit: str
) -> Curves:
    """Lay out one line for each series over the last ninety days that have figures.

    Args:
        title: what is shown.
        series: names.
        rows: the day in ISO 8601, and the figure of each series, by day.
        unit: of the figures.
    """
    shown = list(rows)[-_DAYS:]
    days = [date.fromisoformat(day).toordinal() for day, _ in shown]
    step = (WIDTH - LEFT - 2 * _MARGIN) / max(days[-1] - days[0], 1) if days else 0.0
    highest = max((figure for _, figures in shown for figure in figures), default=0.0)

    def dot(place: int, number: int) -> Dot:
        day, figures = shown[place]
        share = figures[number] / highest if highest else 0.0
        return Dot(
            x=round(LEFT + _MARGIN + (days[place] - days[0]) * step, 1),
            y=round(BASE - share * (BASE - TOP), 1),
            words=f"{day}, {series[number]}: {figures[number]:.3g} {unit}",
        )

    return Curves(
        title=title,
        curves=tuple(
            tuple(dot(place, number) for place in range(len(shown)))
            for number in range(len(series))
        ),
        series=tuple(series),
        first=shown[0][0] if shown else "",
        last=shown[-1][0] if shown else "",
        highest=f"{highest:.2g} {unit}",
    )
