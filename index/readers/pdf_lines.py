"""Lines of printed pages to paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_EDGE_LINES = 2
"""How many lines at the top and at the bottom of a page may stand on every page."""
_MIN_REPEATS = 3
_GAP = 1.35
"""Of the usual distance between lines; more is a gap between paragraphs."""
_FEW_STEPS = 8
"""With fewer a page may have nothing but gaps."""
_PLAIN_STEP = 1.3
"""Of a line's height."""
_OTHER_SIZE = 1.15
_INDENT = 0.8
"""Of a line's height."""
_SHORT = 0.8
"""Of the usual width; a shorter line that ends a sentence ends its paragraph."""
_ENDS = re.compile(r"[.!?…:。！？][\"”»’')\]]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010\x02\ufffe]$")
_CUT = re.compile("[\x02\ufffe]")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A printed line and where it stands."""

    text: str
    box: tuple[float, float, float, float] | None = None
    """Left, bottom, right and top in points, upwards; None where it is not known."""


def body_lines(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """All lines but page numbers, headers and footers.

    A line at an edge is one of these where it stands there, numbers aside, on at least three
    pages and on half of all.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for lines in pages:
        counts.update({mark for marks in _edges(lines).values() for mark in marks})
    least = max(_MIN_REPEATS, (len(pages) + 1) // 2)
    kept = []
    for lines in pages:
        edges = _edges(lines)
        kept += [
            line
            for at, line in enumerate(lines)
            if not any(counts[mark] >= least for mark in edges.get(at, ()))
        ]
    return kept


def paragraphs_of_lines(lines: Sequence[Line]) -> list[str]:
    """Paragraphs, each on one line, with words that were cut at a line's end whole again."""
    if not lines:
        return []
    usual = _Usual.of(lines)
    paragraphs, parts = [], [lines[0].text]
    for above, line in pairwise(lines):
        if usual.breaks(above, line):
            paragraphs.append(_joined(parts))
            parts = []
        parts.append(line.text)
    paragraphs.append(_joined(parts))
    return paragraphs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Usual:
    """What most lines of a document are like."""

    step: float
    width: float

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Usual:
        steps = sorted(s for above, line in pairwise(lines) if (s := _step(above, line)) > 0)
        widths = [_width(line) for line in lines]
        widest = sorted(widths)[len(widths) // 2 :]
        # Not the middle: in a page of short paragraphs most steps are gaps.
        step = steps[len(steps) // 4] if steps else 0.0
        if len(steps) < _FEW_STEPS:
            heights = [line.box[3] - line.box[1] for line in lines if line.box is not None]
            step = min(step, _PLAIN_STEP * median(heights)) if heights else step
        return cls(step=step, width=median(widest))

    def breaks(self, above: Line, line: Line) -> bool:
        """Whether a new paragraph begins between two lines that follow each other."""
        ended = _ENDS.search(above.text) is not None
        is_short = _width(above) < _SHORT * self.width
        if above.box is None or line.box is None:
            return ended and is_short
        height, above_height = line.box[3] - line.box[1], above.box[3] - above.box[1]
        small, large = sorted((height, above_height))
        if large > _OTHER_SIZE * small:
            return True
        step = _step(above, line)
        if step <= 0:
            # The next column or page: a sentence may go on there.
            return ended and is_short
        if self.step and step > _GAP * self.step:
            return True
        return ended and (is_short or line.box[0] - above.box[0] > _INDENT * height)


def _edges(lines: Sequence[Line]) -> dict[int, list[tuple[str, str]]]:
    """Marks by which lines at the edges of pages are compared, by their place on the page."""
    edges: dict[int, list[tuple[str, str]]] = {}
    count = len(lines)
    for at in (*range(min(_EDGE_LINES, count)), *range(max(0, count - _EDGE_LINES), count)):
        text = " ".join(_DIGITS.sub("#", lines[at].text).split())
        side = "top" if at < _EDGE_LINES else "bottom"
        edges.setdefault(at, []).append((side, text))
    return edges


def _joined(parts: Sequence[str]) -> str:
    return "".join(_pieces(parts))


def _pieces(parts: Sequence[str]) -> Iterator[str]:
    for part, after in pairwise((*parts, "")):
        match = _HYPHEN.search(part)
        if match and after[:1].islower():
            yield part[: match.start()]
        else:
            part = _CUT.sub("-", part)
            yield f"{part} " if after else part


def _step(above: Line, line: Line) -> float:
    """How far down a line stands below the one above it; negative in the next column."""
    if above.box is None or line.box is None:
        return 0.0
    return above.box[1] - line.box[1]


def _width(line: Line) -> float:
    return float(len(line.text)) if line.box is None else line.box[2] - line.box[0]
