"""Stacked bars as plain numbers; a template draws them as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 260
BASE, TOP, LEFT = 220, 16, 48
_MOST_BARS = 60
_WIDEST = 48.0
_OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of a bar, in the picture's units."""

    x: float
    y: float
    width: float
    height: float
    series: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every picture has around what it shows."""

    title: str
    series: tuple[str, ...]
    """Names, by number."""
    first: str
    """Where the time begins."""
    last: str
    highest: str
    left: int = LEFT
    base: int = BASE
    top: int = TOP
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Frame):
    """Everything that is drawn."""

    blocks: tuple[Block, ...]


def bars(title: str, counts: Iterable[tuple[str, str, int]], *, most_series: int = 6) -> Bars:
    """Lay out one bar for each step of time, the last sixty of them.

    Args:
        title: what is counted.
        counts: time as sortable text, series, and how many.
        most_series: the largest ones have a colour of their own, the rest is "others".
    """
    rows = list(counts)
    times = sorted({time for time, _, _ in rows})[-_MOST_BARS:]
    rows = [row for row in rows if row[0] in set(times)]
    names = _names(rows, most_series)
    heights: dict[str, list[int]] = {time: [0] * len(names) for time in times}
    for time, series, count in rows:
        place = names.index(series if series in names else _OTHERS)
        heights[time][place] += count
    highest = max((sum(column) for column in heights.values()), default=0)
    return Bars(
        title=title,
        blocks=tuple(_blocks(heights, names, highest)),
        series=tuple(names),
        first=times[0] if times else "",
        last=times[-1] if times else "",
        highest=str(highest),
    )


def _names(rows: Sequence[tuple[str, str, int]], most: int) -> list[str]:
    totals: dict[str, int] = {}
    for _, series, count in rows:
        totals[series] = totals.get(series, 0) + count
    names = sorted(totals, key=lambda name: (-totals[name], name))
    return names if len(names) <= most else [*names[: most - 1], _OTHERS]


def _blocks(heights: dict[str, list[int]], names: Sequence[str], highest: int) -> Iterable[Block]:
    step = (WIDTH - LEFT) / max(len(heights), 1)
    unit = (BASE - TOP) / max(highest, 1)
    for n, (time, column) in enumerate(heights.items()):
        y = float(BASE)
        for series, count in enumerate(column):
            if count:
                y -= count * unit
                yield Block(
                    x=round(LEFT + n * step, 1),
                    y=round(y, 1),
                    width=round(min(_WIDEST, step * 0.8), 1),
                    height=round(count * unit, 1),
                    series=series,
                    words=f"{time}, {names[series] or 'source not stated'}: {count}",
                )
