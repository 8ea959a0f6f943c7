"""Flattened text cut into blocks, with the blank lines before each: all that its layout tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.readers.decoding import trim

_MAX_MARKER_CHARS = 400
_COUNT = r"\d{1,3}(?:[.,\u00a0 ]?\d{3}){0,3}"
_WORDS = (
    "(?:reader )?comments?|responses?|replies|reply|thoughts?"
    "|comentarios?|respuestas?|coment[áa]rios?|respostas?|commentaires?|r[ée]ponses?"
    "|kommentare?|antworten|комментари(?:й|я|и|ев)|коментар(?:і|я|ів)?"
)
_MARKER = re.compile(
    # comments, Comments (12), Comments: 12, 12 responses, 3 thoughts on “Title”
    rf"(?:(?P<count>{_COUNT}|one)\s{{1,3}})?(?P<word>{_WORDS})"
    rf"(?:\s{{0,3}}[:(\[]?\s{{0,3}}{_COUNT}|\s(?:to|on)\s[“\"«'‘].{{1,300}}[”\"»'’])?",
    re.IGNORECASE,
)
_RULES = "-–—_=*#~·•|:<>()[] \t"
"""What may stand around a marker, as in ---comments---."""
_ONLY_COUNTED = ("thought", "reply")
"""Words that begin a discussion only with their number: alone they may be a heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines without a blank one between them."""

    text: str
    first_line: int
    """1-based, in the file."""
    last_line: int
    blanks_before: int
    marker: bool = False
    """It says that comments follow."""

    @property
    def one_line(self) -> bool:
        """Whether it has no line break inside."""
        return self.first_line == self.last_line


def is_marker(line: str) -> bool:
    """Whether a line says that comments follow: `Comments`, `12 responses`, `---comments---`."""
    if len(line) > _MAX_MARKER_CHARS:
        return False
    match = _MARKER.fullmatch(trim(line).strip(_RULES))
    if match is None:
        return False
    return bool(match["count"]) or not match["word"].lower().startswith(_ONLY_COUNTED)


def split_blocks(text: str, break_at: int | None = None) -> list[Block]:
    """Blocks of a text with LF newlines, in order.

    Args:
        text: the whole file.
        break_at: a 1-based line at which a block must begin.

    A marker is a block of its own. In a text without any blank line inside, every line is a block.
    """
    lines = text.split("\n")
    blocks = list(_blocks(lines, break_at))
    if any(block.blanks_before for block in blocks[1:]):
        return blocks
    return [
        _block(lines, number, number, 1, marker=block.marker)
        for block in blocks
        for number in range(block.first_line, block.last_line + 1)
    ]


def _blocks(lines: list[str], break_at: int | None) -> Iterator[Block]:
    first, blanks = 0, 0
    for number, line in enumerate([*lines, ""], start=1):
        blank = not trim(line)
        marker = not blank and is_marker(line)
        if first and (blank or marker or number == break_at):
            yield _block(lines, first, number - 1, blanks)
            first, blanks = 0, 0
        if marker:
            yield _block(lines, number, number, blanks, marker=True)
            blanks = 0
        elif blank:
            blanks += 1
        elif not first:
            first = number


def _block(lines: list[str], first: int, last: int, blanks: int, *, marker: bool = False) -> Block:
    text = trim("\n".join(lines[first - 1 : last]))
    return Block(text=text, first_line=first, last_line=last, blanks_before=blanks, marker=marker)
