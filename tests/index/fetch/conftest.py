from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from support.site import Site, running_site

from index.fetch.fetcher import Fetcher


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as running:
        yield running


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    async with site.fetcher() as made:
        yield made
