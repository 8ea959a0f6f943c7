"""`factcontext add --dry-run`: how each file would be read, as trees or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.commands.fetching import is_address
from bot.console import complain_of, count, err, named_once, out, print_json, print_table
from bot.preview import print_preview
from bot.terminal import printable
from index.errors import ReadError, UnknownFormatError
from index.loading import LOW_CONFIDENCE, Loadable
from index.model import Document
from index.readers import Limits
from index.readers.preview import to_brief, to_expected

_Kept = TypeVar("_Kept")
_BRIEFLY_SHOWN = 50
"""Documents, and faults, that a look in brief names; the others are counted."""


def show(loadables: Sequence[Loadable], limits: Limits, *, as_json: bool) -> bool:
    """Print every document of the files.

    Returns:
        Whether some file, or a file in an archive, cannot be read; each is named on standard
        error.
    """
    shown: list[dict[str, Any]] = []
    uncertain: list[tuple[str, Document]] = []
    faults: list[tuple[str, ReadError]] = []
    for one in loadables:
        documents = _read(one, limits, faults, lambda document: document)
        uncertain += [(one.name, d) for d in documents if d.parse_confidence < LOW_CONFIDENCE]
        if as_json:
            shown += [to_expected(document) for document in documents]
            continue
        for document in documents:
            out.print(printable(f"\n{one.name}"), style="dim", markup=False, soft_wrap=True)
            print_preview(document, out)
    if as_json:
        print_json(shown)
    else:
        _list_uncertain(uncertain)
    for name, fault in faults:
        complain_of(name, str(fault))
    return bool(faults)


def show_briefly(loadables: Sequence[Loadable], limits: Limits, *, as_json: bool) -> bool:
    """Print a line for each of the first documents and how many there are, however many.

    Returns:
        Whether some file, or a file in an archive, cannot be read.
    """
    shown: list[dict[str, Any]] = []
    documents = comments = 0
    faults: list[tuple[str, ReadError]] = []
    for one in loadables:
        for brief in _read(one, limits, faults, to_brief):
            documents += 1
            comments += brief["comments"]
            if len(shown) < _BRIEFLY_SHOWN:
                shown.append(brief)
    if as_json:
        print_json(
            {
                "documents": documents,
                "comments": comments,
                "shown": shown,
                "faults": [named_once(name, str(why)) for name, why in faults[:_BRIEFLY_SHOWN]],
                "more_faults": max(0, len(faults) - _BRIEFLY_SHOWN),
            }
        )
    else:
        _print_briefly(shown, documents, comments)
        for name, fault in faults:
            complain_of(name, str(fault))
    return bool(faults)


def _print_briefly(shown: list[dict[str, Any]], documents: int, comments: int) -> None:
    columns = ("title", "published", "comments", "confidence")
    rows = (
        (row["title"] or "", row["published"] or "", f"{row['comments']:,}",
         f"{row['parse_confidence']:.2f}")
        for row in shown
    )  # fmt: skip
    print_table(columns, rows, numbers=("comments", "confidence"))
    more = f"and {documents - len(shown):,} more; " if documents > len(shown) else ""
    out.print(f"{more}{count(documents, 'document')} with {count(comments, 'comment')}")


def _read(
    one: Loadable,
    limits: Limits,
    faults: list[tuple[str, ReadError]],
    keep: Callable[[Document], _Kept],
) -> list[_Kept]:
    """What is kept of the documents of a file, or nothing if it has a fault, as in a load."""

    def note(fault: ReadError) -> None:
        faults.append((one.name, fault))

    try:
        return [keep(document) for document in one.documents(limits, note)]
    except UnknownFormatError as error:
        if one.named:
            note(error)
    except ReadError as error:
        note(error)
    return []


def _list_uncertain(documents: list[tuple[str, Document]]) -> None:
    """Those to look at, each with the sidecar that would mend it."""
    if documents:
        err.print(
            "\nWhere texts or comments begin was guessed; check these and mend with a sidecar:"
        )
    for name, document in documents:
        mend = f"{Path(name).name}.meta.json"
        if is_address(name):
            mend = f"save it, and beside it {mend}"
        err.print(
            printable(f"  {document.parse_confidence:.2f}  {name}  ->  {mend}"),
            markup=False,
            soft_wrap=True,
        )
