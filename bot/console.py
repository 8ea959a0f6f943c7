"""What the commands share in talking to a person or a program."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

AS_JSON = Annotated[bool, typer.Option("--json", help="Print JSON instead of text, for programs.")]
QUIET = Annotated[bool, typer.Option("--quiet", help="Say nothing when all is well.")]

Advance = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


def print_json(value: object) -> None:
    """One JSON value on standard output, readable and in its own script."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def complain(message: str) -> None:
    """One fault, with what to do about it, on standard error."""
    err.print("[bold red]error:[/]", end=" ")
    err.print(message, markup=False, soft_wrap=True)


@contextmanager
def progress_bar(doing: str, unit: str) -> Iterator[Advance]:
    """A bar with rate and time left on standard error; nothing where no terminal is."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit}, {{task.fields[rate]}}/s, left:"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    started = time.monotonic()
    with bar:
        task = bar.add_task(doing, total=None, rate="-")

        def advance(done: int, total: int) -> None:
            seconds = max(time.monotonic() - started, 1e-9)
            bar.update(task, completed=done, total=total, rate=f"{done / seconds:,.0f}")

        yield advance
