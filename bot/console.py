"""What the commands share in talking to a person or a program."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from bot.terminal import printable

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
for _console in (out, err):
    # A pipe has no width at which lines would have to be folded.
    _console.soft_wrap = not _console.is_terminal

AS_JSON = Annotated[bool, typer.Option("--json", help="Print JSON instead of text, for programs.")]
QUIET = Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")]

_WIDEST = 100_000
_GAP = 2
"""Between columns."""
_LONG_WORD = 16
"""A longer word, such as an address, is folded where there is little room."""
_LINE_EVERY_S = 0.2
_NARROW = 76
"""On fewer columns a bar has room only for a share and for the time that is left."""

Advance = Callable[[int, int | None], None]
"""Called with how much is done and how much there is, if that is known."""


def print_json(value: object, *, one_line: bool = False) -> None:
    """One JSON value on standard output, readable and in its own script where that can be shown.

    Args:
        value: what JSON can carry.
        one_line: for output of several values, one a line.
    """
    indent = None if one_line else 1
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    sys.stdout.write(text + "\n")


def count(number: int, noun: str, many: str = "") -> str:
    """The number with its noun, which takes an s unless `many` says how: 1 query, 2 queries."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {many or noun + 's'}"


def print_table(
    columns: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    numbers: Container[str] = (),
    to: Console | None = None,
) -> None:
    """Rows under a heading; a pipe gets each row on one line.

    A terminal folds what is too wide. One that is so narrow that words would be torn gets the
    rows one below the other, a line a cell.

    Args:
        columns: the headings.
        rows: cells as plain text; nothing in them is taken for markup.
        numbers: headings of the columns that stand to the right.
        to: where to, if not standard output.
    """
    names = tuple(columns)
    cells = [tuple(printable(cell) for cell in row) for row in rows]
    where = _unfolded_in_a_pipe(to or out)
    widths = _widths([*zip(names, *cells, strict=True)], where.width)
    if widths is None:
        for number, row in enumerate(cells):
            if number:
                where.print()
            print_facts(((name, cell) for name, cell in zip(names, row, strict=True) if cell), to)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, width in zip(names, widths, strict=True):
        justify: JustifyMethod = "right" if name in numbers else "left"
        table.add_column(name, justify=justify, overflow="fold", width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    where.print(table)


def print_facts(facts: Iterable[tuple[str, str | Text]], to: Console | None = None) -> None:
    """A line each, what it is about at the left; a text in colour is advice."""
    grid = Table.grid(padding=(0, _GAP))
    grid.add_column()
    grid.add_column(overflow="fold")
    for name, fact in facts:
        grid.add_row(name, fact if isinstance(fact, Text) else Text(printable(fact)))
    _unfolded_in_a_pipe(to or out).print(grid)


def _unfolded_in_a_pipe(console: Console) -> Console:
    if console.is_terminal:
        return console
    return Console(highlight=False, width=_WIDEST, stderr=console.stderr)


def _widths(columns: Sequence[Sequence[str]], most: int) -> list[int] | None:
    """What each column gets, the widest giving way; None where words would be torn."""
    widths = [max(map(cell_len, column)) for column in columns]
    least = [_least_width(column) for column in columns]
    room = most - _GAP * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        spare = [width if width > kept else 0 for width, kept in zip(widths, least, strict=True)]
        widths[spare.index(max(spare))] -= 1
    return widths


def _least_width(column: Iterable[str]) -> int:
    """In how many characters its words stand whole, but for very long ones."""
    words = (cell_len(word) for cell in column for word in cell.split())
    return min(max(words, default=0), _LONG_WORD)


def complain(message: str) -> None:
    """One fault, with what to do about it, on standard error."""
    err.print(Text.assemble(("error:", "bold red"), f" {printable(message)}"), soft_wrap=True)


def advise(text: str) -> None:
    """What a person may want to look at or mend, on standard error."""
    err.print(printable(text), style="yellow", markup=False, soft_wrap=True)


def complain_of(name: str, fault: str) -> None:
    """A fault of one file, which is named once."""
    complain(named_once(name, fault))


def named_once(name: str, fault: str) -> str:
    """A fault that says where it is; most do so themselves."""
    return fault if name in fault else f"{name}: {fault}"


class Reporting:
    """How progress is told."""

    as_lines = False
    """As JSON lines on standard error, for a program that watches, instead of bars."""


@contextmanager
def progress_bar(doing: str, unit: str) -> Iterator[Advance]:
    """A bar on standard error, with rate and time left as it went in the last minute.

    Nothing where no terminal is, unless progress is told as lines.
    """
    if Reporting.as_lines:
        yield _lines(doing, unit)
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[facts]}"),
        TimeRemainingColumn(),
        speed_estimate_period=60,
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task(doing, total=None, facts="")

        def advance(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)
            facts = _how_far(done, total, unit, bar.tasks[0].speed, narrow=err.width < _NARROW)
            bar.update(task, facts=facts)

        yield advance


def _how_far(done: int, total: int | None, unit: str, speed: float | None, *, narrow: bool) -> str:
    """What stands between a bar and the time that is left."""
    left = ", left:" if total is not None and speed else ""
    if narrow and total:
        return f"{done / total:.0%}{left}"
    if unit == "bytes":
        return f"{decimal(done)}{f' of {decimal(total)}' if total is not None else ''}{left}"
    whole = f"/{total:,}" if total is not None else ""
    return f"{done:,}{whole} {unit}{f', {speed:,.0f}/s' if speed else ''}{left}"


@contextmanager
def waiting(doing: str) -> Iterator[None]:
    """Say on a terminal what is being done while nothing can be counted."""
    if Reporting.as_lines:
        _lines(doing, "")
        yield
    elif err.is_terminal:
        with err.status(doing):
            yield
    else:
        yield


def _lines(doing: str, unit: str) -> Advance:
    """A line at once, then a few a second, and one at the end."""
    _write_line(doing=doing, done=None, total=None, unit=unit)
    written = time.monotonic()

    def advance(done: int, total: int | None) -> None:
        nonlocal written
        if done != total and time.monotonic() - written < _LINE_EVERY_S:
            return
        written = time.monotonic()
        _write_line(doing=doing, done=done, total=total, unit=unit)

    return advance


def _write_line(**progress: str | int | None) -> None:
    sys.stderr.write(json.dumps(progress) + "\n")
    sys.stderr.flush()
