import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.fusion import fuse, group_best, per_claim, spread

count = st.shared(st.integers(1, 40), key="n")
cosines = count.flatmap(lambda n: arrays(np.float32, n, elements=st.floats(-1, 1, width=32)))
bm25s = count.flatmap(lambda n: arrays(np.float32, n, elements=st.floats(0, 64, width=32)))
groups = count.flatmap(lambda n: arrays(np.int64, n, elements=st.integers(0, 5)))


def test_scores_by_hand() -> None:
    fused = fuse(
        np.array([0.5, 0.2], np.float32), np.array([0.0, 9.0], np.float32), terms=9, weight=0.1
    )

    assert fused == pytest.approx([0.5, 0.2 + 0.1 * 9 / 3])


@given(cosines, bm25s, st.integers(0, 64))
def test_a_passage_better_on_both_legs_is_never_ranked_lower(
    cosine: np.ndarray, bm25: np.ndarray, terms: int
) -> None:
    fused = fuse(cosine, bm25, terms=terms, weight=0.06)

    better = (cosine[:, None] >= cosine) & (bm25[:, None] >= bm25)
    assert (fused[:, None] >= fused)[better].all()


@given(cosines, bm25s, st.integers(1, 64))
def test_a_score_does_not_depend_on_the_other_candidates(
    cosine: np.ndarray, bm25: np.ndarray, terms: int
) -> None:
    together = fuse(cosine, bm25, terms=terms, weight=0.06)
    alone = [
        fuse(cosine[i : i + 1], bm25[i : i + 1], terms=terms, weight=0.06)[0]
        for i in range(len(cosine))
    ]

    assert together.tolist() == [float(score) for score in alone]


@given(cosines)
def test_without_shared_words_the_cosine_decides(cosine: np.ndarray) -> None:
    assert fuse(cosine, np.zeros_like(cosine), terms=5, weight=0.06).tolist() == cosine.tolist()


def test_a_claim_without_terms_divides_by_one() -> None:
    assert per_claim(np.array([2.0], np.float32), 0).tolist() == [2.0]


def test_spread_of_no_candidates_is_nothing() -> None:
    assert spread(np.empty(0, np.float32)) == 0


@given(groups, cosines)
def test_group_best_is_the_maximum_of_each_group_in_order(
    group: np.ndarray, scores: np.ndarray
) -> None:
    names, best = group_best(group, scores)

    expected = sorted((-float(scores[group == g].max()), int(g)) for g in set(group.tolist()))
    assert list(zip(names.tolist(), best.tolist(), strict=True)) == [
        (name, -score) for score, name in expected
    ]
