"""`factcontext restore`: a data folder as it was when a backup was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, print_table, progress_bar
from bot.errors import BackupError, CommandError

if TYPE_CHECKING:
    from bot.backup.manifest import Manifest

_MIB = 1024**2


def restore(
    context: typer.Context,
    backup: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A file of `factcontext backup`.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compare every sum and say what would happen.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "--force", help="Replace what the data folder holds.")
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Put the library, what the bot keeps, and the index back as they were at the backup.

    Stop `factcontext serve` first. Everything is unpacked beside what is there and compared with
    its sums before anything is replaced: a damaged backup, one of a newer factcontext or a kill
    until then changes nothing, and a restore that is killed later is finished by the next command.

    What was hidden, removed or forgotten after the backup is back: hide it again.
    """
    from bot.backup.archive import Archive
    from bot.backup.restoring import check, restore, there
    from bot.data_folder import alone

    settings: Settings = context.obj
    folder = settings.data_dir
    with Archive(backup) as archive:
        manifest, replaced = archive.manifest, there(folder)
        if dry_run:
            with progress_bar("Comparing", "bytes") as advance:
                check(archive, advance)
        elif replaced and not yes:
            raise CommandError(
                f"{folder} holds {', '.join(replaced)} already. Look with --dry-run, keep it with "
                '"factcontext backup", and say --yes to replace it; nothing was changed.'
            )
        else:
            _make(folder)
            with alone(folder), progress_bar("Restoring", "bytes") as advance:
                restore(archive, folder, advance)
    if as_json:
        print_json(_as_json(manifest, folder, replaced, done=not dry_run))
    elif dry_run:
        _print(manifest, replaced)
    else:
        out.print(
            f"{folder} is as it was on {manifest.created_at:%Y-%m-%d at %H:%M} UTC.",
            markup=False,
            soft_wrap=True,
        )
        if manifest.generation is None:
            err.print("It had no index yet: run [bold]factcontext rebuild[/bold].")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BackupError(
            f"The data folder {folder} cannot be made ({error.strerror}); set "
            "FACTCONTEXT_DATA_DIR to one that can be written."
        ) from error


def _print(manifest: Manifest, replaced: list[str]) -> None:
    rows = [(name, f"{mark.size:,}", mark.sha256[:16]) for name, mark in manifest.files.items()]
    print_table(("file", "bytes", "sha256"), rows, numbers=("bytes",))
    out.print(
        f"{count(len(rows), 'file')}, {manifest.size_bytes / _MIB:.1f} MiB, made "
        f"{manifest.created_at:%Y-%m-%d %H:%M} UTC by factcontext {manifest.program}: "
        "all as they were put in.",
        soft_wrap=True,
    )
    would = f"Would replace {', '.join(replaced)}." if replaced else "Would replace nothing."
    out.print(f"{would} Nothing was changed.", soft_wrap=True)


def _as_json(
    manifest: Manifest, folder: Path, replaced: list[str], *, done: bool
) -> dict[str, object]:
    return {
        "data_dir": str(folder),
        "restored": done,
        "replaced": replaced,
        "created_at": manifest.created_at.isoformat(),
        "program": manifest.program,
        "generation": manifest.generation,
        "files": {name: mark.size for name, mark in manifest.files.items()},
    }
