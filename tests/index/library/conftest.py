from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite3"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, busy_timeout_s=0.1) as opened:
        yield opened
