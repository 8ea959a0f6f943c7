from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.place import Place, two_generations

from index.library import Library


@pytest.fixture(scope="session")
def untouched_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied, not changed."""
    folder = tmp_path_factory.mktemp("place")
    two_generations(folder)
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """With nothing in it."""
    with Library.open(tmp_path / "library.sqlite3") as opened:
        yield opened


@pytest.fixture
def place(untouched_place: Path, tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "place"
    shutil.copytree(untouched_place, folder)
    with Library.open(folder / "library.sqlite3") as library:
        yield Place(folder=folder, library=library)
