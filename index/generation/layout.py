"""Where generations lie: one folder each, numbered, and a file that names the promoted one."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

from index.errors import CorruptGenerationError, NoGenerationError

CURRENT = "CURRENT"
MANIFEST = "manifest.json"
COLUMNS = "columns.npy"
HASHES = "hashes.npy"
DENSE = "dense.faiss"
LISTS = "lists.faiss"
LEXICAL = "lexical"
GOLDEN = "golden.json"
QUERY_MAP = "query_map.npy"
BUILDING = ".building-"
REMOVING = ".removing-"

_NAME = re.compile(r"\d{4,12}", re.ASCII)
_NAME_BYTES = 64


def names(root: Path) -> list[str]:
    """All complete generations, oldest first."""
    if not root.is_dir():
        return []
    found = [path.name for path in root.iterdir() if _NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=int)


def current(root: Path) -> str | None:
    """Name of the promoted generation, or None; one small read.

    Raises:
        CorruptGenerationError: the file that names it holds something else.
    """
    path = root / CURRENT
    try:
        with path.open("rb") as file:
            content = file.read(_NAME_BYTES)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise CorruptGenerationError(
            f"{path} cannot be read ({fault.strerror}); check the folder's permissions."
        ) from fault
    name = content.decode("ascii", "replace").strip()
    if not _NAME.fullmatch(name):
        raise CorruptGenerationError(f'{path} names no generation; run "factcontext rebuild".')
    return name


def promoted(root: Path) -> str:
    """Name of the promoted generation.

    Raises:
        NoGenerationError: nothing has been built yet.
        CorruptGenerationError: the file that names it holds something else.
    """
    name = current(root)
    if name is None:
        raise NoGenerationError(
            f'{root} holds no index yet; run "factcontext add" and "factcontext rebuild".'
        )
    return name


def folder(root: Path, name: str) -> Path:
    """The folder of a generation that exists.

    Raises:
        NoGenerationError: there is none of this name.
    """
    if not (_NAME.fullmatch(name) and (root / name).is_dir()):
        raise NoGenerationError(
            f"There is no generation {name[:_NAME_BYTES]!r} in {root}; "
            '"factcontext generations" lists those there are, "factcontext rebuild" builds one.'
        )
    return root / name


def next_name(root: Path) -> str:
    """A name that no generation has had, as far as can be known."""
    taken = names(root)
    with suppress(CorruptGenerationError):  # A rebuild is what mends it.
        taken.append(current(root) or "0")
    return f"{max(map(int, taken), default=0) + 1:04d}"


def sweep(root: Path) -> None:
    """Remove what killed builds and removals left; only under the build lock."""
    for path in root.glob(".*"):
        if path.name.startswith((BUILDING, REMOVING)):
            shutil.rmtree(path, ignore_errors=True)
