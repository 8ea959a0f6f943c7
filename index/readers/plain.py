"""Plain text in the founding layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from index.errors import UnknownFormatError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.decoding import peek
from index.readers.layout import parse_layout

_SUFFIXES = (".txt", ".text")
_OTHERS = (
    ".md",
    ".markdown",
    ".json",
    ".jsonl",
    ".ndjson",
    ".csv",
    ".tsv",
    ".html",
    ".htm",
    ".xml",
)
"""Suffixes that promise another format: what no reader of theirs takes is no plain text either."""
_BESIDE = frozenset({"readme", "license", "licence", "copying", "robots", "humans"})
"""Names of texts that lie beside documents, with or without a suffix of texts."""
_MARKUP = ("<", "{", "[{", "%PDF", "#!")
_PROSE_LINE_CHARS = 100
_PROSE_LETTERS = 0.7


class PlainTextReader:
    """One document from a flattened page; the last to be asked, because any text could be one."""

    name = "plain text"

    def sniff(self, head: bytes, name: str) -> float:
        """Likely for text under its suffix, possible for prose under any unknown one."""
        text = peek(head).strip()
        if not text or text.startswith(_MARKUP) or name.endswith(_OTHERS):
            return 0.0
        if name.removesuffix(".txt") in _BESIDE:
            return 0.0
        if name.endswith(_SUFFIXES):
            return 0.5
        return 0.2 if _is_prose(text) else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The one document of a file.

        Raises:
            UnknownFormatError: it is empty or no text.
            MalformedError: there is nothing below the title, or the sidecar is wrong.
            TooLargeError: it is beyond the limits.
            ReadError: it cannot be read.
        """
        decoded = file.text()
        if not decoded.text.strip():
            raise UnknownFormatError(f"{file.name} is empty.")
        parsed = parse_layout(
            decoded.text, file.name, file.limits, file.sidecar.comments_start_line
        )
        document = replace(parsed, warnings=(*decoded.warnings, *parsed.warnings))
        yield file.sidecar.apply(document, file.limits)


def _is_prose(text: str) -> bool:
    """Blank lines, a long line, and mostly letters: no table, no program, no list of settings."""
    letters = sum(character.isalpha() or character == " " for character in text)
    return (
        "\n\n" in text
        and max(map(len, text.split("\n"))) >= _PROSE_LINE_CHARS
        and letters >= _PROSE_LETTERS * len(text)
    )
