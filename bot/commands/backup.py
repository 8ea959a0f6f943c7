"""`factcontext backup`: everything worth keeping in one file, while the bot goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Settings
from bot.console import AS_JSON, count, err, out, print_json, progress_bar
from bot.data_folder import KEY, LIBRARY
from bot.errors import CommandError

_MIB = 1024**2


def backup(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(help="The .zip file to write, or a folder for one that is named by date."),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    with_key: Annotated[
        bool,
        typer.Option("--with-key", help="Also keep bot.key, which opens the encrypted claims."),
    ] = False,
    as_json: AS_JSON = False,
) -> None:
    """Write one zip file with the library, what the bot keeps, and the index in use.

    `factcontext serve`, `add` and `rebuild` may go on meanwhile: each database is copied as it was
    at one moment, looked through for damage, and every file gets a SHA-256 sum. The file appears
    whole or not at all, readable for this user only. `factcontext restore FILE` puts it back.

    Not in it: the model's own files, older indexes, settings, and the key unless `--with-key`.
    """
    from bot.backup.making import make_backup

    settings: Settings = context.obj
    target = _file(target)
    if target.exists() and not force:
        raise CommandError(f"{target} is there already; name another file, or say --force.")
    if not (settings.data_dir / LIBRARY).is_file():
        raise CommandError(
            f"There is no library in {settings.data_dir}; set FACTCONTEXT_DATA_DIR, or "
            'run "factcontext add PATH" to start one.'
        )
    with progress_bar("Copying", "pages") as advance:
        manifest = make_backup(settings.data_dir, target, with_key=with_key, told=advance)
    size = target.stat().st_size
    if as_json:
        print_json(
            {
                "file": str(target),
                "size_bytes": size,
                "unpacked_bytes": manifest.size_bytes,
                "generation": manifest.generation,
                "files": len(manifest.files),
                "with_key": KEY in manifest.files,
            }
        )
        return
    index = f"generation {manifest.generation}" if manifest.generation else "no index yet"
    kept = count(len(manifest.files), "file")
    out.print(f"{target}: {kept}, {size / _MIB:.1f} MiB, {index}.", markup=False, soft_wrap=True)
    if not with_key and (settings.data_dir / KEY).exists():
        err.print("Keep a copy of bot.key elsewhere: it opens the claims that people wait for.")


def _file(target: Path) -> Path:
    if target.is_dir():
        return target / f"factcontext-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"
    # A folder that is missing must not become a file of its name.
    if target.suffix != ".zip":
        raise CommandError(
            f"There is no folder {target}; make it, or name a file as in {target}.zip."
        )
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}; make it first.")
    return target
