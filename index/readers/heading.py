"""What stands above the body of a flattened page: title, credit, byline, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.dates import PartialDate, Precision
from index.readers.blocks import Block
from index.readers.decoding import trim
from index.readers.fields import MAX_TITLE_CHARS, clean_name, one_line, parse_published

_EARLY = 3
"""How many blocks after the title may still be about the article and not of it."""
_MAX_CREDIT_CHARS = 150
_MAX_BYLINE_CHARS = 60

_CREDIT = re.compile(
    r"illustrative (?:image|photo)|(?:file |stock )?photo(?:graph)?s?\b|images?\s?(?:[:©]|by\b)"
    r"|(?:image |photo )?(?:sources?|credits?|courtesy)\s?(?::|of\b)|credits?\b|©|\(c\)|via\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:By|BY|by|Von|Por|Par)\s(?=[^\W\d_])")
_DATELINE = re.compile(r"(?:published|posted|updated|date)(?:\son)?\s?:?\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The stated fields of a flattened page, and the blocks that are none of them."""

    title: str
    credit: str | None = None
    author: str | None = None
    published: PartialDate | None = None
    rest: tuple[Block, ...] = ()


def read_heading(blocks: Sequence[Block]) -> Heading:
    """The heading of a text's blocks, of which there is at least one.

    Of a first block with several lines the first is the title and the others belong to the body.
    A credit may stand below the first paragraph, byline and date only above it.
    """
    heading, rest = _titled(blocks)
    kept: list[Block] = []
    for at, block in enumerate(rest):
        if at >= _EARLY or block.marker:
            kept.extend(rest[at:])
            break
        stated = _stated_in(block, heading, above_body=not kept)
        if stated is not None:
            heading = stated
        elif block.one_line:
            kept.append(block)
        else:
            kept.extend(rest[at:])
            break
    return replace(heading, rest=tuple(kept))


def _titled(blocks: Sequence[Block]) -> tuple[Heading, Sequence[Block]]:
    first, rest = blocks[0], blocks[1:]
    line, _, below = first.text.partition("\n")
    heading = Heading(title=one_line(line, MAX_TITLE_CHARS))
    if len(line) > MAX_TITLE_CHARS:
        # A paragraph stands where the title should: it is shown in short, and kept whole.
        return heading, blocks
    if below:
        more = replace(first, text=trim(below), first_line=first.first_line + 1, blanks_before=0)
        return heading, (more, *rest)
    return heading, rest


def _stated_in(block: Block, heading: Heading, *, above_body: bool) -> Heading | None:
    """With what a block states, of which every line has to state something."""
    stated: Heading | None = heading
    for line in block.text.split("\n"):
        if stated is not None:
            stated = _stated(trim(line), stated, above_body=above_body)
    return stated


def _stated(text: str, heading: Heading, *, above_body: bool) -> Heading | None:
    if heading.credit is None and len(text) <= _MAX_CREDIT_CHARS and _CREDIT.match(text):
        return replace(heading, credit=text)
    if not above_body:
        return None
    byline = _BYLINE.match(text)
    if (
        heading.author is None
        and byline
        and len(text) <= _MAX_BYLINE_CHARS
        and text[-1] not in ".:!?"
    ):
        return replace(heading, author=clean_name(text[byline.end() :]))
    if heading.published is None:
        published = _dated(text)
        if published is not None:
            return replace(heading, published=published)
    return None


def _dated(text: str) -> PartialDate | None:
    prefix = _DATELINE.match(text)
    try:
        stated = parse_published(text[prefix.end() :] if prefix else text)
    except ValueError:
        return None
    return stated if stated.precision is Precision.DAY else None
