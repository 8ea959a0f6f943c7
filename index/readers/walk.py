"""Which files to load below what an operator named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.readers.sidecar import SUFFIX as SIDECAR_SUFFIX


def walk(paths: Iterable[Path]) -> Iterator[Path]:
    """Files to load, each once: those named as they were named, those in folders by name.

    Hidden files and folders, sidecars, and links that lead out of the named folder are left out;
    a sidecar also when it was named itself, because it is read with its document. Whether a file
    holds documents is for `select` to say.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path):
            real = Path(os.path.realpath(file))
            if real not in seen:
                seen.add(real)
                yield file


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        if not path.name.endswith(SIDECAR_SUFFIX):
            yield path
        return
    root = Path(os.path.realpath(path))
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(folder) / name
            if name.startswith(".") or name.endswith(SIDECAR_SUFFIX) or not file.is_file():
                continue
            if Path(os.path.realpath(file)).is_relative_to(root):
                yield file
