"""`factcontext feedback`: where answers fail, and golden queries made of what is learned there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot import reviewed
from bot.commands.unanswered import unanswered
from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table
from bot.errors import CommandError
from bot.store.feedback import Counted
from bot.terminal import printable
from index.library import Library, StoredPassage

_BEGINS_CHARS = 60
_MAX_CLAIM_CHARS = 2_000
_THIS, _NOTHING = "this", "nothing"

_Case = tuple[str, dict[str, object]]
"""A claim, and what should come back for it."""

feedback = typer.Typer(
    rich_markup_mode="markdown",
    help="Show which passages people found helpful, not helpful or off topic; `export` makes "
    "golden queries of them, `unanswered` shows what many asked in vain.",
)
feedback.command("unanswered")(unanswered)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Votes with the passage that they are about, unless that is hidden or removed."""

    counted: Counted
    passage: StoredPassage | None


@feedback.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    generation: Annotated[
        str | None, typer.Option(help="Only answers of this generation, such as 0007.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most passages listed.")] = 20,
    as_json: AS_JSON = False,
) -> None:
    """List the passages that answers began with, most votes against first.

    Votes are counted by passage and generation. No text of a message and no person is stored.
    """
    if context.invoked_subcommand is not None:
        return
    rows = [r for r in _rows(context.obj) if generation in (None, r.counted.generation)][:limit]
    if as_json:
        print_json({"feedback": [_as_json(row) for row in rows]})
    elif rows:
        _print(rows)
    else:
        err.print("No votes yet; people give them with the buttons under an answer.")


@feedback.command("export")
def export(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", dir_okay=False, help="Golden queries; added to.")
    ],
    passage: Annotated[
        int | None, typer.Option(help="Review this passage only, by its number in the list.")
    ] = None,
    claim: Annotated[
        str | None, typer.Option(help="A claim that leads to the passage; needs --passage.")
    ] = None,
    expect: Annotated[
        str,
        typer.Option(
            help='What should come back for the claim: "this" (the passage), "nothing", or the '
            "link or number of another document."
        ),
    ] = _NOTHING,
) -> None:
    """Write golden queries for passages that people voted against, one after the other.

    What people asked is not stored. So for each passage you type a claim that leads to it, such
    as one that somebody sent you, and say what should come back instead. Try a claim with
    `factcontext ask` first. The lines have the format of seeds/golden.jsonl.
    """
    settings: Settings = context.obj
    if claim is not None and passage is None:
        raise typer.BadParameter("--claim needs --passage.")
    if claim is None and not sys.stdin.isatty():
        raise CommandError(
            "Nothing written: say --passage, --claim and --expect where nobody can be asked."
        )
    first = _first_number(file)
    rows = _failing(_rows(settings), passage)
    with _library(settings) as library:
        cases: Iterable[_Case] = _ask(rows, library)
        if claim is not None:
            cases = [(_checked(claim), _expected(expect, rows[0], library))]
        number = first
        for text, expected in cases:
            reviewed.append(file, reviewed.record(number, text, expected))
            number += 1
    out.print(f"{count(number - first, 'case')} added to {file}.", markup=False)


def _first_number(file: Path) -> int:
    try:
        return reviewed.next_number(file)
    except (ValueError, OSError) as error:
        raise CommandError(
            f"{file} is no file of golden queries ({error}); name another, nothing written."
        ) from error


def _library(settings: Settings) -> Library:
    from bot.wiring import open_library

    return open_library(settings, create=False)


def _rows(settings: Settings) -> list[_Row]:
    """All votes, most against first."""
    from bot.wiring import counted_votes

    counts = asyncio.run(counted_votes(settings))
    with _library(settings) as library:
        stored = library.hydrate([counted.passage_id for counted in counts])
    return [_Row(counted=c, passage=stored.get(c.passage_id)) for c in counts]


def _failing(rows: list[_Row], passage_id: int | None) -> list[StoredPassage]:
    """The passages to review, each once."""
    found = {
        row.passage.passage_id: row.passage
        for row in rows
        if row.passage is not None
        and (row.counted.against if passage_id is None else row.counted.passage_id == passage_id)
    }
    if passage_id is not None and not found:
        raise CommandError(
            f"There are no votes on a passage {passage_id} that is shown; nothing written. "
            '"factcontext feedback" lists them.'
        )
    return list(found.values())


def _ask(rows: list[StoredPassage], library: Library) -> Iterator[_Case]:
    """Show each passage, and take down what the person types until the input ends."""
    for passage in rows:
        out.print(f"\n{printable(passage.document.title)}", style="bold", markup=False)
        out.print(printable(passage.text), markup=False)
        claim = _typed("A claim that leads here (empty: next passage): ")
        while claim:
            wish = _typed('What should come back ("this", "nothing", a link or number): ')
            if wish is None:
                return
            try:
                yield _checked(claim), _expected(wish, passage, library)
                break
            except CommandError as error:
                err.print(str(error), markup=False)
        if claim is None:
            return


def _typed(prompt: str) -> str | None:
    """One line, or None at the end of the input."""
    err.print(prompt, end="", markup=False)
    line = sys.stdin.readline()
    return " ".join(line.split()) if line else None


def _checked(claim: str) -> str:
    claim = " ".join(claim.split())
    if not 0 < len(claim) <= _MAX_CLAIM_CHARS:
        raise CommandError(f"A claim has 1 to {_MAX_CLAIM_CHARS:,} characters.")
    return claim


def _expected(wish: str, passage: StoredPassage, library: Library) -> dict[str, object]:
    if wish == _THIS:
        return reviewed.expecting(passage)
    if wish == _NOTHING:
        return dict(reviewed.NOTHING)
    found = library.find(wish)
    if len(found) != 1:
        raise CommandError(
            f"{'No' if not found else 'More than one'} stored document is {wish}; say its link, "
            f'its number, "{_THIS}" or "{_NOTHING}".'
        )
    return reviewed.expecting_document(found[0].url or found[0].title, shown=passage)


def _print(rows: list[_Row]) -> None:
    numbers = ("passage", "helpful", "not helpful", "off topic")
    print_table(
        (*numbers, "generation", "title", "begins"),
        map(_cells, rows),
        numbers=numbers,
    )


def _cells(row: _Row) -> tuple[str, ...]:
    counted, passage = row.counted, row.passage
    title = passage.document.title if passage else "(hidden or removed)"
    return (
        str(counted.passage_id),
        f"{counted.helpful:,}",
        f"{counted.unhelpful:,}",
        f"{counted.off_topic:,}",
        counted.generation,
        title,
        " ".join(passage.text[:_BEGINS_CHARS].split()) if passage else "",
    )


def _as_json(row: _Row) -> dict[str, object]:
    counted, passage = row.counted, row.passage
    return {
        "passage": counted.passage_id,
        "generation": counted.generation,
        "helpful": counted.helpful,
        "not_helpful": counted.unhelpful,
        "off_topic": counted.off_topic,
        "lane": passage and passage.lane.value,
        "title": passage and passage.document.title,
        "url": passage and passage.document.url,
        "text": passage and passage.text,
    }
