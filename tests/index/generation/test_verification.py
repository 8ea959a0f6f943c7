from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.collection import collection, load
from support.passage_rows import row, write_columns
from support.word_encoder import WordEncoder

from embeddings.store import VectorStore
from index import coarse
from index.coarse import CoarseDense, write_lists
from index.dense import FaissDense
from index.dense_writer import DenseWriter
from index.errors import NoGenerationError
from index.generation import build, recall, verify
from index.generation.checksums import FileMark
from index.generation.manifest import Manifest
from index.library import Library
from index.model import Lane


@pytest.fixture
def name(library: Library, encoder: WordEncoder, store: VectorStore, root: Path) -> str:
    return build(library, encoder, store, root)


def _reseal(folder: Path) -> None:
    """Make the manifest agree with files that were exchanged, as a faulty build would."""
    manifest = Manifest.read(folder)
    marks = {path: FileMark.of(folder / path) for path in manifest.files}
    manifest.files.update(marks)  # type: ignore[attr-defined]
    manifest.write(folder)


def test_sound_generation_has_no_problem(name: str, root: Path, library: Library) -> None:
    assert verify(root, name, library) == []
    assert verify(root, name) == []


def test_unknown_generation_is_refused(root: Path, name: str) -> None:
    with pytest.raises(NoGenerationError):
        verify(root, "0009")


def test_every_damaged_file_is_listed(name: str, root: Path, library: Library) -> None:
    (root / name / Lane.REPORTING / "dense.faiss").unlink()
    path = root / name / Lane.DISCUSSION / "columns.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")

    problems = verify(root, name, library)

    assert len(problems) == 2
    assert "discussion/columns.npy does not have the content" in problems[0]
    assert "reporting/dense.faiss is missing" in problems[1]


def test_damaged_manifest_is_a_problem(name: str, root: Path, library: Library) -> None:
    (root / name / "manifest.json").write_text("{")

    assert ["manifest.json is missing or damaged" in p for p in verify(root, name, library)] == [
        True
    ]


def _swap_lanes(root: Path, part: str) -> None:
    one, two = (root / lane / part for lane in Lane)
    one.rename(root / "aside")
    two.rename(one)
    (root / "aside").rename(two)


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        ("dense.faiss", "the dense index holds other passages"),
        ("columns.npy", "the lexical index holds other passages"),
    ],
)
def test_indexes_of_other_passages_are_a_problem(
    name: str, root: Path, part: str, problem: str
) -> None:
    _swap_lanes(root / name, part)
    _reseal(root / name)

    assert any(problem in found for found in verify(root, name))


def _write_rows(folder: Path, vectors: np.ndarray, ids: np.ndarray) -> None:
    writer = DenseWriter(folder / "dense.faiss", vectors.shape[1])
    writer.add(ids, vectors)
    writer.finish()


def test_rows_that_do_not_find_themselves_are_a_problem(name: str, root: Path) -> None:
    folder = root / name / Lane.REPORTING
    ids = np.load(folder / "columns.npy")[0].copy()
    _write_rows(folder, np.zeros((len(ids), 32), np.float32), ids)
    _reseal(root / name)

    assert ["does not find itself" in problem for problem in verify(root, name)] == [True]


def test_wrong_count_is_a_problem(name: str, root: Path) -> None:
    folder = root / name / Lane.REPORTING
    write_columns(folder / "columns.npy", [row(1), row(2)])
    _write_rows(folder, np.eye(2, 32, dtype=np.float32), np.array([1, 2]))
    _reseal(root / name)

    assert any("2 passages instead of 24" in problem for problem in verify(root, name))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda documents: documents[:-1], "2 are not in the library"),
        (lambda documents: [*documents, *collection(90, 91)], "2 passages are missing"),
    ],
)
def test_passages_that_differ_from_the_library_are_a_problem(
    name: str,
    root: Path,
    library: Library,
    tmp_path: Path,
    change: Callable[[list], list],
    problem: str,
) -> None:
    with Library.open(tmp_path / "other.sqlite3") as other:
        load(other, change(collection()))
        assert other.revision == library.revision

        problems = verify(root, name, other)

    assert [problem in found for found in problems] == [True, True]


def test_other_texts_under_the_same_ids_are_a_problem(
    name: str, root: Path, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "other.sqlite3") as other:
        load(other, collection(40, 52))

        problems = verify(root, name, other)

    assert ["others than in the library" in found for found in problems] == [True, True]


def test_library_that_moved_on_is_no_problem(name: str, root: Path, library: Library) -> None:
    load(library, collection(40, 42), path="more.jsonl")
    library.remove([library.documents(limit=1)[0].document_id])

    assert verify(root, name, library) == []


def test_lists_that_do_not_lead_to_their_rows_are_found(
    library: Library,
    encoder: WordEncoder,
    store: VectorStore,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(library, collection(0, 24))
    name = build(library, encoder, store, root, exact_up_to=10)
    # Otherwise so few are all compared.
    monkeypatch.setattr(coarse, "_LEAST_CANDIDATES", 20)
    monkeypatch.setattr(coarse, "_CANDIDATES", 1)
    assert verify(root, name, library) == []
    monkeypatch.setattr(CoarseDense, "_candidates", lambda *_: np.arange(5, 25))
    assert ["does not find itself" in problem for problem in verify(root, name)] == [True, True]
    assert recall(root, name)[Lane.REPORTING] < 0.5


def test_lists_of_other_passages_are_a_problem(
    library: Library, encoder: WordEncoder, store: VectorStore, root: Path, tmp_path: Path
) -> None:
    load(library, collection(0, 24))
    name = build(library, encoder, store, root, exact_up_to=10)
    columns = write_columns(tmp_path / "columns.npy", [row(n) for n in range(1, 42)])
    _write_rows(tmp_path, np.eye(41, 32, dtype=np.float32), np.asarray(columns.passage_id))
    other = FaissDense.open(tmp_path / "dense.faiss", columns)
    write_lists(root / name / Lane.REPORTING / "lists.faiss", other)
    _reseal(root / name)

    (problem,) = verify(root, name, library)
    assert "does not belong to its lane" in problem


def test_where_all_are_compared_all_are_found(name: str, root: Path) -> None:
    assert recall(root, name) == {Lane.REPORTING: 1, Lane.DISCUSSION: 1}
