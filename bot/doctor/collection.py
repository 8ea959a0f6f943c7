"""The library, what the bot keeps, the model, and the index in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from bot import wiring
from bot.config import Settings
from bot.data_folder import KEY, LIBRARY, STORE
from bot.doctor.findings import Finding, fail, ok, warn
from bot.errors import StartError
from bot.sealing import stored_key
from embeddings.api import EncoderInfo, Role
from embeddings.errors import EmbeddingError
from index import generation
from index.errors import GenerationError, LibraryError
from index.library import Library, LibraryState

_SAMPLE = "Is this as it should be?"


def examine(settings: Settings) -> Iterator[Finding]:
    """Read through what answers are made of; loads the model."""
    if not settings.data_dir.is_dir():
        yield fail("library", "nothing is loaded yet", 'run "factcontext add PATH"')
        return
    yield _store(settings)
    yield _key(settings)
    encoder = yield from _model(settings)
    try:
        with wiring.open_library(settings, create=False) as library:
            state = library.state()
            yield _library(settings.data_dir / LIBRARY, state)
            yield _index(settings, library, state, encoder)
    except LibraryError as error:
        yield fail("library", "it cannot be used", str(error))


def _store(settings: Settings) -> Finding:
    path = settings.data_dir / STORE
    if not path.exists():
        return ok("bot's file", "there is none yet; serve makes it")
    try:
        wiring.open_store(settings).close()
    except StartError as error:
        return fail("bot's file", "it cannot be used", str(error))
    if damage := _damage(path):
        return fail("bot's file", damage, 'put a backup in its place: "factcontext restore"')
    return ok("bot's file", "sound")


def _key(settings: Settings) -> Finding:
    path = settings.data_dir / KEY
    setting = settings.storage_key.get_secret_value() if settings.storage_key else None
    if setting is None and not path.exists():
        return ok("key", "there is none yet; serve makes it")
    try:
        stored_key(setting, path)
    except StartError as error:
        return fail("key", "it cannot be used", str(error))
    return ok("key", "can be used")


def _library(path: Path, state: LibraryState) -> Finding:
    if damage := _damage(path):
        return fail("library", damage, 'put a backup in its place: "factcontext restore"')
    if state.documents == 0:
        return warn("library", "it holds no document", 'run "factcontext add PATH"')
    return ok("library", f"sound, {state.documents:,} documents, {state.comments:,} comments")


def _damage(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return f"{path.name} cannot be read ({error})"
    return "" if found == "ok" else f"{path.name} is damaged ({found})"


def _model(settings: Settings) -> Generator[Finding, None, EncoderInfo | None]:
    """Let the model do its work once; returns what it is, where it can."""
    try:
        encoder = wiring.load_encoder(settings)
        row = encoder.encode([_SAMPLE], Role.QUERY)
    except EmbeddingError as error:
        yield fail("model", f"{settings.model} does not work", str(error))
        return None
    info = encoder.info
    if row.shape != (1, info.dimension) or not np.isclose(np.linalg.norm(row), 1, atol=0.01):
        yield fail(
            "model",
            f"{settings.model} gives no unit vectors of {info.dimension} numbers",
            "delete the folder models in the data folder, or choose another FACTCONTEXT_MODEL",
        )
        return None
    yield ok("model", f"{info.model}, {info.dimension} numbers, {info.precision}")
    return info


def _index(
    settings: Settings, library: Library, state: LibraryState, encoder: EncoderInfo | None
) -> Finding:
    folder = wiring.generations_folder(settings)
    rebuild = 'run "factcontext rebuild"'
    try:
        name = generation.current(folder)
        if name is None:
            return fail("index", "nothing has been built yet: nobody gets an answer", rebuild)
        problems = generation.verify(folder, name, library)
    except GenerationError as error:
        return fail("index", "it cannot be told which one is in use", str(error))
    if problems:
        return fail("index", problems[0], rebuild)
    used = next(s for s in generation.generations(folder) if s.name == name)
    if encoder is not None and used.fingerprint != encoder.fingerprint:
        return fail(
            "index",
            f"{name} was built with {used.fingerprint}, the settings name {encoder.fingerprint}",
            f"{rebuild}, or set FACTCONTEXT_MODEL, _ENGINE and _PRECISION as they were",
        )
    if used.revision != state.revision:
        return warn("index", f"{name} is sound; the library has changed since", rebuild)
    return ok("index", f"{name} is sound and agrees with the library")
