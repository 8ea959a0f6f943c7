"""The founding layout: an article page flattened to text, its comments below it.

Each comment was written as blank line, author, blank line, text. An author that was lost leaves
two blank lines. Where comments begin, and where one ends, has to be guessed from that; the rules
and how often they are right stand in docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index.errors import MalformedError
from index.model import Document, Paragraph
from index.readers.blocks import Block, split_blocks
from index.readers.comments import Told, check_count, link
from index.readers.confidence import Clue, confidence_in
from index.readers.fields import clean_name
from index.readers.heading import read_heading
from index.readers.limits import Limits
from index.readers.records import check_paragraphs, mentions_of

MAX_AUTHOR_CHARS = 40
MAX_AUTHOR_WORDS = 5
SHORT_BLOCK_CHARS = 120
"""A shorter last block before a gap is rather the first comment than the end of the article."""

_FINAL = tuple('.!?…:;,。！？؟،؛।"”»')


def parse_layout(
    text: str, where: str, limits: Limits, comments_at: int | None = None
) -> Document:
    """The document that a flattened page holds.

    Args:
        text: the page, with LF newlines.
        where: how a fault begins.
        limits: bounds on paragraphs and comments.
        comments_at: 1-based line where the comments begin, 0 for none, None to find out.

    Raises:
        MalformedError: there is nothing below the title, or no such line.
        TooLargeError: there is more than the limits allow.
    """
    _check_line(comments_at, text, where)
    blocks = split_blocks(text, break_at=comments_at)
    if not blocks:
        raise MalformedError(f"{where} has no text.")
    heading = read_heading(blocks)
    rest = heading.rest
    authors = _author_lines(rest)
    start, clue = _boundary(rest, authors, comments_at)
    body = tuple(_paragraph(block) for block in rest[:start] if not block.marker)
    told = _comments(rest, authors, start, limits, where)
    if comments_at and not told:
        raise MalformedError(
            f'{where}: "comments_start_line" is {comments_at}, and no text stands there or below; '
            "give 0 for no comments."
        )
    if not body and not told:
        raise MalformedError(f"{where} has a title and nothing below it.")
    check_paragraphs(body, limits, where)
    comments, warnings = link(told, limits, where)
    return Document(
        title=heading.title,
        credit=heading.credit,
        author=heading.author,
        published=heading.published,
        body=body,
        comments=comments,
        mentions=mentions_of(body),
        parse_confidence=confidence_in(clue, body, comments),
        warnings=(*_doubts(clue, comments[0].paragraphs if comments else ()), *warnings),
    )


def _check_line(line: int | None, text: str, where: str) -> None:
    last = text.count("\n") + 1
    if line is not None and line > last:
        raise MalformedError(
            f'{where}: "comments_start_line" is {line}, the file has {last} lines; '
            "give a line of the file, or 0 for no comments."
        )


def _doubts(clue: Clue, first: Sequence[Paragraph]) -> tuple[str, ...]:
    lines = first[0].lines if first else None
    if lines is None or clue not in (Clue.GAP, Clue.AUTHOR):
        return ()
    return (
        f'comments were guessed to begin at line {lines[0]} ({clue}); "comments_start_line" '
        "in a sidecar settles it",
    )


def _author_lines(blocks: Sequence[Block]) -> list[bool]:
    """Which blocks are author lines, decided from the end.

    A short answer looks like a name. What follows an author is a text, so of several such
    blocks in a row, before a text that is none, every other one is an author.
    """
    authors = [False] * len(blocks)
    for at in range(len(blocks) - 2, -1, -1):
        below = blocks[at + 1]
        authors[at] = (
            below.blanks_before == 1
            and not below.marker
            and not authors[at + 1]
            and _looks_like_author(blocks[at])
        )
    return authors


def _looks_like_author(block: Block) -> bool:
    text = block.text
    return (
        block.one_line
        and not block.marker
        and len(text) <= MAX_AUTHOR_CHARS
        and len(text.split()) <= MAX_AUTHOR_WORDS
        and not text.endswith(_FINAL)
        and "://" not in text
        and any(character.isalnum() for character in text)
    )


def _boundary(
    blocks: Sequence[Block], authors: Sequence[bool], comments_at: int | None
) -> tuple[int, Clue]:
    """Position of the first block of the comments, and what told it."""
    none = len(blocks)
    if comments_at is not None:
        after = (at for at, b in enumerate(blocks) if comments_at and b.first_line >= comments_at)
        return next(after, none), Clue.SIDECAR
    marker = _marker(blocks)
    if marker is not None:
        return marker, Clue.MARKER
    if all(below.first_line == above.last_line + 1 for above, below in pairwise(blocks)):
        # Lines without any blank one between them: nothing in them tells bodies from comments.
        return none, Clue.NOTHING
    # The first block is the article's whatever it looks like.
    for at in range(1, none):
        if authors[at]:
            return at, Clue.AUTHOR
        if blocks[at].blanks_before >= 2:
            above = blocks[at - 1]
            back = at > 1 and (not above.one_line or len(above.text) < SHORT_BLOCK_CHARS)
            return at - back, Clue.GAP
    return none, Clue.NOTHING


def _marker(blocks: Sequence[Block]) -> int | None:
    bare, below_text = None, False
    for at, block in enumerate(blocks):
        if not block.marker:
            below_text = True
            continue
        if below_text:
            return at
        # Above the body `12 comments` is a link to them; without a number it begins them.
        if bare is None and not any(character.isdigit() for character in block.text):
            bare = at
    return bare


def _comments(
    blocks: Sequence[Block], authors: Sequence[bool], start: int, limits: Limits, where: str
) -> list[Told]:
    told: list[Told] = []
    author: str | None = None
    named = False
    paragraphs: list[Paragraph] = []

    def close() -> None:
        if paragraphs:
            told.append(Told(author=author, paragraphs=tuple(paragraphs)))
            check_count(len(told), limits, where)
            paragraphs.clear()

    for at in range(start, len(blocks)):
        block = blocks[at]
        if block.marker:
            continue
        if authors[at]:
            close()
            author, named = clean_name(block.text), True
        elif block.blanks_before >= 2:
            close()
            author, named = None, False
            paragraphs.append(_paragraph(block))
        else:
            goes_on = bool(paragraphs)
            paragraphs.append(_paragraph(block, uncertain=goes_on and not named))
    close()
    return told


def _paragraph(block: Block, *, uncertain: bool = False) -> Paragraph:
    return Paragraph(
        text=block.text, lines=(block.first_line, block.last_line), uncertain=uncertain
    )
