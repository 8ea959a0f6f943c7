"""Settings, versions, the data folder and the disk below it."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.config import HIDDEN, Settings, shown_values
from bot.data_folder import KEY, STORE
from bot.doctor.findings import Finding, fail, ok, warn
from bot.errors import StartError
from bot.pictures.setup import picture_reading
from bot.version import installed_version

_MIB = 1024**2
_LEAST_MIB = 200
"""Below this, databases and logs may soon find no room."""
_PRIVATE = (STORE, KEY)


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that is told without a model, a library or a network."""
    yield _versions()
    yield from _settings(settings)
    yield _folder(settings.data_dir)
    yield from _secrets(settings)
    yield _disk(settings.data_dir)
    yield _pictures(settings)


def _versions() -> Finding:
    said = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    number = installed_version()
    if number is None:
        return warn(
            "versions",
            f"factcontext is run from its sources; {said}",
            'install it, as "make run" does, so that its exact dependencies are known',
        )
    return ok("versions", f"factcontext {number}, {said}")


def _settings(settings: Settings) -> Iterator[Finding]:
    where = str(settings.file) if settings.file else "no file"
    yield ok("settings", f"read from the environment and {where}")
    if settings.webhook and (settings.http_port is None or settings.public_url is None):
        yield fail(
            "webhook",
            "it is switched on without an address",
            "set FACTCONTEXT_HTTP_PORT and FACTCONTEXT_PUBLIC_URL, or FACTCONTEXT_WEBHOOK=false",
        )


def _folder(folder: Path) -> Finding:
    matter, where = "data folder", str(folder.absolute())
    if not folder.is_dir():
        return warn(
            matter,
            f"{where} does not exist",
            'set FACTCONTEXT_DATA_DIR, or run "factcontext add PATH", which makes it',
        )
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return fail(
            matter,
            f"{where} cannot be written ({error.strerror})",
            "give it to the user that runs factcontext, or set another FACTCONTEXT_DATA_DIR",
        )
    if folder.stat().st_mode & stat.S_IWOTH:
        return warn(
            matter,
            f"every user may write in {where}, and put other texts there",
            f"chmod o-w {folder}",
        )
    return ok(matter, f"{where} can be written")


def _secrets(settings: Settings) -> Iterator[Finding]:
    """What this user alone should be able to read."""
    files = [settings.data_dir / name for name in _PRIVATE]
    if settings.file is not None and _holds_secrets(settings):
        files.append(settings.file)
    open_to_others = [path for path in files if path.is_file() and _readable_by_others(path)]
    if open_to_others:
        names = ", ".join(map(str, open_to_others))
        yield warn("secrets", f"others may read {names}", f"chmod 600 {names}")
    else:
        yield ok("secrets", "no other user may read them")


def _holds_secrets(settings: Settings) -> bool:
    """Whether the settings file does, rather than the environment."""
    return any(
        row.value == HIDDEN and row.origin == str(settings.file) for row in shown_values(settings)
    )


def _readable_by_others(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _disk(folder: Path) -> Finding:
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    # A rebuild writes the new index beside the one in use, and its vectors.
    used = sum(path.stat().st_size for path in _in_use(folder))
    said = f"{free // _MIB:,} MiB free"
    if free < max(_LEAST_MIB * _MIB, used):
        return fail("disk", said, f"make room: a rebuild needs {max(_LEAST_MIB, used // _MIB):,}")
    if free < 2 * used:
        return warn("disk", said, f"make room soon: the index in use takes {used // _MIB:,} MiB")
    return ok("disk", said)


def _in_use(folder: Path) -> Iterator[Path]:
    try:
        name = (folder / "generations" / "CURRENT").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return
    if name.isdigit():
        yield from (p for p in (folder / "generations" / name).rglob("*") if p.is_file())


def _pictures(settings: Settings) -> Finding:
    try:
        reading = picture_reading(settings)
    except StartError as error:
        return fail("pictures", "their text cannot be read", str(error))
    if reading is None and settings.picture_languages != "off":
        return warn(
            "pictures",
            "their text is not read: tesseract is not installed",
            "install tesseract-ocr, or set FACTCONTEXT_PICTURE_LANGUAGES=off",
        )
    return ok("pictures", "text in pictures is read" if reading else "switched off")
