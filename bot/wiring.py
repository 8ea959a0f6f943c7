"""The composition root: the one place that names concrete classes and where files lie."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from bot.config import Settings
from embeddings.api import Encoder
from index.assemble import Shown
from index.errors import GenerationError
from index.library import Library
from index.service import AnswerService, ServiceLimits

_log = logging.getLogger(__name__)


def open_library(settings: Settings, *, create: bool = True) -> Library:
    """The library of the data folder."""
    if create:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Library.open(settings.data_dir / "library.sqlite3", create=create)


def generations_folder(settings: Settings) -> Path:
    """Where built indexes lie."""
    return settings.data_dir / "generations"


def load_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name; blocks while it loads."""
    from embeddings import loader

    return loader.load_encoder(
        settings.model,
        engine=settings.engine,
        precision=settings.precision,
        threads=settings.encoder_threads,
        cache_dir=settings.data_dir / "models",
    )
