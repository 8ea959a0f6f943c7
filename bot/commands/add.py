"""`factcontext add`: documents into the library, or a look at how they would be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.fetching import fetching, is_address
from bot.config import Settings
from bot.console import (
    AS_JSON,
    QUIET,
    advise,
    complain_of,
    count,
    err,
    named_once,
    out,
    print_json,
    progress_bar,
)
from bot.data_folder import FOLDERS
from bot.exits import ExitCode
from index.library import Change
from index.loading import File, Loadable, LoadedFile, load
from index.readers import Limits, walk
from index.together import together

_WARNINGS_SHOWN = 3
_NAMES_SHOWN = 5


def add(
    context: typer.Context,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH_OR_URL",
            help="Files, folders that are searched for documents, or addresses of pages, feeds "
            "and files on the web.",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show how each file would be read; load nothing.")
    ] = False,
    brief: Annotated[
        bool,
        typer.Option("--brief", help="With --dry-run: a line for each of the first documents."),
    ] = False,
    as_json: AS_JSON = False,
    quiet: QUIET = False,
) -> None:
    """Load documents with their comments into the library.

    The same file again changes nothing; a changed file replaces its documents. A file that
    cannot be read is named with the reason, the others load, and the exit code is 3. What was
    loaded can be found after `factcontext rebuild`. Exports that belong together, such as a
    Telegram channel and its group, are joined where one command names them or their folder.

    An address is fetched if it is public and its site allows programs to do so (robots.txt).
    To follow a feed, see `factcontext feed`.
    """
    settings: Settings = context.obj
    if brief and not dry_run:
        raise typer.BadParameter("--brief is a way of looking; it goes with --dry-run.")
    limits = Limits(max_file_bytes=settings.max_file_mib * 1024**2)
    with ExitStack() as stack:
        loadables = _loadables(what, settings, stack)
        if dry_run:
            from bot.commands import dry_run as look

            show = look.show_briefly if brief else look.show
            failed = show(loadables, limits, as_json=as_json)
        else:
            loaded = _load(settings, loadables, limits)
            failed = any(file.faults for file in loaded)
            _report(loaded, as_json=as_json, quiet=quiet)
    if failed:
        raise typer.Exit(ExitCode.PARTLY)


def _loadables(what: list[str], settings: Settings, stack: ExitStack) -> list[Loadable]:
    """Everything that was named, in its order; nothing is done unless all paths are there."""
    paths = [_path(text) for text in what if not is_address(text)]
    named = frozenset(paths)
    files = [file for file in walk(paths) if file in named or not _own(file, paths, settings)]
    loadables = together(File(path=file, named=file in named) for file in files)
    if len(paths) < len(what):
        from index.fetch.documents import Address

        fetch = stack.enter_context(fetching(settings))
        urls = dict.fromkeys(text for text in what if is_address(text))
        loadables += [Address(name=url, fetch=fetch) for url in urls]
    return loadables


def _path(text: str) -> Path:
    """A file or a folder that is there."""
    if not text.strip():  # As a path it would be the folder one stands in.
        raise typer.BadParameter("One of the names is empty.")
    path = Path(text)
    if not path.exists():
        raise typer.BadParameter(
            f"Path {text!r} does not exist. An address of the web begins with https://."
        )
    if not (path.is_file() or path.is_dir()):
        raise typer.BadParameter(f"{text!r} is no file and no folder; write it to a file first.")
    return path


def _own(file: Path, named: list[Path], settings: Settings) -> bool:
    """Whether a file is factcontext's, met because the data folder lies in one that was named."""
    real, data = file.resolve(), settings.data_dir.resolve()
    return any(real.is_relative_to(data / own) for own in FOLDERS) and not any(
        path.resolve().is_relative_to(data) for path in named
    )


def _load(settings: Settings, loadables: Sequence[Loadable], limits: Limits) -> list[LoadedFile]:
    from bot.wiring import open_library

    loaded = []
    # How many documents are in a file is known at its end.
    alone = len(loadables) == 1
    with (
        open_library(settings) as library,
        progress_bar("Loading", "documents" if alone else "files") as advance,
    ):

        def tell(documents: int) -> None:
            if alone:
                advance(documents, None)

        try:
            for file in load(library, loadables, limits, progress=tell):
                for fault in file.faults:
                    complain_of(file.name, fault)
                loaded.append(file)
                if not alone:
                    advance(len(loaded), len(loadables))
        except KeyboardInterrupt:
            for halfway in loadables[len(loaded) :][:1]:
                advise(f"Nothing of {halfway.name} was stored; the same command loads it.")
            raise
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
        _list_skipped(loaded)
        out.print(", ".join(f"{number:,} {change}" for change, number in _named(totals).items()))
    if totals[Change.ADDED] or totals[Change.CHANGED]:
        err.print("Next: [bold]factcontext rebuild[/bold] makes it findable.")


def _list_skipped(loaded: list[LoadedFile]) -> None:
    skipped = [Path(file.name).name for file in loaded if file.skipped]
    if len(skipped) == len(loaded):
        advise("No documents were found.")
    if skipped:
        more = f" and {len(skipped) - _NAMES_SHOWN:,} more" if len(skipped) > _NAMES_SHOWN else ""
        names = ", ".join(skipped[:_NAMES_SHOWN])
        what = f"{count(len(skipped), 'file')} that hold no document"
        if len(skipped) == 1:
            what = "1 file that holds no document"
        advise(f"Skipped {what}: {names}{more}; add --dry-run says why.")


def _advise(file: LoadedFile) -> None:
    """What an operator may want to look at or mend."""
    warnings = Counter(file.warnings)
    for warning, times in list(warnings.items())[:_WARNINGS_SHOWN]:
        named = named_once(file.name, warning)
        advise(f"{named}{f' ({times} times)' if times > 1 else ''}")
    more = len(warnings) - _WARNINGS_SHOWN
    if more > 0:
        advise(f"{file.name}: {count(more, 'more warning')}; add --dry-run shows all.")
    if file.missing:
        advise(
            f"{file.name}: {count(len(file.missing), 'document')} of earlier loads not in it any "
            "more, and still stored; to take out: factcontext remove "
            f"{' '.join(map(str, file.missing[:_NAMES_SHOWN]))}"
            f"{' ...' if len(file.missing) > _NAMES_SHOWN else ''}"
        )


def _as_json(file: LoadedFile) -> dict[str, object]:
    return {
        "path": file.name,
        **_named(Counter(file.changes)),
        "missing": list(file.missing),
        "warnings": list(file.warnings),
        "uncertain": [{"title": t, "parse_confidence": round(c, 3)} for t, c in file.uncertain],
        "left_out": list(file.left_out),
        "skipped": file.skipped,
        "fault": file.fault,
    }


def _named(changes: Counter[Change]) -> dict[str, int]:
    return {change.value: changes[change] for change in Change}
