"""The running bot put together: Telegram, HTTP, and what goes on beside the answers.

`bot.wiring` makes the collection and the search, `bot.serving_web` the HTTP side.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial

from pydantic import SecretStr

from bot.app import BotOptions, build_application
from bot.chores import Chore, Chores
from bot.config import Settings
from bot.data_folder import KEY
from bot.errors import StartError
from bot.handlers.operating import Operators
from bot.i18n import Translators
from bot.inbox import Inbox
from bot.latency import Latencies
from bot.limits import Allowance
from bot.lines import Pace
from bot.log import configure_logging
from bot.metrics import Metrics
from bot.pictures.setup import picture_reading
from bot.pulse import Pulse
from bot.reloading import reload_on_hangup
from bot.run import run_bot, stop_on_signals
from bot.sealing import Seal, key_from
from bot.serving_web import Running, http_side, page_links
from bot.store.database import Database
from bot.store.latency import LatencyStore
from bot.store.pending import PendingStore
from bot.store.unanswered import UnansweredStore
from bot.store.updates import UpdateStore
from bot.unanswered.crowd import Crowd
from bot.unanswered.noting import Unanswered
from bot.web.webhook import Address, Webhook
from bot.wiring import answer_service, limits_of, open_library, open_store
from bot.wiring_feeds import following
from index.errors import GenerationError
from index.library import Library
from index.service import AnswerService

_log = logging.getLogger(__name__)
_LATENCY_EVERY_S = 30.0
_DAY_S = 86_400.0
_TURN_S = 0.0005
"""A tenth of what a thread may compute by default before another gets its turn."""


async def serve_telegram(settings: Settings) -> None:
    """Run the bot until it is told to stop.

    Raises:
        StartError: there is no token, or Telegram does not accept it.
        LibraryError: nothing was ever loaded, or the library cannot be opened.
    """
    if settings.telegram_bot_token is None:
        raise StartError(
            "There is no TELEGRAM_BOT_TOKEN. Get one from @BotFather on Telegram and set it; "
            'without Telegram, "factcontext ask" gives the same answers in the terminal.'
        )
    token = settings.telegram_bot_token
    metrics, latencies, pulse = Metrics(), Latencies(), Pulse()
    webhook = _webhook(settings, pulse)
    # Before a key is made: in a wrong folder nothing is left behind.
    with await asyncio.to_thread(open_library, settings, create=False):
        options = await asyncio.to_thread(_options, settings, token)
    translators = Translators.load()
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(stop_on_signals())
        stack.enter_context(short_turns())
        service = await stack.enter_async_context(answer_service(settings, metrics, latencies))
        stack.enter_context(reload_on_hangup(settings, partial(_apply, service)))
        database = open_store(settings)
        stack.push_async_callback(database.aclose)
        await stack.enter_async_context(_storing(latencies, database))
        swapping = asyncio.create_task(_keep_fresh(service, settings.swap_check_interval_s))
        stack.push_async_callback(_cancel, swapping)
        library = stack.enter_context(open_library(settings))
        await stack.enter_async_context(following(settings, database, library))
        inbox = Inbox(
            UpdateStore(database),
            PendingStore(database, Seal(options.storage_key)),
            most_open=settings.max_waiting_updates,
        )
        application = build_application(
            options,
            inbox=inbox,
            service=service,
            database=database,
            translators=translators,
            metrics=metrics,
            operators=_operators(settings, library),
            unanswered=await _unanswered(settings, service, database),
        )
        metrics.watch(
            "updates_waiting",
            "Updates that wait for their chat's turn.",
            application.update_queue.qsize,
        )
        if settings.http_port is not None:
            running = Running(
                service=service,
                library=library,
                database=database,
                translators=translators,
                metrics=metrics,
                pulse=pulse,
                bot=application.bot,
                webhook=webhook,
            )
            await stack.enter_async_context(http_side(settings, running))
        await run_bot(
            application,
            stop,
            inbox,
            translators=translators,
            receive=webhook.receive if webhook else None,
            heard=pulse.beat,
            failed=metrics.telegram_error,
            finish_s=settings.shutdown_timeout_s,
        )


@contextmanager
def short_turns() -> Iterator[None]:
    """Threads take shorter turns inside the block.

    The event loop gives its turn up at each look for what has come. With searches under way it
    then waited for each of them, and refusals took seconds that cost a millisecond.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _options(settings: Settings, token: SecretStr) -> BotOptions:
    """What the settings say of the bot; reads files and looks for tesseract."""
    return BotOptions(
        token=token.get_secret_value(),
        storage_key=key_from(_secret(settings.storage_key), settings.data_dir / KEY),
        api_url=settings.telegram_api_url,
        http_client=settings.telegram_http_client,
        proxy_url=_secret(settings.telegram_proxy_url),
        max_claim_chars=settings.max_claim_chars,
        answers_kept_days=settings.answers_kept_days,
        chat_grace_days=settings.chat_grace_days,
        concurrent_updates=settings.concurrent_updates,
        later_kept_days=settings.later_kept_days,
        later_max_claims=settings.later_max_claims,
        unsent_expire_s=60.0 * settings.unsent_expire_min,
        pictures=picture_reading(settings),
        pages=page_links(settings),
        allowance=Allowance(
            person_per_min=settings.person_claims_per_min,
            group_per_min=settings.group_claims_per_min,
            inline_per_min=settings.inline_queries_per_min,
            longest_silence_min=settings.longest_silence_min,
            exempt=settings.operators,
        ),
        pace=Pace(
            chat_per_s=settings.chat_messages_per_s,
            group_per_min=settings.group_messages_per_min,
            overall_per_s=settings.all_messages_per_s,
            waiting_per_chat=settings.messages_waiting_per_chat,
        ),
    )


def _apply(service: AnswerService, settings: Settings) -> None:
    configure_logging(settings.log_level, settings.log_format)
    service.adjust(limits_of(settings))


def _operators(settings: Settings, library: Library) -> Operators | None:
    return Operators(users=settings.operators, library=library) if settings.operators else None


async def _unanswered(
    settings: Settings, service: AnswerService, database: Database
) -> Unanswered | None:
    """What notes questions in vain; where that is off, what was kept of them goes."""
    store = UnansweredStore(database, keep_days=settings.unanswered_kept_days)
    await store.sweep()
    if not store.keep_days:
        return None
    crowd = Crowd(keep_s=_DAY_S * store.keep_days, now=database.now)
    return Unanswered(store, service.encode, crowd)


def _webhook(settings: Settings, pulse: Pulse) -> Webhook | None:
    if not settings.webhook or settings.telegram_bot_token is None:
        return None
    if settings.http_port is None or settings.public_url is None:
        raise StartError(
            "A webhook needs FACTCONTEXT_HTTP_PORT, where the bot listens, and "
            "FACTCONTEXT_PUBLIC_URL, where Telegram reaches it; or set FACTCONTEXT_WEBHOOK=false."
        )
    address = Address.of(settings.telegram_bot_token.get_secret_value())
    return Webhook(address, settings.public_url, pulse.beat)


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()


@asynccontextmanager
async def _storing(latencies: Latencies, database: Database) -> AsyncIterator[None]:
    """Store what answers took now and then, and at the end of the block."""
    store = LatencyStore(database)

    async def write() -> None:
        await store.add(latencies.drain)

    chores = Chores()
    chores.add(Chore(name="latency", every_s=_LATENCY_EVERY_S, do=write))
    await chores.start()
    try:
        yield
    finally:
        await chores.stop()
        with suppress(sqlite3.Error):  # Half a minute of figures is nothing to fail for.
            await write()


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
