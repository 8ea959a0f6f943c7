from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.passage_rows import row, write_columns

from index.coarse import CoarseDense, can_be_listed, write_lists
from index.columns import Columns
from index.dense import FaissDense
from index.dense_writer import DenseWriter
from index.errors import CorruptGenerationError, GenerationError
from index.filters import RowFilter

COUNT, DIMENSION = 6_000, 32


def _vectors(count: int = COUNT, seed: int = 0) -> np.ndarray:
    """Rows in thirty clouds, as texts on thirty subjects lie."""
    drawn = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(30, DIMENSION))
    rows = centres[drawn.integers(0, 30, count)] + 0.6 * drawn.normal(size=(count, DIMENSION))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _exact(folder: Path, count: int = COUNT) -> FaissDense:
    folder.mkdir()
    rows = [row(2 * i + 1, source_id=i % 50, days=(i, i)) for i in range(count)]
    columns = write_columns(folder / "columns.npy", rows)
    writer = DenseWriter(folder / "dense", DIMENSION)
    writer.add(np.asarray(columns.passage_id), _vectors(count))
    writer.finish()
    return FaissDense.open(folder / "dense", columns)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("coarse") / "lane"
    write_lists(folder / "lists", _exact(folder))
    return folder


@pytest.fixture
def columns(place: Path) -> Columns:
    return Columns.open(place / "columns.npy")


@pytest.fixture
def exact(place: Path, columns: Columns) -> FaissDense:
    return FaissDense.open(place / "dense", columns)


@pytest.fixture
def coarse(place: Path, exact: FaissDense, columns: Columns) -> CoarseDense:
    return CoarseDense.open(place / "lists", exact, columns)


def test_nearly_all_of_the_nearest_are_found(coarse: CoarseDense, columns: Columns) -> None:
    assert coarse.recall(columns.passage_id[::60]) > 0.95


def test_recall_counts_what_is_not_found(
    coarse: CoarseDense, columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = np.flatnonzero(columns.passage_id % 4 == 1)
    monkeypatch.setattr(CoarseDense, "_candidates", lambda *_: wrong)
    assert 0.2 < coarse.recall(columns.passage_id[::60]) < 0.8


def test_scores_are_those_of_the_exact_rows(coarse: CoarseDense, exact: FaissDense) -> None:
    query = _vectors(1, seed=2)[0]
    hits = coarse.search(query, 20)
    assert hits.scores.tolist() == exact.scores(query, hits.ids).tolist()
    assert coarse.scores(query, hits.ids).tolist() == hits.scores.tolist()


@pytest.mark.parametrize(
    "where",
    [RowFilter(source_ids=frozenset({7})), RowFilter(since=10, until=200), RowFilter(until=299)],
)
def test_a_narrow_filter_gives_exactly_what_comparing_all_gives(
    coarse: CoarseDense, exact: FaissDense, where: RowFilter
) -> None:
    for query in _vectors(10, seed=3):
        narrow, all_compared = coarse.search(query, 10, where), exact.search(query, 10, where)
        assert narrow.ids.tolist() == all_compared.ids.tolist()


def test_a_wide_filter_lets_nothing_else_pass_and_fills_the_answer(
    coarse: CoarseDense, columns: Columns
) -> None:
    where = RowFilter(source_ids=frozenset(range(25)))
    for query in _vectors(10, seed=4):
        hits = coarse.search(query, 10, where)
        assert len(hits) == 10
        assert columns.holds(hits.ids, where).all()


def test_where_the_lists_hold_too_few_all_are_compared(
    coarse: CoarseDense, exact: FaissDense, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CoarseDense, "_candidates", lambda *_: np.array([4, 5]))
    query = _vectors(1, seed=5)[0]
    assert coarse.search(query, 10).ids.tolist() == exact.search(query, 10).ids.tolist()


def test_what_was_learned_is_used_again_for_a_collection_of_about_the_size(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import faiss

    exact = _exact(tmp_path / "grown", COUNT + 60)
    monkeypatch.setattr(faiss, "index_factory", None)
    write_lists(tmp_path / "lists", exact, place / "lists")
    columns = Columns.open(tmp_path / "grown" / "columns.npy")
    grown = CoarseDense.open(tmp_path / "lists", exact, columns)
    assert grown.recall(columns.passage_id[::120]) > 0.95


@pytest.mark.parametrize("content", [b"", b"no index at all" * 20])
def test_what_are_no_lists_is_refused(
    exact: FaissDense, columns: Columns, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "lists").write_bytes(content)
    with pytest.raises(CorruptGenerationError, match="rebuild"):
        CoarseDense.open(tmp_path / "lists", exact, columns)


def test_lists_of_other_rows_are_refused(
    place: Path, tmp_path: Path, exact: FaissDense, columns: Columns
) -> None:
    write_lists(tmp_path / "lists", _exact(tmp_path / "other", 500))
    with pytest.raises(CorruptGenerationError, match="belong"):
        CoarseDense.open(tmp_path / "lists", exact, columns)


def test_an_unwritable_place_is_named(exact: FaissDense, place: Path, tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"nowhere.*cannot be written"):
        write_lists(tmp_path / "nowhere" / "lists", exact, place / "lists")


@pytest.mark.parametrize(
    ("rows", "dimension", "can"), [(40, 384, True), (39, 384, False), (1_000, 33, False)]
)
def test_few_rows_and_odd_dimensions_have_no_lists(rows: int, dimension: int, can: bool) -> None:
    assert can_be_listed(rows, dimension) is can
