"""`factcontext add`: documents into the library, or a look at how they would be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, QUIET, complain, err, out, print_json, progress_bar
from bot.exits import ExitCode
from index.library import Change
from index.loading import LoadedFile, load
from index.readers import Limits, walk

_WARNINGS_SHOWN = 3


def add(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Files, or folders that are searched for documents."),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show how each file would be read; load nothing.")
    ] = False,
    as_json: AS_JSON = False,
    quiet: QUIET = False,
) -> None:
    """Load documents with their comments into the library.

    The same file again changes nothing; a changed file replaces its documents. A file that
    cannot be read is named with the reason, the others load, and the exit code is 3. What was
    loaded can be found after `factcontext rebuild`.
    """
    settings: Settings = context.obj
    limits = Limits(max_file_bytes=settings.max_file_mib * 1024**2)
    files = list(walk(paths))
    if dry_run:
        from bot.commands.dry_run import show

        failed = show(files, limits, named=frozenset(paths), as_json=as_json)
    else:
        loaded = _load(settings, files, limits, named=frozenset(paths))
        failed = any(file.fault for file in loaded)
        _report(loaded, as_json=as_json, quiet=quiet)
    if failed:
        raise typer.Exit(ExitCode.PARTLY)


def _load(
    settings: Settings, files: list[Path], limits: Limits, *, named: frozenset[Path]
) -> list[LoadedFile]:
    from bot.wiring import open_library

    loaded = []
    with open_library(settings) as library, progress_bar("Loading", "files") as advance:
        for file in load(library, files, limits, named=named):
            if file.fault:
                complain(f"{file.path}: {file.fault}")
            loaded.append(file)
            advance(len(loaded), len(files))
    return loaded


def _report(loaded: list[LoadedFile], *, as_json: bool, quiet: bool) -> None:
    totals: Counter[Change] = Counter()
    for file in loaded:
        totals.update(file.changes)
    if as_json:
        print_json({"files": [_as_json(file) for file in loaded], **_named(totals)})
        return
    if not quiet:
        for file in loaded:
            _advise(file)
        out.print(", ".join(f"{number} {change}" for change, number in _named(totals).items()))
    if totals[Change.ADDED] or totals[Change.CHANGED]:
        err.print("Next: [bold]factcontext rebuild[/bold] makes it findable.")


def _advise(file: LoadedFile) -> None:
    """What an operator may want to look at or mend."""
    for warning in file.warnings[:_WARNINGS_SHOWN]:
        err.print(f"{file.path}: {warning}", style="yellow", markup=False, soft_wrap=True)
    if len(file.warnings) > _WARNINGS_SHOWN:
        err.print(
            f"{file.path}: {len(file.warnings) - _WARNINGS_SHOWN} more warnings; "
            "add --dry-run shows them all.",
            style="yellow",
            markup=False,
        )
    if file.missing:
        err.print(
            f"{file.path}: {len(file.missing)} documents are no longer in it and stay stored; "
            f"to take them out: factcontext remove {' '.join(map(str, file.missing[:5]))}"
            f"{' ...' if len(file.missing) > 5 else ''}",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )


def _as_json(file: LoadedFile) -> dict[str, object]:
    return {
        "path": str(file.path),
        **_named(Counter(file.changes)),
        "missing": list(file.missing),
        "warnings": list(file.warnings),
        "uncertain": [{"title": t, "parse_confidence": round(c, 3)} for t, c in file.uncertain],
        "skipped": file.skipped,
        "fault": file.fault,
    }


def _named(changes: Counter[Change]) -> dict[str, int]:
    return {change.value: changes[change] for change in Change}
