"""`factcontext add --dry-run`: how each file would be read, as trees or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.commands.fetching import is_address
from bot.console import (
    advise,
    complain_of,
    count,
    err,
    named_once,
    out,
    print_json,
    print_table,
)
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
_SKIPPED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _NotRead:
    """What is no document, or a broken one."""

    faults: list[tuple[str, ReadError]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """Why of each file that was met in a folder and that no reader takes."""

    def tell(self, *, as_json: bool) -> bool:
        """Name all on standard error; programs are told of faults only.

        Returns:
            Whether there are faults.
        """
        if not as_json:
            for why in self.skipped[:_SKIPPED_SHOWN]:
                advise(f"Skipped: {why}")
            if more := len(self.skipped[_SKIPPED_SHOWN:]):
                advise(f"Skipped: {count(more, 'more file')}.")
        for name, fault in self.faults:
            complain_of(name, str(fault))
        return bool(self.faults)


def show(loadables: Sequence[Loadable], limits: Limits, *, as_json: bool) -> bool:
    """Print every document of the files.

    Returns:
        Whether some file, or a file in an archive, cannot be read; each is named on standard
        error.
    """
    shown: list[dict[str, Any]] = []
    uncertain: list[tuple[str, Document]] = []
    not_read = _NotRead()
    for one in loadables:
        documents = _read(one, limits, not_read, lambda document: document)
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
    return not_read.tell(as_json=as_json)


def show_briefly(loadables: Sequence[Loadable], limits: Limits, *, as_json: bool) -> bool:
    """Print a line for each of the first documents and how many there are, however many.

    Returns:
        Whether some file, or a file in an archive, cannot be read.
    """
    shown: list[dict[str, Any]] = []
    documents = comments = 0
    not_read = _NotRead()
    for one in loadables:
        for brief in _read(one, limits, not_read, to_brief):
            documents += 1
            comments += brief["comments"]
            if len(shown) < _BRIEFLY_SHOWN:
                shown.append(brief)
    if as_json:
        faults = not_read.faults
        print_json(
            {
                "documents": documents,
                "comments": comments,
                "shown": shown,
                "faults": [named_once(name, str(why)) for name, why in faults[:_BRIEFLY_SHOWN]],
                "more_faults": max(0, len(faults) - _BRIEFLY_SHOWN),
            }
        )
        return bool(faults)
    _print_briefly(shown, documents, comments)
    return not_read.tell(as_json=False)


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
    not_read: _NotRead,
    keep: Callable[[Document], _Kept],
) -> list[_Kept]:
    """What is kept of the documents of a file, or nothing if it has a fault, as in a load."""

    def note(fault: ReadError) -> None:
        not_read.faults.append((one.name, fault))

    try:
        return [keep(document) for document in one.documents(limits, note)]
    except UnknownFormatError as error:
        if one.named:
            note(error)
        else:
            not_read.skipped.append(str(error))
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
