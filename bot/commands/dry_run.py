"""`factcontext add --dry-run`: how each file would be read, as trees or as JSON."""

from __future__ import annotations

from pathlib import Path

from bot.console import complain_of, err, out, print_json
from bot.preview import print_preview
from bot.terminal import printable
from index.errors import ReadError, UnknownFormatError
from index.loading import LOW_CONFIDENCE
from index.model import Document
from index.readers import Limits, read_path
from index.readers.preview import to_expected


def show(files: list[Path], limits: Limits, *, named: frozenset[Path], as_json: bool) -> bool:
    """Print every document of the files.

    Returns:
        Whether some file cannot be read; each is named on standard error.
    """
    failed = False
    documents: list[tuple[Path, Document]] = []
    for path in files:
        try:
            documents += [(path, document) for document in read_path(path, limits)]
        except UnknownFormatError as error:
            if path in named:
                failed = True
                complain_of(path, str(error))
        except ReadError as error:
            failed = True
            complain_of(path, str(error))
    if as_json:
        print_json([to_expected(document) for _, document in documents])
        return failed
    for path, document in documents:
        out.print(printable(f"\n{path}"), style="dim", markup=False, soft_wrap=True)
        print_preview(document, out)
    _list_uncertain(documents)
    return failed


def _list_uncertain(documents: list[tuple[Path, Document]]) -> None:
    low = [(p, d) for p, d in documents if d.parse_confidence < LOW_CONFIDENCE]
    if low:
        err.print("\nWhere comments begin was guessed; check these and mend with a sidecar:")
    for path, document in low:
        err.print(
            printable(f"  {document.parse_confidence:.2f}  {path}  ->  {path.name}.meta.json"),
            markup=False,
            soft_wrap=True,
        )
