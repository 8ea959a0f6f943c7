"""The composition root of collection and search: names their classes and where files lie.

`bot.wiring_feeds` adds the web; `bot.serving` and `bot.serving_web` put the running bot together.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings, variable
from bot.data_folder import LIBRARY, STORE
from bot.errors import CommandError
from bot.store import TABLES
from bot.store.database import Database
from bot.store.feedback import Counted, FeedbackStore
from bot.store.unanswered import UnansweredStore
from embeddings import loader
from embeddings.api import Encoder
from embeddings.errors import ModelNotFoundError
from embeddings.store import VectorStore
from index.assemble import Shown
from index.errors import CorruptGenerationError, NoGenerationError
from index.generation import Generation
from index.library import Library
from index.observing import Observer, Observers
from index.reranking import Reranking
from index.service import AnswerService, ServiceLimits

if TYPE_CHECKING:
    from bot.metrics import Metrics
    from embeddings.batcher import Batcher


def open_library(settings: Settings, *, create: bool = True) -> Library:
    """The library of the data folder.

    Raises:
        CommandError: the data folder cannot be made.
        LibraryError: the library cannot be opened.
    """
    if create:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(
                f"The data folder {settings.data_dir} cannot be made ({error.strerror}); "
                "set FACTCONTEXT_DATA_DIR to one that can be written."
            ) from error
    return Library.open(settings.data_dir / LIBRARY, create=create)


def generations_folder(settings: Settings) -> Path:
    """Where built indexes lie."""
    return settings.data_dir / "generations"


def open_store(settings: Settings) -> Database:
    """The bot's own file beside the library; made where it is missing.

    Raises:
        StartError: it cannot be used.
    """
    return Database.open(settings.data_dir / STORE, TABLES)


async def counted_votes(settings: Settings) -> list[Counted]:
    """What people thought of answers, most votes against first; empty before any bot ran here."""
    if not (settings.data_dir / STORE).exists():
        return []
    database = open_store(settings)
    try:
        return await FeedbackStore(database).counts()
    finally:
        await database.aclose()


@asynccontextmanager
async def asked_in_vain(settings: Settings) -> AsyncIterator[UnansweredStore | None]:
    """What many chats asked in vain; None before any bot ran here."""
    if not (settings.data_dir / STORE).exists():
        yield None
        return
    database = open_store(settings)
    try:
        yield UnansweredStore(database, keep_days=settings.unanswered_kept_days)
    finally:
        await database.aclose()


def kept_vectors(settings: Settings) -> list[VectorStore]:
    """The kept vectors of every encoder that was ever used; the caller closes them.

    Raises:
        VectorStoreError: a file cannot be used.
    """
    files = sorted((settings.data_dir / "vectors").glob("*.sqlite3"))
    return [VectorStore.of_file(path) for path in files]


def load_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name; blocks while it loads."""
    return loader.load_encoder(
        settings.model,
        engine=settings.engine,
        precision=settings.precision,
        threads=settings.encoder_threads,
        cache_dir=settings.data_dir / "models",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What a rebuild works with."""

    library: Library
    encoder: Encoder
    vectors: VectorStore
    folder: Path


@contextmanager
def workshop(settings: Settings) -> Iterator[Workshop]:
    """Everything that a rebuild needs, closed at the end."""
    with open_library(settings, create=False) as library:
        encoder = load_encoder(settings)
        path = settings.data_dir / "vectors" / f"{encoder.info.fingerprint}.sqlite3"
        with VectorStore(path, encoder.info) as vectors:
            yield Workshop(
                library=library,
                encoder=encoder,
                vectors=vectors,
                folder=generations_folder(settings),
            )


def open_generation_of(tools: Workshop, name: str | None = None) -> Generation:
    """A generation opened for the workshop's encoder; the caller closes it.

    Without a name the promoted one.
    """
    from index.generation import open_generation

    return open_generation(tools.folder, name, fingerprint=tools.encoder.info.fingerprint)


@asynccontextmanager
async def answer_service(
    settings: Settings, metrics: Metrics | None = None, *observers: Observer
) -> AsyncIterator[AnswerService]:
    """The search, ready to answer from the promoted generation.

    Args:
        settings: what to search and how.
        metrics: is told how it goes.
        observers: are told as well.

    Raises:
        NoGenerationError: nothing has been built yet.
        GenerationError: the promoted generation cannot be opened.
        EmbeddingError: the encoder cannot be loaded.
    """
    from embeddings.batcher import Batcher
    from index.generation import current, open_generation

    folder = generations_folder(settings)
    async with AsyncExitStack() as stack:
        library = stack.enter_context(open_library(settings, create=False))
        _require_something_built(folder)
        encoder = await asyncio.to_thread(load_encoder, settings)
        batcher = Batcher(
            encoder,
            max_waiting=settings.max_waiting_claims,
            on_batch=metrics.encoded if metrics else lambda _texts: None,
        )
        stack.push_async_callback(batcher.aclose)
        fingerprint = encoder.info.fingerprint
        service = AnswerService(
            library=library,
            encoder=batcher,
            newest=lambda: current(folder),
            open_generation=lambda name: open_generation(folder, name, fingerprint=fingerprint),
            limits=limits_of(settings),
            observer=Observers(*filter(None, [metrics]), *observers),
            reranking=await asyncio.to_thread(_reranking, settings),
        )
        stack.push_async_callback(service.aclose)
        if metrics:
            _watch(metrics, service, batcher)
        await service.refresh()
        service.require_generation()
        yield service


def _require_something_built(folder: Path) -> None:
    """Before the model is loaded, which takes a while; what is damaged is told once it is opened.

    Raises:
        NoGenerationError: nothing has been built yet.
    """
    from index.generation import current

    try:
        name = current(folder)
    except CorruptGenerationError:
        return
    if name is None:
        raise NoGenerationError


def _watch(metrics: Metrics, service: AnswerService, batcher: Batcher) -> None:
    from bot.metrics import age_s

    metrics.watch("encoder_waiting", "Texts waiting for the encoder.", lambda: batcher.waiting)
    metrics.watch("claims_waiting", "Claims waiting for an answer.", lambda: service.waiting)
    metrics.watch(
        "generation_age_seconds",
        "Since the generation that answers was built.",
        lambda: age_s(service.built_at),
    )


def _reranking(settings: Settings) -> Reranking | None:
    """What orders passages a second time, if anything does; blocks while it loads.

    Raises:
        ModelNotFoundError: its name leads nowhere.
        EncoderError: it is no cross-encoder for ranking.
    """
    if settings.reranker is None:
        return None
    from embeddings.cross_encoder import load_cross_encoder

    try:
        reranker = load_cross_encoder(settings.reranker, threads=settings.encoder_threads)
    except ModelNotFoundError as error:
        raise ModelNotFoundError(
            f"{variable('reranker')} names {settings.reranker!r}, and no model is there; name a "
            "folder that holds a cross-encoder, or one of a hub that answers, or unset it."
        ) from error
    return Reranking(
        reranker,
        passages=settings.reranked_passages,
        budget_s=settings.rerank_budget_s,
    )


def limits_of(settings: Settings) -> ServiceLimits:
    """What one service may take on."""
    return ServiceLimits(
        query_timeout_s=settings.query_timeout_s,
        max_wait_s=settings.max_wait_s,
        max_waiting_claims=settings.max_waiting_claims,
        search_threads=settings.search_threads,
        shown=shown_of(settings),
    )


def shown_of(settings: Settings) -> Shown:
    """How much of an answer is shown."""
    return Shown(
        articles=settings.articles_shown,
        passages_per_article=settings.passages_per_article,
        threads=settings.threads_shown,
        remarks_per_thread=settings.remarks_per_thread,
    )
