"""The composition root: the one place that names concrete classes and where files lie."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.config import Settings
from bot.errors import CommandError, StartError
from bot.store import TABLES
from bot.store.database import Database
from bot.store.feedback import Counted, FeedbackStore
from bot.wiring_feeds import following
from embeddings import loader
from embeddings.api import Encoder
from embeddings.store import VectorStore
from index.assemble import Shown
from index.errors import GenerationError
from index.generation import Generation
from index.library import Library
from index.service import AnswerService, ServiceLimits

if TYPE_CHECKING:
    from telegram import Bot

    from bot.pictures.messages import Pictures

_log = logging.getLogger(__name__)


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
    return Library.open(settings.data_dir / "library.sqlite3", create=create)


def generations_folder(settings: Settings) -> Path:
    """Where built indexes lie."""
    return settings.data_dir / "generations"


def open_store(settings: Settings) -> Database:
    """The bot's own file beside the library; made where it is missing.

    Raises:
        StartError: it cannot be used.
    """
    return Database.open(settings.data_dir / "bot.sqlite3", TABLES)


async def counted_votes(settings: Settings) -> list[Counted]:
    """What people thought of answers, most votes against first; empty before any bot ran here."""
    if not (settings.data_dir / "bot.sqlite3").exists():
        return []
    database = open_store(settings)
    try:
        return await FeedbackStore(database).counts()
    finally:
        await database.aclose()


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


def open_generation_of(tools: Workshop) -> Generation:
    """The promoted generation, opened for the workshop's encoder; the caller closes it."""
    from index.generation import open_generation

    return open_generation(tools.folder, fingerprint=tools.encoder.info.fingerprint)


@asynccontextmanager
async def answer_service(settings: Settings) -> AsyncIterator[AnswerService]:
    """The search, ready to answer from the promoted generation.

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
        encoder = await asyncio.to_thread(load_encoder, settings)
        batcher = Batcher(encoder, max_waiting=settings.max_waiting_claims)
        stack.push_async_callback(batcher.aclose)
        fingerprint = encoder.info.fingerprint
        service = AnswerService(
            library=library,
            encoder=batcher,
            newest=lambda: current(folder),
            open_generation=lambda name: open_generation(folder, name, fingerprint=fingerprint),
            limits=_limits(settings),
        )
        stack.push_async_callback(service.aclose)
        await service.refresh()
        service.require_generation()
        yield service


def _limits(settings: Settings) -> ServiceLimits:
    return ServiceLimits(
        query_timeout_s=settings.query_timeout_s,
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


async def serve_telegram(settings: Settings) -> None:
    """Run the bot until it is told to stop.

    Raises:
        StartError: there is no token, or Telegram does not accept it.
    """
    from bot.app import BotOptions, build_application
    from bot.i18n import Translators
    from bot.lines import Pace
    from bot.run import run_polling, stop_on_signals

    if settings.telegram_bot_token is None:
        raise StartError(
            "There is no TELEGRAM_BOT_TOKEN. Get one from @BotFather on Telegram and set it; "
            'without Telegram, "factcontext ask" gives the same answers in the terminal.'
        )
    pictures = await asyncio.to_thread(picture_reading, settings)
    options = BotOptions(
        token=settings.telegram_bot_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        http_client=settings.telegram_http_client,
        proxy_url=_secret(settings.telegram_proxy_url),
        max_claim_chars=settings.max_claim_chars,
        answers_kept_days=settings.answers_kept_days,
        concurrent_updates=settings.concurrent_updates,
        pictures=pictures,
        pace=Pace(
            chat_per_s=settings.chat_messages_per_s,
            group_per_min=settings.group_messages_per_min,
            overall_per_s=settings.all_messages_per_s,
            waiting_per_chat=settings.messages_waiting_per_chat,
        ),
    )
    translators = Translators.load()
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        service = await stack.enter_async_context(answer_service(settings))
        database = open_store(settings)
        stack.push_async_callback(database.aclose)
        swapping = asyncio.create_task(_keep_fresh(service, settings.swap_check_interval_s))
        stack.push_async_callback(_cancel, swapping)
        library = stack.enter_context(open_library(settings))
        await stack.enter_async_context(following(settings, database, library))
        application = build_application(
            options, service=service, database=database, translators=translators
        )
        await run_polling(
            application, stop, translators=translators, finish_s=settings.shutdown_timeout_s
        )


def picture_reading(settings: Settings) -> Callable[[Bot], Pictures] | None:
    """What reads text in pictures, once there is a bot to fetch them; None where that is off.

    Raises:
        StartError: a language was asked for that is not installed.
    """
    from bot.pictures.languages import choose, installed_languages
    from bot.pictures.messages import Pictures
    from bot.pictures.reader import PictureLimits, PictureReader

    wanted = settings.picture_languages
    binary = None if wanted == "off" else shutil.which("tesseract")
    installed = installed_languages(binary) if binary else ()
    if wanted == "off" or (wanted == "auto" and not installed):
        return None
    languages = choose(wanted, installed)
    limits = PictureLimits(
        max_bytes=settings.max_picture_mib * 1024 * 1024,
        max_pixels=settings.max_picture_megapixels * 1_000_000,
        memory_mib=settings.picture_memory_mib,
        timeout_s=settings.picture_timeout_s,
        at_once=settings.pictures_at_once,
    )
    reader = PictureReader(binary or "tesseract", limits)
    return lambda bot: Pictures(bot=bot, reader=reader, languages=languages)


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


async def _keep_fresh(service: AnswerService, interval_s: float) -> None:
    """Take over each newly promoted generation; a broken one is logged, the old one answers."""
    reported = ""
    while True:
        await asyncio.sleep(interval_s)
        try:
            if await service.refresh():
                _log.info("generation %s answers now", service.generation)
            reported = ""
        except GenerationError as error:
            if str(error) != reported:
                _log.error("the promoted generation cannot be used: %s", error)
            reported = str(error)
        except Exception as error:
            # Nobody awaits this task before the end: an error that left it would go unseen.
            if repr(error) != reported:
                _log.exception("looking for a new generation failed; it goes on")
            reported = repr(error)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
