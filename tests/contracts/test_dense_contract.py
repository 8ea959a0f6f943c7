"""What every dense index promises; add an engine to `ENGINES` to hold it to the same."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.passage_rows import row, write_columns

from index.coarse import CoarseDense, can_be_listed, write_lists
from index.columns import Columns
from index.dense import DenseIndex, FaissDense
from index.dense_writer import DenseWriter
from index.errors import WrongEncoderError
from index.filters import RowFilter
from index.languages import number_of
from index.library import PassageRow

Built = Callable[[Sequence[PassageRow], np.ndarray], DenseIndex]
DIMENSION = 8


def _faiss(folder: Path) -> Built:
    def built(rows: Sequence[PassageRow], vectors: np.ndarray) -> FaissDense:
        dense = DenseWriter(folder / "dense", vectors.shape[1])
        dense.add(np.array([row.passage_id for row in rows], dtype=np.int64), vectors)
        dense.finish()
        return FaissDense.open(folder / "dense", write_columns(folder / "columns.npy", rows))

    return built


def _lists(folder: Path) -> Built:
    """With compressed lists in front, as soon as there is anything to learn them from."""

    def built(rows: Sequence[PassageRow], vectors: np.ndarray) -> DenseIndex:
        exact = _faiss(folder)(rows, vectors)
        if not can_be_listed(len(rows), DIMENSION):
            return exact
        write_lists(folder / "lists", exact)
        return CoarseDense.open(folder / "lists", exact, Columns.open(folder / "columns.npy"))

    return built


ENGINES = {"faiss": _faiss, "lists": _lists}


@pytest.fixture(params=list(ENGINES))
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Built:
    return ENGINES[request.param](tmp_path)


def _unit(*values: float) -> np.ndarray:
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[: len(values)] = values
    return vector / np.linalg.norm(vector)


def _random(count: int, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    # Rounded as the store does, so that the expected scores are those of the stored rows.
    unit = (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float16)
    return unit.astype(np.float32)


KNOWN_ROWS = [
    row(10, source_id=1, days=(100, 100), language="de"),
    row(20, source_id=2, days=(100, 200)),
    row(30, source_id=2, language="en"),
    row(47, source_id=3, days=(300, 300)),
]
KNOWN_VECTORS = np.stack([_unit(1), _unit(0, 1), _unit(-1), _unit(1, 1)])


def test_scores_are_inner_products_best_first(built: Built) -> None:
    hits = built(KNOWN_ROWS, KNOWN_VECTORS).search(_unit(1), 4)

    assert hits.ids.tolist() == [10, 47, 20, 30]
    assert hits.scores.tolist() == pytest.approx([1, 0.7071, 0, -1], abs=5e-4)
    assert (hits.ids.dtype, hits.scores.dtype) == (np.int64, np.float32)


def test_given_passages_score_as_in_a_search(built: Built) -> None:
    index = built(KNOWN_ROWS, KNOWN_VECTORS)
    hits = index.search(_unit(0.3, 0.9), 4)

    shuffled = hits.ids[[2, 0, 3, 1]]

    assert index.scores(_unit(0.3, 0.9), shuffled).tolist() == hits.scores[[2, 0, 3, 1]].tolist()


def test_scores_of_no_passages_are_empty(built: Built) -> None:
    scores = built(KNOWN_ROWS, KNOWN_VECTORS).scores(_unit(1), np.empty(0, np.int64))

    assert scores.shape == (0,)


@pytest.mark.parametrize("unknown", [0, 11, 48])
def test_score_of_an_unknown_passage_is_refused(built: Built, unknown: int) -> None:
    index = built(KNOWN_ROWS, KNOWN_VECTORS)

    with pytest.raises(KeyError):
        index.scores(_unit(1), np.array([10, unknown]))


@pytest.mark.parametrize("k", [0, -1])
def test_no_wish_gives_no_hits(built: Built, k: int) -> None:
    assert len(built(KNOWN_ROWS, KNOWN_VECTORS).search(_unit(1), k)) == 0


def test_k_over_the_size_gives_everything(built: Built) -> None:
    assert len(built(KNOWN_ROWS, KNOWN_VECTORS).search(_unit(1), 10_000)) == 4


def test_empty_index_answers(built: Built) -> None:
    index = built([], np.empty((0, DIMENSION), dtype=np.float32))

    assert len(index.search(_unit(1), 5)) == 0
    assert len(index.search(_unit(1), 5, RowFilter(since=1))) == 0


@pytest.mark.parametrize("vector", [np.ones(7, np.float32), np.ones((1, 8), np.float32)])
def test_vector_of_another_shape_is_refused(built: Built, vector: np.ndarray) -> None:
    index = built(KNOWN_ROWS, KNOWN_VECTORS)

    with pytest.raises(WrongEncoderError, match=r"8-d .* rebuild"):
        index.search(vector, 1)
    with pytest.raises(WrongEncoderError):
        index.scores(vector, np.array([10]))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (RowFilter(), {10, 20, 30, 47}),
        (RowFilter(source_ids=frozenset({2})), {20, 30}),
        (RowFilter(source_ids=frozenset()), set()),
        (RowFilter(source_ids=frozenset({99})), set()),
        (RowFilter(languages=frozenset({number_of("de")})), {10}),
        (RowFilter(languages=frozenset({number_of("de"), number_of("en")})), {10, 30}),
        (RowFilter(languages=frozenset({number_of("fr")})), set()),
        (RowFilter(languages=frozenset()), set()),
        (RowFilter(since=100), {10, 20, 47}),
        (RowFilter(since=101), {20, 47}),
        (RowFilter(until=100), {10, 20}),
        (RowFilter(until=99), set()),
        (RowFilter(since=150, until=160), {20}),
        (RowFilter(since=201, until=299), set()),
        (RowFilter(source_ids=frozenset({1, 3}), since=200), {47}),
    ],
)
def test_filter_keeps_exactly_what_passes(
    built: Built, where: RowFilter, expected: set[int]
) -> None:
    assert set(built(KNOWN_ROWS, KNOWN_VECTORS).search(_unit(1), 9, where).ids) == expected


def test_equal_vectors_come_in_order_of_ids(built: Built) -> None:
    rows = [row(number * 3 + 1) for number in range(40)]

    hits = built(rows, np.tile(_unit(1, 2), (40, 1))).search(_unit(2, 1), 40)

    assert hits.ids.tolist() == [row.passage_id for row in rows]
    assert len(set(hits.scores.tolist())) == 1


@pytest.mark.parametrize("share", [1.0, 0.5, 0.2])
def test_many_rows_give_what_a_full_comparison_gives(built: Built, share: float) -> None:
    count = 4_000
    vectors = _random(count)
    rows = [row(2 * i + 5, source_id=int(i % 10 < share * 10)) for i in range(count)]
    index = built(rows, vectors)
    query = _random(1, seed=9)[0]

    hits = index.search(query, 50, RowFilter(source_ids=frozenset({1})))

    passing = [i for i in range(count) if rows[i].source_id == 1]
    best = sorted(passing, key=lambda i: (-float(vectors[i] @ query), rows[i].passage_id))[:50]
    assert hits.ids.tolist() == [rows[i].passage_id for i in best]
    assert hits.scores == pytest.approx(vectors[best] @ query, abs=1e-6)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sources=st.lists(st.integers(1, 4), min_size=1, max_size=30),
    wanted=st.frozensets(st.integers(1, 4)) | st.none(),
    since=st.integers(0, 60) | st.none(),
    until=st.integers(0, 60) | st.none(),
    k=st.integers(1, 40),
)
def test_any_filter_equals_searching_everything_and_dropping(
    built: Built,
    sources: list[int],
    wanted: frozenset[int] | None,
    since: int | None,
    until: int | None,
    k: int,
) -> None:
    days = {i: (i * 2, i * 2 + i % 5) for i in range(len(sources)) if i % 3}
    rows = [row(i + 1, source_id=s, days=days.get(i)) for i, s in enumerate(sources)]
    index = built(rows, _random(len(rows), seed=3))

    def passes(index_of_row: int) -> bool:
        day_from, day_to = days.get(index_of_row, (None, None))
        return (
            (wanted is None or sources[index_of_row] in wanted)
            and (since is None or (day_to is not None and day_to >= since))
            and (until is None or (day_from is not None and day_from <= until))
        )

    found = index.search(_unit(1, 2, 3), k, RowFilter(source_ids=wanted, since=since, until=until))

    everything = index.search(_unit(1, 2, 3), len(rows)).ids.tolist()
    assert found.ids.tolist() == [i for i in everything if passes(i - 1)][:k]


def test_stored_rows_come_back_as_they_are_asked_for(built: Built) -> None:
    rows, vectors = [row(n) for n in range(1, 601)], _random(600)
    index = built(rows, vectors)
    np.testing.assert_array_equal(index.vectors(np.array([600, 3, 47])), vectors[[599, 2, 46]])
    with pytest.raises(KeyError):
        index.vectors(np.array([601]))
