"""Starting, outages and stopping, over HTTP against the stand-in."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from support.private_bot import TRANSLATORS
from support.telegram import faults
from support.telegram.server import Telegram

from bot import polling
from bot.app import AnyApplication, BotOptions, build_application
from bot.errors import StartError
from bot.handlers import ALLOWED_UPDATES
from bot.inbox import Inbox
from bot.lines import UNHURRIED
from bot.run import run_bot, stop_on_signals
from bot.sealing import Seal
from bot.store import TABLES
from bot.store.database import Database
from bot.store.pending import PendingStore
from bot.store.updates import UpdateStore

Built = tuple[AnyApplication, Inbox]
Make = Callable[..., Built]


class Nothing:
    """A search that nobody asks."""

    generation = None

    async def answer(
        self, claims: object, scope: object = None, *, patient: bool = False
    ) -> tuple[()]:
        raise AssertionError("not asked here")

    async def recall(self, reference: object) -> None:
        raise AssertionError("not asked here")

    async def outdated(self, references: object) -> list[bool]:
        raise AssertionError("not asked here")

    async def revision(self) -> int:
        return 0

    async def sources(self) -> tuple[()]:
        return ()


@pytest.fixture
async def make(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Make]:
    database = Database.open(tmp_path / "bot.sqlite3", TABLES)

    def made(token: str | None = None) -> Built:
        api_url = telegram.base_url.removesuffix("/bot")
        options = BotOptions(
            storage_key=b"k" * 32,
            token=token or telegram.token,
            api_url=api_url,
            answers_kept_days=1,
            pace=UNHURRIED,
        )
        inbox = Inbox(UpdateStore(database), PendingStore(database, Seal(b"k" * 32)))
        application = build_application(
            options,
            service=Nothing(),
            database=database,
            translators=TRANSLATORS,
            inbox=inbox,
        )
        return application, inbox

    yield made
    await database.aclose()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_LONGEST_PAUSE_S", 0.05)


def run(
    built: Built, stop: asyncio.Event, failed: Callable[[str], None] = lambda _kind: None
) -> asyncio.Task[None]:
    application, inbox = built
    return asyncio.create_task(
        run_bot(application, stop, inbox, translators=TRANSLATORS, failed=failed, finish_s=2)
    )


async def works(telegram: Telegram) -> None:
    ada = telegram.world.user(5)
    ada.send("/help")
    assert "How to use this bot" in (await ada.receives(timeout_s=10)).text


async def test_only_what_is_handled_is_asked_of_telegram_and_nothing_is_dropped(
    telegram: Telegram,
    make: Make,
) -> None:
    stop = asyncio.Event()
    bot = run(make(), stop)
    (call, *_) = await telegram.world.called("getUpdates")
    assert call.parameters["allowed_updates"] == list(ALLOWED_UPDATES)
    (deleted,) = telegram.world.calls("deleteWebhook")
    assert not deleted.parameters.get("drop_pending_updates")
    stop.set()
    await bot


async def test_an_update_that_cannot_be_read_holds_up_nothing(
    telegram: Telegram,
    make: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    chat = {"id": 5, "type": "private"}
    message = {"message_id": 1, "date": 10**30, "chat": chat, "text": "what somebody wrote"}
    update = {"update_id": 700_000_000, "message": message}
    reply = json.dumps({"ok": True, "result": [update]}).encode()
    # Telegram gives it twice, before it hears that there is no need to.
    telegram.faults.plan(faults.Fault(status=200, body=reply), "getUpdates", times=2)
    stop = asyncio.Event()
    bot = run(make(), stop)
    await works(telegram)
    stop.set()
    await bot
    assert caplog.messages.count("update 700000000 could not be read") == 1
    later = [call.parameters.get("offset", 0) for call in telegram.world.calls("getUpdates")][2:]
    assert min(later) == 700_000_001


async def test_telegram_may_be_unreachable_at_the_start(
    telegram: Telegram,
    make: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await telegram.stop()
    stop = asyncio.Event()
    bot = run(make(), stop)
    while "cannot be reached" not in caplog.text:  # noqa: ASYNC110 - a log line rings no bell
        await asyncio.sleep(0.01)
    await telegram.start()
    await works(telegram)
    stop.set()
    await bot
    assert telegram.token not in caplog.text


async def test_telegram_may_go_away_and_come_back(
    telegram: Telegram,
    make: Make,
) -> None:
    stop, counted = asyncio.Event(), []
    bot = run(make(), stop, failed=counted.append)
    await works(telegram)
    assert counted == []
    await telegram.stop()
    while len(counted) < 2:  # noqa: ASYNC110 - a count rings no bell
        await asyncio.sleep(0.01)
    assert counted[-1] == "NetworkError"
    assert not bot.done()
    await telegram.start()
    await works(telegram)
    stop.set()
    await bot


async def test_a_wrong_token_ends_the_start_with_what_to_do(
    telegram: Telegram,
    make: Make,
) -> None:
    wrong = "7000000001:AAE-wrong-wrong-wrong-wrong-wrong-wro"
    with pytest.raises(StartError, match="Copy it again from @BotFather") as caught:
        await run(make(wrong), asyncio.Event())
    assert caught.value.__cause__ is None
    assert wrong not in str(caught.value)


async def test_a_token_that_is_revoked_later_ends_the_bot(
    telegram: Telegram,
    make: Make,
) -> None:
    bot = run(make(), asyncio.Event())
    await works(telegram)
    telegram.faults.plan(faults.unauthorized(), "getUpdates")
    telegram.world.user(5).send("/help")
    with pytest.raises(StartError, match="does not accept"):
        await bot


async def test_a_second_poller_is_named_and_waited_for(
    telegram: Telegram,
    make: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.faults.plan(faults.conflicted(), "getUpdates", times=3)
    stop = asyncio.Event()
    bot = run(make(), stop)
    await works(telegram)
    assert "another process polls with this token" in caplog.text
    stop.set()
    await bot


async def test_stopping_while_telegram_is_unreachable_ends_at_once(
    telegram: Telegram,
    make: Make,
) -> None:
    await telegram.stop()
    stop = asyncio.Event()
    bot = run(make(), stop)
    await asyncio.sleep(0.1)
    stop.set()
    async with asyncio.timeout(3):
        await bot
    await telegram.start()


async def test_a_menu_that_cannot_be_named_is_no_reason_to_stop(
    telegram: Telegram,
    make: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telegram.faults.plan(faults.refused("BOT_COMMANDS_INVALID"), "setMyCommands", times=None)
    stop = asyncio.Event()
    bot = run(make(), stop)
    await works(telegram)
    await telegram.world.called("setMyCommands", times=3 * len(TRANSLATORS.codes))
    stop.set()
    await bot
    assert "command menu" in caplog.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_first_signal_stops_gently(number: signal.Signals) -> None:
    with stop_on_signals() as stop:
        os.kill(os.getpid(), number)
        async with asyncio.timeout(2):
            await stop.wait()
