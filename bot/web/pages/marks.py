"""A stored text in pieces: what matched a claim, and the sentence nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from index.model import PARAGRAPH_BREAK, Excerpt, Paragraph, Span


class Mark(StrEnum):
    """How a piece of a text stands to the claim."""

    NONE = ""
    MATCH = "match"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters of one paragraph with one mark."""

    text: str
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedParagraph:
    """A paragraph as a page shows it; its pieces are the whole of it."""

    number: int
    """1-based."""
    pieces: tuple[Piece, ...]
    quote: bool = False
    uncertain: bool = False

    @property
    def matched(self) -> bool:
        """Whether any of it matched."""
        return any(piece.mark is not Mark.NONE for piece in self.pieces)

    @property
    def chars(self) -> int:
        """How long it is."""
        return sum(len(piece.text) for piece in self.pieces)


def marked(
    paragraphs: Sequence[Paragraph], excerpts: Iterable[Excerpt]
) -> tuple[MarkedParagraph, ...]:
    """Mark the parts of a text that an answer quotes; the text itself stays as it is.

    Args:
        paragraphs: of a body, or of a comment.
        excerpts: spans of their joined text; they may overlap.
    """
    spans = [span for excerpt in excerpts for span in _spans(excerpt)]
    made = []
    start = 0
    for number, paragraph in enumerate(paragraphs, start=1):
        end = start + len(paragraph.text)
        made.append(
            MarkedParagraph(
                number=number,
                pieces=tuple(_pieces(paragraph.text, start, spans)),
                quote=paragraph.quote,
                uncertain=paragraph.uncertain,
            )
        )
        start = end + len(PARAGRAPH_BREAK)
    return tuple(made)


def around_match(paragraphs: Sequence[MarkedParagraph], max_chars: int) -> slice:
    """Which paragraphs to show of a text that is longer than a page: those around its first match.

    Args:
        paragraphs: the whole text.
        max_chars: bound on the characters shown; one paragraph may be longer.
    """
    first = next((n for n, one in enumerate(paragraphs) if one.matched), 0)
    begin, room = first, max_chars // 4
    while begin > 0 and (room := room - paragraphs[begin - 1].chars) > 0:
        begin -= 1
    end, room = begin, max_chars
    while end < len(paragraphs) and (room > 0 or end <= first):
        room -= paragraphs[end].chars
        end += 1
    return slice(begin, end)


def _spans(excerpt: Excerpt) -> Iterator[tuple[Span, Mark]]:
    yield Span(start=excerpt.start, end=excerpt.end), Mark.MATCH
    if excerpt.highlight is not None:
        start, end = excerpt.highlight.start, excerpt.highlight.end
        yield Span(start=excerpt.start + start, end=excerpt.start + end), Mark.NEAREST


def _pieces(text: str, offset: int, spans: Sequence[tuple[Span, Mark]]) -> Iterator[Piece]:
    end = offset + len(text)
    here = [(span, mark) for span, mark in spans if span.start < end and span.end > offset]
    cuts = {offset, end}
    for span, _ in here:
        cuts |= {max(span.start, offset), min(span.end, end)}
    bounds = sorted(cuts)
    for left, right in pairwise(bounds):
        marks = {mark for span, mark in here if span.start <= left and span.end >= right}
        mark = next((m for m in (Mark.NEAREST, Mark.MATCH) if m in marks), Mark.NONE)
        yield Piece(text=text[left - offset : right - offset], mark=mark)
