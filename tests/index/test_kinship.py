from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.passage_rows import row, write_columns

from embeddings.api import Vectors
from index.dense import FaissDense
from index.dense_writer import DenseWriter
from index.kinship import centre_of, kinship

DIMENSION = 16


def scattered(count: int, *, around: float, seed: int = 0) -> Vectors:
    """Unit vectors about one axis, the nearer to it the larger `around` is."""
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    drawn[:, 0] += around
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)


def centre(folder: Path, rows: Vectors) -> Vectors:
    columns = write_columns(folder / "columns.npy", [row(2 * i + 1) for i in range(len(rows))])
    writer = DenseWriter(folder / "dense.faiss", DIMENSION)
    writer.add(np.asarray(columns.passage_id), rows)
    writer.finish()
    return centre_of(FaissDense.open(folder / "dense.faiss", columns), columns)


def test_the_centre_is_the_mean_of_the_passages(tmp_path: Path) -> None:
    rows = scattered(300, around=2)

    assert centre(tmp_path, rows) == pytest.approx(rows.mean(axis=0), abs=1e-3)


def test_of_many_passages_a_sample_gives_the_same_centre(tmp_path: Path) -> None:
    rows = scattered(25_000, around=2)

    assert centre(tmp_path, rows) == pytest.approx(rows.mean(axis=0), abs=0.01)


def test_without_passages_no_claim_is_kin(tmp_path: Path) -> None:
    assert kinship(scattered(1, around=2)[0], centre(tmp_path, scattered(0, around=2))) == 0.0


@pytest.mark.parametrize("around", [0.5, 2.0, 8.0])
def test_passages_themselves_are_neither_near_nor_far_whatever_they_speak_of(
    tmp_path: Path, around: float
) -> None:
    rows = scattered(400, around=around)
    middle = centre(tmp_path, rows)

    assert np.mean([kinship(one, middle) for one in rows]) == pytest.approx(0, abs=1e-3)


def test_a_claim_of_another_field_is_less_kin_than_one_of_the_collections_own(
    tmp_path: Path,
) -> None:
    middle = centre(tmp_path, scattered(400, around=4))
    own, other = scattered(1, around=4, seed=1)[0], scattered(1, around=-4, seed=1)[0]

    assert kinship(own, middle) > -0.2
    assert kinship(other, middle) < -0.8


@given(st.integers(0, 1_000), st.floats(-8, 8))
def test_kinship_stays_between_a_cosine_and_one_less(seed: int, around: float) -> None:
    claim, middle = scattered(2, around=around, seed=seed)

    assert -2.0 <= kinship(claim, middle / 2) <= 1.0
