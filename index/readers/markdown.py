"""Markdown with front matter; comments listed there, or under a heading below the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.errors import MalformedError, UnknownFormatError
from index.model import Document, Paragraph
from index.readers.base import SourceFile
from index.readers.blocks import is_marker
from index.readers.comments import Told
from index.readers.decoding import peek
from index.readers.fields import MAX_TITLE_CHARS, clean_name, one_line, parse_published
from index.readers.front_matter import is_front_matter, split_front_matter
from index.readers.markdown_blocks import TextBlock, text_blocks
from index.readers.records import Record, comments_of, head_of, with_comments

_SUFFIXES = (".md", ".markdown")
_SEPARATOR = "·"
_DRAFTS = (("draft", "true"), ("published", "false"))
"""How Hugo and Jekyll mark what nobody may read yet."""
_SWITCH = ("true", "false", "on", "off", "yes", "no")
"""What Jekyll's `comments` says: whether readers may write any."""


class MarkdownReader:
    """One document from a Markdown file whose front matter states a title."""

    name = "Markdown"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of front matter with a title; Markdown without it is no document."""
        text = peek(head)
        if is_front_matter(text):
            return 0.9
        return 0.4 if name.endswith(_SUFFIXES) and text.startswith(("---\n", "+++\n")) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The one document of a file.

        Raises:
            UnknownFormatError: it is a draft.
            MalformedError: front matter is wrong, comments are told twice, or nothing is told.
            TooLargeError: it is beyond the limits.
            ReadError: it cannot be read.
        """
        file.sidecar.refuse_for_boundary(file.name)
        decoded = file.text(file.limits.max_markdown_bytes)
        front = split_front_matter(decoded.text, file.name)
        if any(str(front.values.get(name)).lower() == value for name, value in _DRAFTS):
            raise UnknownFormatError(f"{file.name} is a draft, as its front matter says.")
        values = front.values
        if str(values.get("comments")).lower() in _SWITCH:
            values = {name: value for name, value in values.items() if name != "comments"}
        record = Record(values=values, where=file.name, limits=file.limits)
        record.warnings.extend(decoded.warnings)
        blocks = text_blocks(front.below, front.lines_above)
        article, discussion = _divided(blocks, record)
        title, article = _title(article)
        head = head_of(
            record, tuple(_paragraph(block) for block in article if block.text), title=title
        )
        listed = comments_of(record)
        if listed and discussion:
            raise MalformedError(
                f"{file.name} has comments in its front matter and under a heading; keep one."
            )
        document = with_comments(head, listed or _told(discussion, record), record)
        if not document.title or not (document.body or document.comments):
            raise MalformedError(f"{file.name} needs a title, and a text or comments.")
        yield file.sidecar.apply(document, file.limits)


def _title(article: Sequence[TextBlock]) -> tuple[str | None, Sequence[TextBlock]]:
    """The heading that a text begins with is its title, not its first paragraph."""
    if article and article[0].heading == 1:
        return one_line(article[0].text, MAX_TITLE_CHARS), article[1:]
    return None, article


def _divided(
    blocks: Sequence[TextBlock], record: Record
) -> tuple[Sequence[TextBlock], Sequence[TextBlock]]:
    """Blocks of the article, and blocks under a heading such as `Comments`."""
    for at, block in enumerate(blocks):
        if block.heading in (1, 2) and is_marker(block.text):
            below = blocks[at + 1 :]
            ends = (n for n, b in enumerate(below) if b.heading in (1, 2))
            end = next(ends, len(below))
            if end < len(below):
                line = below[end].lines[0]
                record.warnings.append(f"left out what follows the comments, from line {line} on")
            return blocks[:at], below[:end]
    return blocks, ()


def _paragraph(block: TextBlock, *, quote: bool = False) -> Paragraph:
    return Paragraph(text=block.text, lines=block.lines, quote=quote)


def _told(blocks: Sequence[TextBlock], record: Record) -> list[Told]:
    told: list[Told] = []
    chain: list[tuple[int, int]] = []
    """Level of the heading and position of the comment, from the root to the current one."""
    for block in blocks:
        if block.heading:
            while chain and chain[-1][0] >= block.heading:
                chain.pop()
            head = _headed(block.text, record)
            under = chain[-1][1] if chain else None
            chain.append((block.heading, len(told)))
            told.append(replace(head, under=under))
        else:
            if not told:
                told.append(Told())
            last = told[-1]
            paragraph = _paragraph(block, quote=block.quoted)
            told[-1] = replace(last, paragraphs=(*last.paragraphs, paragraph))
    return told


def _headed(text: str, record: Record) -> Told:
    """A comment's heading: `Author · date · #id · re #id`, each part but the author optional."""
    author, *parts = (part.strip() for part in text.split(_SEPARATOR))
    told = Told(author=clean_name(author))
    for part in parts:
        if part.startswith("#"):
            told = replace(told, key=part[1:].strip() or None)
        elif part.lower().startswith("re #"):
            told = replace(told, parent=part[4:].strip() or None)
        else:
            try:
                told = replace(told, published=parse_published(part))
            except ValueError as error:
                record.warnings.append(f"{part[:60]!r} in a comment's heading left out: {error}")
    return told
