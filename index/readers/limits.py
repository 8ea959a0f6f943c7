"""Bounds on what a file may hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may hold at most; beyond it the file is refused whole, never cut."""

    max_file_bytes: int = 4 * 1024**3
    """Bytes of one file after unpacking; only formats that are streamed can be this large."""
    max_document_bytes: int = 16 * 1024**2
    """Bytes of a file that is one document, or of one record (a JSON line)."""
    max_markdown_bytes: int = 2 * 1024**2
    """Bytes of a Markdown file: hostile markup costs its parser up to a minute a megabyte."""
    max_line_chars: int = 200_000
    """Characters of one line of text."""
    max_paragraphs: int = 20_000
    """Paragraphs of one body, or of one comment."""
    max_comments: int = 50_000
    """Comments under one document."""
    max_depth: int = 1_000
    """How many comments may stand in one chain of replies."""
