from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.batches import prepare, token_batches, unit_rows
from embeddings.errors import EncoderError


@given(st.lists(st.integers(0, 600), max_size=80), st.integers(1, 2000))
def test_every_text_is_in_one_batch_and_padded_batches_fit_the_budget(
    lengths: list[int], budget: int
) -> None:
    batches = list(token_batches(lengths, budget))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[position] for position in batch)
        assert len(batch) == 1 or len(batch) * longest <= budget
    flat = [lengths[position] for batch in batches for position in batch]
    assert flat == sorted(lengths, reverse=True)


def test_texts_of_one_length_keep_their_order() -> None:
    assert list(token_batches([5, 5, 5, 9], budget=15)) == [[3], [0, 1, 2]]


@given(st.lists(st.integers(0, 40), max_size=80), st.integers(1, 200))
def test_alike_texts_only_share_a_batch_where_that_is_asked(
    lengths: list[int], budget: int
) -> None:
    batches = list(token_batches(lengths, budget, alike=True))
    assert sorted(position for batch in batches for position in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len({lengths[position] for position in batch}) == 1
        assert len(batch) == 1 or len(batch) * lengths[batch[0]] <= budget


def test_an_enormous_text_is_cut_before_it_is_tokenised() -> None:
    (text,) = prepare(["x" * 10_000_000], "query: ", 256)
    assert text.startswith("query: xxx")
    assert len(text) < 20_000


def test_what_is_no_unicode_is_replaced_and_the_rest_is_left_alone() -> None:
    assert prepare(["a\ud800b", "é 🌍 地\x00"], "", 8) == ["a?b", "é 🌍 地\x00"]


def test_rows_of_zeros_become_a_unit_row() -> None:
    rows = unit_rows(np.array([[0, 0, 0], [3, 0, 4]], dtype=np.float16))
    np.testing.assert_allclose(rows, [[1, 0, 0], [0.6, 0, 0.8]], atol=1e-6)
    assert rows.dtype == np.float32


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_an_error(bad: float) -> None:
    with pytest.raises(EncoderError, match="not finite"):
        unit_rows(np.array([[1, bad]], dtype=np.float32))
