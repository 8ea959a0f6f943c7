"""The product: library, rebuild with verification and promotion, and whole answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks.peers.engine import ARTICLES, REBUILD, Stopwatch
from benchmarks.peers.known import KnownVectors
from bot.config import Settings, load_settings
from bot.rebuilding import build, passages_of
from bot.wiring import answer_service, load_encoder, open_library, workshop
from embeddings.api import Encoder, Role, Vectors
from index.loading import File, load
from index.model import Claim
from index.readers import Limits
from index.service import AnswerService


def engine(store: Path, _model: str, watch: Stopwatch) -> Factcontext:
    """The first use of a model converts it, which is no part of a load."""
    settings = load_settings(data_dir=store)
    if not store.exists():
        store.mkdir(parents=True)
        load_encoder(settings).encode(["first"], Role.QUERY)
    return Factcontext(settings, watch)


class Factcontext:
    """Default settings: one encoder thread. Ends with its process."""

    def __init__(self, settings: Settings, watch: Stopwatch) -> None:
        self._settings = settings
        self._watch = watch
        self._known = KnownVectors(watch)
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._service: AnswerService | None = None

    def add(self, corpus: Path) -> int:
        """What `factcontext add` and then `factcontext rebuild` do."""
        self._known.learn(corpus)
        with open_library(self._settings) as library:
            for file in load(library, [File(path=corpus / ARTICLES, named=True)], Limits()):
                if file.fault:
                    raise SystemExit(file.fault)
        with self._watch.part(REBUILD), workshop(self._settings) as tools:
            timed = replace(tools, encoder=_Timed(tools.encoder, self._watch, self._known))
            rebuilt = build(timed, None, self._settings, force=False)
            return passages_of(tools, rebuilt.name)

    def open(self) -> None:
        """As `serve` opens it, and as it takes up what was built since."""
        if self._service is None:
            self._service = self._loop.run_until_complete(
                self._stack.enter_async_context(answer_service(self._settings))
            )
        else:
            self._loop.run_until_complete(self._service.refresh())

    def search(self, claim: str) -> Sequence[str]:
        """A whole answer: passages and discussions, chosen, judged and read from the library."""
        if self._service is None:
            raise RuntimeError("The engine was not opened.")
        (answer,) = self._loop.run_until_complete(self._service.answer([Claim(text=claim)]))
        return [article.head.title for article in answer.reporting]


class _Timed:
    """The encoder, or vectors that are ready; its time counted."""

    def __init__(self, encoder: Encoder, watch: Stopwatch, known: KnownVectors) -> None:
        self.info = encoder.info
        self._encoder, self._known = encoder, known
        self._timed = watch.timed(self._rows)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        rows: Vectors = self._timed(texts, role)
        return rows

    def _rows(self, texts: Sequence[str], role: Role) -> Vectors:
        rows: Vectors | None = self._known.of(texts)
        return self._encoder.encode(texts, role) if rows is None else rows
