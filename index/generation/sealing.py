"""How a generation's folder comes into being: unseen until every byte of it is on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from index.errors import GenerationError
from index.folders import remove_tree
from index.generation import layout
from index.generation.checksums import FileMark
from index.generation.durable import sync_file, sync_folder
from index.generation.manifest import Manifest
from index.lexical_writer import LOCK_FILES


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A generation that is being made."""

    name: str
    folder: Path


@contextmanager
def unfinished(root: Path) -> Iterator[Unfinished]:
    """A new folder that becomes a generation when the block ends well, and else is removed.

    Only under the build lock.

    Raises:
        GenerationError: the disk cannot be written.
    """
    name = layout.next_name(root)
    folder = root / f"{layout.BUILDING}{name}-{os.getpid()}"
    try:
        folder.mkdir()
        yield Unfinished(name=name, folder=folder)
        folder.rename(root / name)
        sync_folder(root)
    except OSError as fault:
        raise GenerationError(
            f"Generation {name} cannot be written to {root} ({fault.strerror}); check the "
            "free space and the folder's permissions."
        ) from fault
    finally:
        remove_tree(folder)


def seal(
    folder: Path, manifest: Manifest, told: Callable[[int, int], None] = lambda _done, _all: None
) -> None:
    """Take checksums, write the manifest and wait until all of it is on the disk.

    Args:
        folder: with every file of the generation but the manifest.
        manifest: everything but the files.
        told: how many files of how many are done.
    """
    entries = [path for path in folder.rglob("*") if path.name not in LOCK_FILES]
    paths = sorted(path for path in entries if path.is_file())
    # tantivy gives some of its files to their owner only; whoever may enter may read them all.
    mode = folder.stat().st_mode & 0o666
    files = {}
    for done, path in enumerate(paths, start=1):
        path.chmod(mode)
        sync_file(path)
        files[path.relative_to(folder).as_posix()] = FileMark.of(path)
        told(done, len(paths))
    replace(manifest, files=files).write(folder)
    sync_file(folder / layout.MANIFEST)
    for path in [folder, *entries]:
        if path.is_dir():
            sync_folder(path)


def program() -> str:
    """Version of the program, for the manifest."""
    try:
        return version("factcontext")
    except PackageNotFoundError:
        return "unknown"
