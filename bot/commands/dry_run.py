"""`factcontext add --dry-run`: how each file would be read, as trees or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.commands.fetching import is_address
from bot.console import complain_of, err, out, print_json
from bot.preview import print_preview
from bot.terminal import printable
from index.errors import ReadError, UnknownFormatError
from index.loading import LOW_CONFIDENCE, Loadable
from index.model import Document
from index.readers import Limits
from index.readers.preview import to_expected


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
        documents = _read(one, limits, faults)
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


def _read(one: Loadable, limits: Limits, faults: list[tuple[str, ReadError]]) -> list[Document]:
    """The documents of a file, or none of them if it has a fault, as they would be loaded."""

    def note(fault: ReadError) -> None:
        faults.append((one.name, fault))

    try:
        return list(one.documents(limits, note))
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
