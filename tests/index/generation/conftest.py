import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.collection import collection, load
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index.generation import build, promote
from index.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite3") as opened:
        load(opened, collection())
        yield opened


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def store(tmp_path: Path, encoder: WordEncoder) -> Iterator[VectorStore]:
    with VectorStore(tmp_path / "vectors.sqlite3", encoder.info) as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "generations"


@pytest.fixture
def built(
    library: Library, encoder: WordEncoder, store: VectorStore, root: Path
) -> Callable[[], str]:
    """Builds, and gives the name."""
    return lambda: build(library, encoder, store, root)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one promoted generation, 0001; to be copied, not changed."""
    folder = tmp_path_factory.mktemp("pristine")
    encoder = WordEncoder()
    with (
        Library.open(folder / "library.sqlite3") as library,
        VectorStore(folder / "vectors.sqlite3", encoder.info) as store,
    ):
        load(library, collection())
        promote(folder / "generations", build(library, encoder, store, folder / "generations"))
    return folder / "generations"


@pytest.fixture
def copied(pristine: Path, root: Path) -> Path:
    """A promoted generation of its own for each test, in a folder as if carried elsewhere."""
    shutil.copytree(pristine, root)
    return root
