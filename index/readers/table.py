"""Tables with a header, as spreadsheets save them: CSV, also by semicolons and by tabs."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import StringIO
from typing import Any

from index.errors import MalformedError, TooLargeError, UnknownFormatError
from index.model import Document, Paragraph
from index.readers.base import SourceFile
from index.readers.comments import check_count
from index.readers.decoding import decode, peek
from index.readers.exported import Budget, noted_on_last
from index.readers.limits import Limits
from index.readers.records import Record
from index.readers.series import Series, stated
from index.readers.table_cells import listed, told, value_of
from index.readers.table_columns import TableColumns, columns_of

_DELIMITERS = ",;\t"
_EXCEL = re.compile(r"\A\"?sep=.\"?\n")
"""Excel's own first line, which names the delimiter."""
_NO_PARENT = frozenset({"0", "-1"})
_NOT_SHOWN = frozenset(
    {"draft", "auto-draft", "pending", "private", "future", "trash", "deleted", "inherit"}
)
_COMMENT_NOT_SHOWN = _NOT_SHOWN | {"0", "false", "hold", "unapproved", "spam", "post-trashed"}
# Of the whole process; a text of an article is longer than what is usual. Rows are bounded below.
csv.field_size_limit(Limits().max_document_bytes)


class TableReader:
    """A document a row, or a comment a row beside the document that it is on."""

    name = "table"

    def sniff(self, head: bytes, name: str) -> float:
        """Sure when the first line names a title and a text, or a comment."""
        return 0.9 if _layout(head) is not None else 0.0

    def read(self, file: SourceFile) -> Iterator[Document]:
        """The documents of a file: streamed, unless comments have to be brought together.

        Raises:
            MalformedError: a row is broken, has too many cells, or repeats the id of another.
            TooLargeError: a row, the file or the comments are beyond the limits.
            UnknownFormatError: it is no text, or no table of documents.
            ReadError: the file cannot be read.
        """
        file.sidecar.refuse_for_many(file.name)
        layout = _layout(file.head())
        if layout is None:
            raise UnknownFormatError(f"{file.name} names no title and text in its first line.")
        lines = _Lines(file)
        columns, delimiter = layout
        rows = _rows(file, lines, columns, delimiter)
        articles = _together(rows, file, columns) if columns.comment else _alone(rows, columns)
        yield from noted_on_last(_documents(articles, file), lines.notes)


def _documents(articles: Iterable[_Article], file: SourceFile) -> Iterator[Document]:
    series = Series()
    article = None
    for article in articles:
        where = f"{file.name}, line {article.line}"
        record = Record(
            values=article.values, where=where, limits=file.limits, warnings=article.noted
        )
        key = record.key("id")
        if key is None or not series.repeats(key, where, article.content):
            yield series.named(stated(record), key, where)
    if article is None:
        raise MalformedError(
            f"{file.name} has a header and no row with a title, a text or a comment."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    line: int
    cells: Sequence[str]

    def cell(self, place: int | None) -> str:
        """Empty where the row ends before it, or the table has no such column."""
        return "" if place is None or place >= len(self.cells) else told(self.cells[place])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Article:
    """A document's fields by the names of JSON Lines."""

    line: int
    values: Mapping[str, Any]
    content: int
    """A hash of its row."""
    noted: list[str]
    said: list[dict[str, Any]] = field(default_factory=list)


class _Lines:
    """The lines of a file as text, each with its newline; what a row takes is bounded."""

    def __init__(self, file: SourceFile) -> None:
        self.notes: list[str] = []
        self._name = file.name
        self._most = file.limits.max_document_bytes
        self._text = _streamed(file) if _is_plain(file.head()) else self._guessed(file)
        self._number = 0
        self._held = 0
        self.began = 1
        """The line in which the row begins."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self._number += 1
        self._held += len(line)
        if self._held > self._most:
            raise TooLargeError(
                f"{self._name} has a row of more than {self._most:,} characters that begins in "
                f"line {self.began}, the most for one record; look for a quote that is not closed."
            )
        return line

    def begin_row(self) -> None:
        """What comes next belongs to another row."""
        self._held, self.began = 0, self._number + 1

    def _guessed(self, file: SourceFile) -> Iterator[str]:
        decoded = decode(file.data(), file.name)
        self.notes += decoded.warnings
        return iter(StringIO(decoded.text, newline="\n"))


def _streamed(file: SourceFile) -> Iterator[str]:
    for number, line in file.lines():
        try:
            yield line.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").decode() + "\n"
        except UnicodeDecodeError as error:
            raise MalformedError(
                f"{file.name}, line {number} is not UTF-8 at byte {error.start + 1}, as those "
                "before it are; save the table as UTF-8."
            ) from error


def _is_plain(head: bytes) -> bool:
    """Whether it is UTF-8 with line ends of this century; others are made so first."""
    try:
        # The last character may be cut.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return b"\0" not in head and (b"\n" in head or b"\r" not in head)


def _layout(head: bytes) -> tuple[TableColumns, str] | None:
    # A name in the header may have a line break in it.
    text = _EXCEL.sub("", peek(head), count=1)
    for delimiter in _DELIMITERS:
        try:
            header = next(csv.reader(StringIO(text), delimiter=delimiter, strict=True), [])
        except csv.Error:
            continue
        columns = columns_of(header)
        if columns is not None:
            return columns, delimiter
    return None


def _rows(
    file: SourceFile, lines: _Lines, columns: TableColumns, delimiter: str
) -> Iterator[_Row]:
    """The rows that are something, and published."""
    rows = _split(file, lines, columns, delimiter)
    header = next(rows, None)
    if header is not None and header.cells[0].startswith("sep="):
        next(rows, None)
    left_out = 0
    for row in rows:
        if not any(row.cell(place) for place in columns.telling):
            continue
        if row.cell(columns.document.get("status")).lower() in _NOT_SHOWN:
            left_out += 1
        else:
            yield row
    if left_out:
        lines.notes.append(f"rows left out because they are not published: {left_out:,}")


def _split(
    file: SourceFile, lines: _Lines, columns: TableColumns, delimiter: str
) -> Iterator[_Row]:
    """All rows, the header as well."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise MalformedError(
                f"{file.name}, line {lines.began} is no row of a table ({error}); a quote inside "
                "of a text is written twice, and a text with a delimiter stands in quotes."
            ) from error
        if cells is None:
            return
        if any(cells[columns.count :]):
            raise MalformedError(
                f"{file.name}, line {lines.began} has {len(cells)} cells and the header names "
                f"{columns.count}; put texts that hold the delimiter into quotes."
            )
        yield _Row(line=lines.began, cells=cells)


def _alone(rows: Iterator[_Row], columns: TableColumns) -> Iterator[_Article]:
    for row in rows:
        yield _article(row, columns)


def _together(rows: Iterator[_Row], file: SourceFile, columns: TableColumns) -> Iterator[_Article]:
    """Articles whose comments stand in rows of their own, in any order."""
    articles: dict[str, _Article] = {}
    budget = Budget(where=file.name)
    for row in rows:
        article = _article(row, columns)
        values = article.values
        name = str(values.get("id") or values.get("url") or values.get("title"))
        if name not in articles:
            articles[name] = article
            budget.spend(_weighed(values))
        said = _cells(row, columns.comment)
        if str(said.get("status")).lower() in _COMMENT_NOT_SHOWN:
            # Its place stays, for those that answer it.
            said = {**said, "deleted": True}
        if "text" in said:
            budget.spend(_weighed(said))
            articles[name].said.append(said)
            check_count(len(articles[name].said), file.limits, f"{file.name}, {name!r}")
    for article in articles.values():
        values = {"comments": [], **article.values}
        values["comments"] = [*values["comments"], *article.said]
        yield replace(article, values=values)


def _weighed(values: Mapping[str, Any]) -> list[Paragraph]:
    text = values.get("text", "")
    return [Paragraph(text=part) for part in (text if isinstance(text, list) else [text])]


def _article(row: _Row, columns: TableColumns) -> _Article:
    values, noted = _cells(row, columns.document), []
    if "comments" in values:
        # What else is called so is most often a number of them.
        cell = str(values["comments"])
        comments = listed(cell)
        values["comments"] = comments or []
        if cell.startswith("[") and comments is None:
            noted.append('"comments" left out: they are no list that can be read')
    return _Article(line=row.line, values=values, content=hash(tuple(row.cells)), noted=noted)


def _cells(row: _Row, places: Mapping[str, int]) -> dict[str, Any]:
    told_cells = ((name, row.cell(place)) for name, place in places.items())
    found = {name: value_of(name, cell) for name, cell in told_cells if cell}
    if found.get("parent") in _NO_PARENT:
        del found["parent"]
    return found
