"""Finds paragraphs that repeat an earlier comment, in time linear in all text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.model import Comment, Paragraph

MIN_QUOTE_CHARS = 26
"""A paragraph must be over 25 characters to count as a quote: short ones recur by chance."""

_GRAM = MIN_QUOTE_CHARS // 2
_MAX_PLACES = 8
_WRAPPING = ">\"'“”«»„‘’…. \n"


class _Heard:
    """What earlier comments said, searchable by any stretch of at least `MIN_QUOTE_CHARS`.

    Texts are indexed by pieces of `_GRAM` characters at every `_GRAM`-th place. A stretch of
    twice that length contains one of these pieces whole, within its first `_GRAM` beginnings.
    """

    def __init__(self) -> None:
        self._paragraphs: list[str] = []
        self._whole: set[str] = set()
        self._places: dict[str, list[tuple[int, int]]] = {}

    def add(self, text: str) -> None:
        number = len(self._paragraphs)
        self._paragraphs.append(text)
        self._whole.add(text)
        for at in range(0, len(text) - _GRAM + 1, _GRAM):
            places = self._places.setdefault(text[at : at + _GRAM], [])
            # Pieces that recur endlessly would make the search quadratic.
            if len(places) < _MAX_PLACES:
                places.append((number, at))

    def holds(self, text: str) -> bool:
        if text in self._whole:
            return True
        for lead in range(_GRAM):
            for number, at in self._places.get(text[lead : lead + _GRAM], ()):
                if at >= lead and self._paragraphs[number].startswith(text, at - lead):
                    return True
        return False


def mark_quotes(comments: Sequence[Comment]) -> tuple[Comment, ...]:
    """The same comments, with paragraphs that stand in an earlier one marked as quotes.

    Quotation marks and `>` around a paragraph do not matter.
    """
    heard = _Heard()
    marked = []
    for comment in comments:
        paragraphs = tuple(_marked(paragraph, heard) for paragraph in comment.paragraphs)
        for paragraph in paragraphs:
            if len(paragraph.text) >= MIN_QUOTE_CHARS:
                heard.add(paragraph.text)
        changed = paragraphs != comment.paragraphs
        marked.append(replace(comment, paragraphs=paragraphs) if changed else comment)
    return tuple(marked)


def _marked(paragraph: Paragraph, heard: _Heard) -> Paragraph:
    if paragraph.quote or len(paragraph.text) < MIN_QUOTE_CHARS:
        return paragraph
    bare = paragraph.text.strip(_WRAPPING)
    text = bare if len(bare) >= MIN_QUOTE_CHARS else paragraph.text
    return replace(paragraph, quote=True) if heard.holds(text) else paragraph
