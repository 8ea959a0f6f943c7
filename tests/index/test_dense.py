import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import faiss
import numpy as np
import pytest
from support.passage_rows import row, write_columns

from index.columns import Columns
from index.dense import FaissDense, widened
from index.dense_writer import DenseWriter
from index.errors import CorruptGenerationError, GenerationError
from index.filters import RowFilter

COUNT, DIMENSION = 3_000, 48


def _vectors(seed: int = 0, count: int = COUNT) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture
def columns(tmp_path: Path) -> Columns:
    rows = [row(3 * i + 1, source_id=i % 7, days=(i, i)) for i in range(COUNT)]
    return write_columns(tmp_path / "columns.npy", rows)


@pytest.fixture
def path(tmp_path: Path, columns: Columns) -> Path:
    writer = DenseWriter(tmp_path / "dense.faiss", DIMENSION)
    for start in range(0, COUNT, 700):
        part = slice(start, start + 700)
        writer.add(np.asarray(columns.passage_id[part]), _vectors()[part])
    writer.finish()
    return tmp_path / "dense.faiss"


@pytest.fixture
def dense(path: Path, columns: Columns) -> FaissDense:
    return FaissDense.open(path, columns)


def test_file_holds_passage_ids_and_two_bytes_a_dimension(dense: FaissDense, path: Path) -> None:
    assert dense.stored_ids().tolist() == [3 * i + 1 for i in range(COUNT)]
    assert path.stat().st_size < COUNT * (2 * DIMENSION + 8) + 1_000


@pytest.mark.parametrize("count", [0, 1, 700])
def test_the_file_is_byte_for_byte_what_faiss_writes(tmp_path: Path, count: int) -> None:
    rows = _vectors(count=count).astype(np.float16)
    ids = np.arange(count) * 3 + 1
    writer = DenseWriter(tmp_path / "ours", DIMENSION)
    for start in range(0, count, 300):
        writer.add(ids[start : start + 300], rows[start : start + 300])
    writer.finish()
    kind = faiss.ScalarQuantizer.QT_fp16
    own = faiss.IndexIDMap(faiss.IndexScalarQuantizer(DIMENSION, kind, faiss.METRIC_INNER_PRODUCT))
    if count:
        own.add_with_ids(rows.astype(np.float32), ids)
    faiss.write_index(own, str(tmp_path / "theirs"))

    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_stored_rows_are_the_given_ones_rounded_to_half_precision(dense: FaissDense) -> None:
    expected = _vectors()[[5, 2]].astype(np.float16).astype(np.float32)

    assert dense.vectors(np.array([16, 7])).tolist() == expected.tolist()


def test_every_number_of_half_precision_is_read_as_it_is() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)]

    expected = halves.astype(np.float32)
    assert np.array_equal(widened(halves).view(np.uint32), expected.view(np.uint32))


def test_rows_that_were_rounded_before_give_the_same_file(
    dense: FaissDense, path: Path, tmp_path: Path
) -> None:
    writer = DenseWriter(tmp_path / "again", DIMENSION)
    writer.add(dense.stored_ids(), _vectors().astype(np.float16).astype(np.float32))
    writer.finish()

    assert (tmp_path / "again").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "where", [None, RowFilter(source_ids=frozenset({1, 4})), RowFilter(until=90)]
)
def test_search_and_scores_agree_to_the_bit(dense: FaissDense, where: RowFilter | None) -> None:
    query = _vectors(seed=1, count=1)[0]

    hits = dense.search(query, 70, where)

    assert len(hits) == 70
    assert dense.scores(query, hits.ids[::-1]).tolist() == hits.scores[::-1].tolist()


def test_reopened_file_gives_the_same_hits(
    dense: FaissDense, path: Path, columns: Columns
) -> None:
    query = _vectors(seed=2, count=1)[0]
    first, second = dense.search(query, 40), FaissDense.open(path, columns).search(query, 40)

    assert first.ids.tolist() == second.ids.tolist()
    assert first.scores.tolist() == second.scores.tolist()


def test_threads_search_one_index_at_once(dense: FaissDense) -> None:
    queries = _vectors(seed=3, count=64)
    filters = [None, RowFilter(source_ids=frozenset({2})), RowFilter(since=500, until=2_500)]

    def found(i: int) -> list[int]:
        return dense.search(queries[i], 20, filters[i % 3]).ids.tolist()

    alone = [found(i) for i in range(64)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(found, range(64)))

    assert together == alone


def test_search_answers_after_the_file_is_removed(dense: FaissDense, path: Path) -> None:
    query = _vectors(seed=4, count=1)[0]
    before = dense.search(query, 9).ids.tolist()

    path.unlink()

    assert dense.search(query, 9).ids.tolist() == before


def test_searching_needs_no_right_to_write(path: Path, columns: Columns) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        assert len(FaissDense.open(path, columns).search(_vectors()[0], 3)) == 3
    finally:
        path.parent.chmod(0o755)


@pytest.mark.parametrize("content", [b"", b"IxMp", b"\x00" * 4_096, b"not an index at all" * 9])
def test_what_is_no_index_is_refused(path: Path, columns: Columns, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(CorruptGenerationError, match=r"dense\.faiss .*rebuild"):
        FaissDense.open(path, columns)


def test_missing_file_is_refused(path: Path, columns: Columns) -> None:
    path.unlink()

    with pytest.raises(CorruptGenerationError, match=r"dense\.faiss"):
        FaissDense.open(path, columns)


def test_index_of_other_passages_is_refused(path: Path, columns: Columns) -> None:
    writer = DenseWriter(path, DIMENSION)
    writer.add(np.array([1, 4]), _vectors(count=2))
    writer.finish()

    with pytest.raises(CorruptGenerationError, match="3000 passages"):
        FaissDense.open(path, columns)


def test_unwritable_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"nowhere.*cannot be written"):
        DenseWriter(tmp_path / "nowhere" / "dense.faiss", DIMENSION)


def test_columns_are_mapped_not_read(columns: Columns) -> None:
    assert not columns.passage_id.flags.owndata
    assert not columns.passage_id.flags.writeable
    assert columns.passage_id.flags.c_contiguous


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", os.urandom(600)])
def test_damaged_columns_are_refused(tmp_path: Path, columns: Columns, content: bytes) -> None:
    (tmp_path / "damaged.npy").write_bytes(content)

    with pytest.raises(CorruptGenerationError, match=r"damaged\.npy.*rebuild"):
        Columns.open(tmp_path / "damaged.npy")


def test_other_arrays_are_no_columns(tmp_path: Path) -> None:
    np.save(tmp_path / "other.npy", np.zeros((6, 2), dtype=np.float32))

    with pytest.raises(CorruptGenerationError, match="not laid out as this version"):
        Columns.open(tmp_path / "other.npy")


def test_pickled_columns_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", np.array([{}, 1], dtype=object), allow_pickle=True)

    with pytest.raises(CorruptGenerationError):
        Columns.open(tmp_path / "objects.npy")
