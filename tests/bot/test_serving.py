"""What the running bot is put together from, and how it follows new generations."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from bot import serving, wiring
from bot.config import Settings, load_settings
from bot.errors import StartError
from bot.latency import Latencies
from bot.store.latency import LatencyStore
from index.generation import build, promote
from index.library import Library
from index.model import Claim, Lane
from index.service import AnswerService

CLAIM = Claim(text="What happened to the glacier is told only2 here")


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    made = WordEncoder()
    monkeypatch.setattr(wiring, "load_encoder", lambda _settings: made)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    with wiring.open_library(settings) as opened:
        load(opened, collection(0, 6))
        yield opened


def rebuilt(settings: Settings) -> str:
    with wiring.workshop(settings) as tools:
        name = build(tools.library, tools.encoder, tools.vectors, tools.folder)
        promote(tools.folder, name)
    return name


async def test_serving_without_a_token_says_where_to_get_one(settings: Settings) -> None:
    with pytest.raises(StartError, match="@BotFather"):
        await serving.serve_telegram(settings)


async def test_a_webhook_without_an_address_is_refused_with_what_it_needs(
    settings: Settings,
) -> None:
    half = load_settings(data_dir=settings.data_dir, telegram_bot_token="7:x", webhook=True)
    with pytest.raises(StartError, match=r"FACTCONTEXT_HTTP_PORT.*FACTCONTEXT_PUBLIC_URL"):
        await serving.serve_telegram(half)


# ---------------------------------------------------------------- keeping fresh


async def answers_from(service: AnswerService, name: str) -> None:
    async with asyncio.timeout(20):
        while service.generation != name:  # noqa: ASYNC110 - a thread brings it about
            await asyncio.sleep(0.01)


async def test_each_new_generation_is_taken_over_and_a_broken_one_reported_once(
    settings: Settings, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.serving")
    rebuilt(settings)
    async with wiring.answer_service(settings) as service:
        watching = asyncio.create_task(serving._keep_fresh(service, 0.01))
        load(library, collection(6, 8), path="more.jsonl")
        with wiring.workshop(settings) as tools:
            second = build(tools.library, tools.encoder, tools.vectors, tools.folder)
            promote(tools.folder, second)
        await answers_from(service, second)
        load(library, collection(8, 10), path="still more.jsonl")
        with wiring.workshop(settings) as tools:
            third = build(tools.library, tools.encoder, tools.vectors, tools.folder)
            damaged = tools.folder / third / Lane.DISCUSSION / "columns.npy"
            whole = damaged.read_bytes()
            damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            mended = tools.folder / "mended.npy"
            mended.write_bytes(whole)
            promote(tools.folder, third)
        async with asyncio.timeout(30):
            while not any(r.levelno == logging.ERROR for r in caplog.records):  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)  # many more looks: it is reported once
        assert service.generation == second
        (answer,) = await service.answer([CLAIM])
        assert not answer.abstained
        mended.replace(damaged)  # at once: a half-written file would be a second fault
        await answers_from(service, third)
        await serving._cancel(watching)
    faults = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert len(faults) == 1
    assert "columns.npy" in faults[0].getMessage()
    taken = [r.getMessage() for r in caplog.records if "answers now" in r.getMessage()]
    assert taken == [f"generation {second} answers now", f"generation {third} answers now"]


@pytest.mark.usefixtures("library")
async def test_watching_survives_what_nobody_foresaw(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rebuilt(settings)
    async with wiring.answer_service(settings) as service:
        refresh = service.refresh
        failures = iter([OSError("the disk is away"), MemoryError()])

        async def stumble() -> bool:
            for error in failures:
                raise error
            return await refresh()

        monkeypatch.setattr(service, "refresh", stumble)
        watching = asyncio.create_task(serving._keep_fresh(service, 0.01))
        with wiring.open_library(settings) as library:
            load(library, collection(6, 8), path="more.jsonl")
        await answers_from(service, await asyncio.to_thread(rebuilt, settings))
        await serving._cancel(watching)
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 2


@pytest.mark.usefixtures("library")
async def test_what_answers_took_is_stored_at_the_end_at_the_latest(settings: Settings) -> None:
    rebuilt(settings)
    latencies = Latencies()
    database = wiring.open_store(settings)
    async with wiring.answer_service(settings, None, latencies) as service:
        async with serving._storing(latencies, database):
            await service.answer([CLAIM])
        days = await LatencyStore(database).by_day()
    await database.aclose()
    assert {one.step: one.count for one in days} == dict.fromkeys(
        ("encode", "rank", "read", "whole"), 1
    )


def test_threads_take_short_turns_while_the_bot_serves() -> None:
    before = sys.getswitchinterval()
    with serving.short_turns():
        assert sys.getswitchinterval() < before / 5
    assert sys.getswitchinterval() == before
