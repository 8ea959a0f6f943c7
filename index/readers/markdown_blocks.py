"""Markdown to plain text: blocks with their lines, words without their markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.readers.decoding import trim

_CODE = ("fence", "code_block")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """One heading, paragraph, list entry, table cell row or block of code, as a reader sees it."""

    text: str
    lines: tuple[int, int]
    """First and last 1-based line in the file."""
    heading: int = 0
    """1 to 6, or 0 for what is no heading."""
    quoted: bool = False
    """It stands in a block quote."""


def text_blocks(text: str, lines_above: int) -> list[TextBlock]:
    """The blocks of a Markdown text, in order; images and HTML are left out.

    Args:
        text: Markdown with LF newlines.
        lines_above: how many lines of the file stand above it.
    """
    parser = MarkdownIt("commonmark")
    return list(_blocks(parser.parse(text), lines_above))


def _blocks(tokens: Sequence[Token], lines_above: int) -> Iterator[TextBlock]:
    quotes, heading = 0, 0
    for token in tokens:
        if token.type in ("blockquote_open", "blockquote_close"):
            quotes += token.nesting
        elif token.type in ("heading_open", "heading_close"):
            heading = int(token.tag[1]) if token.nesting > 0 else 0
        elif token.map is not None and (token.type == "inline" or token.type in _CODE):
            plain = token.content if token.type in _CODE else _plain(token.children or ())
            plain = trim(plain)
            if plain or heading:
                first, end = token.map
                yield TextBlock(
                    text=plain,
                    lines=(lines_above + first + 1, lines_above + end),
                    heading=heading,
                    quoted=quotes > 0,
                )


def _plain(tokens: Sequence[Token]) -> str:
    """Words as rendered: a soft line break is a space, a hard one a new line."""
    parts: list[str] = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
    return "".join(parts)
