"""The composition root: what it opens it closes, and what it watches it reports."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from bot import wiring
from bot.config import Settings, load_settings
from bot.errors import CommandError, StartError
from embeddings.errors import EncoderClosedError, VectorStoreError
from index.errors import CorruptGenerationError, LibraryError, NoGenerationError, SearchBusyError
from index.generation import build, promote
from index.library import Library
from index.model import Claim, Lane
from index.service import AnswerService

CLAIM = Claim(text="What happened to the glacier is told only2 here")


@pytest.fixture
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


# ---------------------------------------------------------------- the library


def test_a_library_is_made_only_where_one_is_asked_for(settings: Settings) -> None:
    with pytest.raises(LibraryError, match="factcontext add"):
        wiring.open_library(settings, create=False)
    assert not settings.data_dir.exists()
    wiring.open_library(settings).close()
    wiring.open_library(settings, create=False).close()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_data_folder_that_cannot_be_made_names_the_setting(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match="FACTCONTEXT_DATA_DIR"):
        wiring.open_library(load_settings(data_dir=tmp_path / place))


# ---------------------------------------------------------------- the workshop


@pytest.mark.usefixtures("library")
def test_a_workshop_closes_what_it_opened(settings: Settings, encoder: WordEncoder) -> None:
    with wiring.workshop(settings) as tools:
        assert tools.encoder is encoder
        tools.library.state()
    with pytest.raises(LibraryError, match="closed"):
        tools.library.state()
    with pytest.raises(VectorStoreError):
        len(tools.vectors)


@pytest.mark.usefixtures("library", "encoder")
def test_vectors_of_two_encoders_never_share_a_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuilt(settings)
    monkeypatch.setattr(wiring, "load_encoder", lambda _settings: WordEncoder(model="others"))
    rebuilt(settings)
    assert len(list((settings.data_dir / "vectors").glob("*.sqlite3"))) == 2


@pytest.mark.usefixtures("library", "encoder")
def test_a_vector_folder_that_cannot_be_made_is_a_fault_with_a_name(settings: Settings) -> None:
    (settings.data_dir / "vectors").write_text("in the way")
    with pytest.raises(VectorStoreError, match="vectors"), wiring.workshop(settings):
        pass


# ---------------------------------------------------------------- the service


@pytest.mark.usefixtures("library", "encoder")
async def test_a_service_is_ready_to_answer_and_closed_afterwards(settings: Settings) -> None:
    name = rebuilt(settings)
    async with wiring.answer_service(settings) as service:
        (answer,) = await service.answer([CLAIM])
        assert (service.generation, answer.generation) == (name, name)
    with pytest.raises(EncoderClosedError):
        await service.answer([CLAIM])
    assert service.generation is None


@pytest.mark.usefixtures("library", "encoder")
async def test_a_service_without_an_index_does_not_start(settings: Settings) -> None:
    with pytest.raises(NoGenerationError, match="factcontext rebuild"):
        async with wiring.answer_service(settings):
            pass


@pytest.mark.usefixtures("library", "encoder")
async def test_a_service_with_a_damaged_index_does_not_start(settings: Settings) -> None:
    name = rebuilt(settings)
    (wiring.generations_folder(settings) / name / "manifest.json").write_text("{")
    with pytest.raises(CorruptGenerationError):
        async with wiring.answer_service(settings):
            pass


@pytest.mark.usefixtures("library", "encoder")
async def test_a_service_takes_its_limits_from_the_settings(settings: Settings) -> None:
    rebuilt(settings)
    narrow = load_settings(data_dir=settings.data_dir, max_waiting_claims=2, articles_shown=1)
    async with wiring.answer_service(narrow) as service:
        with pytest.raises(SearchBusyError):
            await service.answer([CLAIM] * 3)
        (answer,) = await service.answer([CLAIM])
    assert len(answer.reporting) == 1


async def test_serving_without_a_token_says_where_to_get_one(settings: Settings) -> None:
    with pytest.raises(StartError, match="@BotFather"):
        await wiring.serve_telegram(settings)


# ---------------------------------------------------------------- keeping fresh


async def answers_from(service: AnswerService, name: str) -> None:
    async with asyncio.timeout(20):
        while service.generation != name:  # noqa: ASYNC110 - a thread brings it about
            await asyncio.sleep(0.01)


@pytest.mark.usefixtures("encoder")
async def test_each_new_generation_is_taken_over_and_a_broken_one_reported_once(
    settings: Settings, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.wiring")
    rebuilt(settings)
    async with wiring.answer_service(settings) as service:
        watching = asyncio.create_task(wiring._keep_fresh(service, 0.01))
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
        await wiring._cancel(watching)
    faults = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert len(faults) == 1
    assert "columns.npy" in faults[0].getMessage()
    taken = [r.getMessage() for r in caplog.records if "answers now" in r.getMessage()]
    assert taken == [f"generation {second} answers now", f"generation {third} answers now"]


@pytest.mark.usefixtures("library", "encoder")
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
        watching = asyncio.create_task(wiring._keep_fresh(service, 0.01))
        with wiring.open_library(settings) as library:
            load(library, collection(6, 8), path="more.jsonl")
        await answers_from(service, await asyncio.to_thread(rebuilt, settings))
        await wiring._cancel(watching)
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 2
