"""What a cell of a table says: nothing, as programs write it, a text without HTML, or a list."""

from __future__ import annotations

import re
from ast import literal_eval
from html import unescape

from index.errors import ReadError
from index.readers.html_text import paragraphs_of, words_of
from index.readers.strict_json import parse_json

_NOTHING = frozenset(
    {r"\N", "NULL", "null", "NaN", "nan", "NaT", "None", "<NA>", "#N/A", "#NAME?", "#VALUE!"}
)
"""What databases, pandas and spreadsheets write into an empty cell."""
_HTML = re.compile(
    r"</?(?:p|br|div|span|a|em|strong|b|i|ul|ol|li|blockquote|h[1-6])(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_WHOLE = re.compile(r"(\d{1,30})\.0")
_NUMBERS = frozenset({"id", "parent"})
_LINES = frozenset({"title", "author", "source", "credit"})
_MAX_LITERAL_CHARS = 128 * 1024
"""Reading Python's own notation takes a hundred times its size in memory."""


def told(cell: str) -> str:
    """A cell without the space around it; empty where it says that there is nothing."""
    text = cell.strip()
    return "" if text in _NOTHING else text


def value_of(name: str, cell: str) -> object:
    """What a cell says as the field of a record.

    Args:
        name: of the field.
        cell: not empty.
    """
    if name in _NUMBERS:
        # pandas makes fractions of whole numbers where a cell of the column is empty.
        whole = _WHOLE.fullmatch(cell)
        return whole[1] if whole else cell
    if name == "author" and (people := listed(cell)) and all(isinstance(p, str) for p in people):
        return people
    if name != "text" and name not in _LINES:
        return cell
    text = cell if _HTML.search(cell) else _ENTITY.sub(lambda found: unescape(found[0]), cell)
    if not _HTML.search(text):
        return text
    return words_of(text) if name in _LINES else [
        p.text for p in paragraphs_of(text, line_breaks=True)
    ]  # fmt: skip


def listed(cell: str) -> list[object] | None:
    """A list in JSON, or in the notation of Python as pandas saves it; None for anything else."""
    if not cell.startswith("["):
        return None
    try:
        value = parse_json(cell, "a cell")
    except ReadError:
        value = _literal(cell) if len(cell) <= _MAX_LITERAL_CHARS else None
    return value if isinstance(value, list) else None


def _literal(cell: str) -> object:
    try:
        return literal_eval(cell)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None
