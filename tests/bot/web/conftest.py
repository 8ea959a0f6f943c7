from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.web_pages import WebPages, make_place, web_pages


@pytest.fixture(scope="session")
def untouched_pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To be copied, not changed."""
    folder = tmp_path_factory.mktemp("pages")
    make_place(folder)
    return folder


@pytest.fixture
def folder(untouched_pages: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "pages"
    shutil.copytree(untouched_pages, copied)
    return copied


@pytest.fixture
async def pages(folder: Path) -> AsyncIterator[WebPages]:
    async with web_pages(folder) as running:
        yield running
