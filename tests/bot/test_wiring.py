"""The composition root: what it opens it closes, and what it watches it reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from bot import wiring
from bot.config import Settings, load_settings
from bot.errors import CommandError
from embeddings.errors import EncoderClosedError, ModelNotFoundError, VectorStoreError
from index.errors import CorruptGenerationError, LibraryError, NoGenerationError, SearchBusyError
from index.generation import build, promote
from index.library import Library
from index.model import Claim

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


async def test_a_re_ranker_that_is_not_there_is_named_by_its_setting(
    settings: Settings, encoder: WordEncoder, library: Library
) -> None:
    rebuilt(settings)
    named = settings.model_copy(update={"reranker": "./nowhere"})
    with pytest.raises(ModelNotFoundError, match=r"FACTCONTEXT_RERANKER names '\./nowhere'"):
        async with wiring.answer_service(named):
            pass


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
