"""Changes one setting in the settings file, and nothing else there."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

from bot.errors import CommandError


def put_setting(path: Path, name: str, value: str) -> None:
    """Write `name = "value"` into a settings file; the file is made where there is none.

    Comments, order and the file's permissions stay.

    Raises:
        CommandError: the file cannot be changed without changing more than this; the message
            says what to write by hand.
    """
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    by_hand = f"write this line into it yourself: {line}"
    try:
        before = path.read_text("utf-8") if path.exists() else ""
        wanted = {**tomllib.loads(before), name: value}
        after = _with_line(before, name, line)
        if _parsed(after) != wanted:
            raise CommandError(f"{path} is laid out in an unusual way; {by_hand}")
        _replace(path, after)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CommandError(f"{path} cannot be changed ({error}); {by_hand}") from error


def _with_line(text: str, name: str, line: str) -> str:
    """The text with the line in the place of the old one, or first."""
    old = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*=[^\n]*$", re.MULTILINE)
    changed, count = old.subn(lambda _: line, text, count=1)
    return changed if count else f"{line}\n{text}"


def _parsed(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _replace(path: Path, text: str) -> None:
    """Whoever reads the file sees the old one or the new one; it may hold the bot's token."""
    temporary = path.with_name(f".{path.name}.new")
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, mode)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    temporary.replace(path)
