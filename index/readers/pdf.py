"""PDF: paragraphs rebuilt from lines, without what stands on every page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from index.errors import MalformedError, TooLargeError
from index.model import Document
from index.readers.base import SourceFile
from index.readers.fields import MAX_TITLE_CHARS, one_line
from index.readers.pdf_lines import Line, body_lines, paragraphs_of_lines
from index.readers.records import Record, head_of, with_comments

MAX_PDF_BYTES = 128 * 1024**2
"""More than of other documents: most of a PDF are pictures and fonts."""
MAX_PAGES = 2_000
CONFIDENCE = 0.8
"""Where a paragraph ends is judged by its lines; a PDF does not say it."""

_MARK = b"%PDF-"
_MARK_WITHIN = 1_024
_NO_TITLE = ("microsoft word - ", "untitled", "document", ".doc", ".indd", ".qxd", "powerpoint")
_LINE = re.compile("[^\n\ufffe]+\ufffe?")
"""PDFium puts U+FFFE where a word is cut, and no line break after it."""
_ONE_AT_A_TIME = threading.Lock()
"""PDFium is not safe to use from several threads, not even on several files."""


class PdfReader:
    """One document from a PDF that has text; comments are not told in it."""

    name = "PDF"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure of the mark that a PDF begins with."""
        return 1.0 if _MARK in head[:_MARK_WITHIN] else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The one document of a file.

        Raises:
            MalformedError: it is broken, encrypted or a scan, or the sidecar is wrong.
            TooLargeError: it has too many bytes, pages or characters.
            ReadError: it cannot be read.
        """
        file.sidecar.refuse_for_boundary(file.name)
        stated, pages = _pages(file)
        paragraphs = paragraphs_of_lines(body_lines(pages))
        if not paragraphs:
            raise MalformedError(
                f"{file.name} has no text: it is probably a scan; make its text readable with "
                "an OCR program first."
            )
        title = _title(stated) or one_line(paragraphs[0], MAX_TITLE_CHARS)
        if " ".join(paragraphs[0].split()) == title and len(paragraphs) > 1:
            paragraphs = paragraphs[1:]
        values = {"title": title, "text": list(paragraphs)}
        record = Record(values=values, where=file.name, limits=file.limits)
        document = with_comments(head_of(record, record.paragraphs("text")), (), record)
        document = replace(document, parse_confidence=CONFIDENCE)
        yield file.sidecar.apply(document, file.limits)


def _pages(file: SourceFile) -> tuple[str, list[list[Line]]]:
    """The stated title, and the lines of each page."""
    import pypdfium2

    data = _data(file)
    with _ONE_AT_A_TIME:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise MalformedError(
                    f"{file.name} is encrypted; save a copy without a password."
                ) from error
            why = str(error).rstrip(".")
            raise MalformedError(
                f"{file.name} is a broken PDF ({why}); copy or download it again."
            ) from error
        try:
            if len(pdf) > MAX_PAGES:
                raise TooLargeError(
                    f"{file.name} has {len(pdf):,} pages, the most is {MAX_PAGES:,}; split it."
                )
            return pdf.get_metadata_value("Title"), list(_read_pages(pdf, file))
        except pypdfium2.PdfiumError as error:
            raise MalformedError(f"{file.name} has a broken page ({error}).") from error
        finally:
            pdf.close()


def _data(file: SourceFile) -> bytes:
    pieces, total = [], 0
    for piece in file.pieces():
        total += len(piece)
        if total > MAX_PDF_BYTES:
            raise TooLargeError(
                f"{file.name} is larger than {MAX_PDF_BYTES:,} bytes, the most for a PDF; "
                "split it."
            )
        pieces.append(piece)
    return b"".join(pieces)


def _read_pages(pdf: Any, file: SourceFile) -> Iterator[list[Line]]:  # noqa: ANN401  # untyped
    chars = 0
    for page in pdf:
        text_page = page.get_textpage()
        try:
            chars += text_page.count_chars()
            if chars > file.limits.max_document_bytes:
                raise TooLargeError(
                    f"{file.name} has more than {file.limits.max_document_bytes:,} characters."
                )
            yield list(_lines(text_page))
        finally:
            text_page.close()
            page.close()


def _lines(text_page: Any) -> Iterator[Line]:  # noqa: ANN401  # untyped
    text = text_page.get_text_range()
    # Characters of two units would shift all places behind them.
    placed = len(text) == text_page.count_chars()
    for match in _LINE.finditer(text):
        shown = match[0].strip()
        if shown:
            first = match.start() + match[0].index(shown)
            box = _box(text_page, first, first + len(shown) - 1) if placed else None
            yield Line(text=shown, box=box)


def _box(text_page: Any, first: int, last: int) -> tuple[float, float, float, float]:  # noqa: ANN401  # untyped
    left, bottom, _, top = text_page.get_charbox(first, loose=True)
    _, _, right, _ = text_page.get_charbox(last, loose=True)
    return left, bottom, right, top


def _title(stated: str) -> str:
    """The title that the file states, if a person seems to have written it."""
    title = one_line(stated, MAX_TITLE_CHARS)
    return "" if any(sign in title.lower() for sign in _NO_TITLE) else title
