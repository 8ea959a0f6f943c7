"""Fills messages with pieces that are never divided, and leads from one to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.i18n import Translator
from bot.markup import MAX_ENTITIES, Fragment, join
from bot.pages import Button, View
from index.model import Remark

# What is read without scrolling much; a single passage may be longer.
_COMFORTABLE_UNITS = 1_600
# Leaves room for the entities above the pieces.
_PIECE_ENTITIES = MAX_ENTITIES - 10
_LEFT_TO_RIGHT_MARK = "\u200e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What is never divided between pages; the heading stands once above pieces of one group."""

    group: int
    heading: Fragment
    body: Fragment
    remark: Remark | None = None
    """The comment that it shows, where it shows one."""


def pack(pieces: list[Piece]) -> list[list[Piece]]:
    """Fill pages to a comfortable length; each holds at least one piece."""
    pages: list[list[Piece]] = []
    units = entities = 0
    for piece in pieces:
        new_group = not pages or pages[-1][-1].group != piece.group
        more = piece.heading + piece.body if new_group else piece.body
        units += more.units
        entities += more.entities
        if pages and units <= _COMFORTABLE_UNITS and entities <= _PIECE_ENTITIES:
            pages[-1].append(piece)
        else:
            pages.append([piece])
            units = piece.heading.units + piece.body.units
            entities = piece.heading.entities + piece.body.entities
    return pages


def lay_out(pieces: list[Piece]) -> Iterator[Fragment]:
    """The pieces of one page, each group below its heading."""
    group = None
    for piece in pieces:
        yield piece.body if piece.group == group else join("\n", [piece.heading, piece.body])
        group = piece.group


def pager(
    t: Translator, view: View, page: int, pages: int, *, comment: int = 0
) -> tuple[Button, ...]:
    """‹ 2/5 › in reading direction; at an end the arrow that leads nowhere is left out."""
    back, on = ("›", "‹") if t.rtl else ("‹", "›")
    if t.rtl:
        # Angle quotation marks are mirrored in right-to-left text unless marks hold them.
        back, on = (f"{_LEFT_TO_RIGHT_MARK}{arrow}{_LEFT_TO_RIGHT_MARK}" for arrow in (back, on))
    labels = {page: f"{page + 1}/{pages}"}
    if page > 0:
        labels[page - 1] = back
    if page < pages - 1:
        labels[page + 1] = on
    row = tuple(
        Button(label=labels[number], view=view, page=number, comment=comment)
        for number in sorted(labels)
    )
    return row[::-1] if t.rtl else row
