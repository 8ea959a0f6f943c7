import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.metrics import Quality, auroc, false_answer_rate, mean, quality

scores = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=30)


def test_one_ranking_judged_by_hand() -> None:
    ranking = ["x", "a", "y", "b", "z", "c"]

    found = quality(ranking, {"a": 1, "b": 1, "c": 1, "missed": 1, "x": 0})

    ideal = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4) + 1 / math.log2(5)
    assert found.ndcg_at_10 == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5) + 1 / math.log2(7)) / ideal
    )
    assert found.mrr_at_10 == pytest.approx(1 / 2)
    assert found.recall_at_10 == pytest.approx(3 / 4)
    assert found.recall_at_100 == pytest.approx(3 / 4)
    assert found.map_at_5 == pytest.approx((1 / 2 + 2 / 4) / 4)


def test_a_more_relevant_document_counts_more() -> None:
    judged = {"a": 2, "b": 1}

    assert quality(["a", "b"], judged).ndcg_at_10 == pytest.approx(1)
    assert quality(["b", "a"], judged).ndcg_at_10 == pytest.approx(
        (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    )


def test_map_at_5_is_of_all_that_is_relevant_as_trec_eval_has_it() -> None:
    judged = dict.fromkeys("abcdefghij", 1)

    assert quality(list("abcdefghij"), judged).map_at_5 == pytest.approx(5 / 10)


def test_the_eleventh_place_is_seen_by_recall_at_100_only() -> None:
    found = quality([str(i) for i in range(10)] + ["a"], {"a": 1})

    assert found == Quality(ndcg_at_10=0, mrr_at_10=0, recall_at_10=0, recall_at_100=1, map_at_5=0)


def test_the_hundred_and_first_place_is_not_seen() -> None:
    assert quality([str(i) for i in range(100)] + ["a"], {"a": 1}).recall_at_100 == 0


def test_nothing_relevant_is_refused() -> None:
    with pytest.raises(ValueError, match="relevant"):
        quality(["a"], {"a": 0})


@given(st.permutations(list("abcdefgh")), st.sets(st.sampled_from("abcdefgh"), min_size=1))
def test_every_figure_lies_between_0_and_1(ranking: list[str], relevant: set[str]) -> None:
    found = quality(ranking, dict.fromkeys(relevant, 1))

    for name in ("ndcg_at_10", "mrr_at_10", "recall_at_10", "recall_at_100", "map_at_5"):
        assert 0 <= getattr(found, name) <= 1 + 1e-12


def test_mean_of_a_perfect_and_a_useless_ranking_is_a_half() -> None:
    both = [quality(["a"], {"a": 1}), quality(["b"], {"a": 1})]

    assert mean(both).ndcg_at_10 == pytest.approx(0.5)
    assert mean([]).ndcg_at_10 == 0


def test_auroc_by_hand() -> None:
    # 3 > 1, 3 > 2, 2 > 1 and one tie, of 4 pairs.
    assert auroc(np.array([3.0, 2.0]), np.array([1.0, 2.0])) == pytest.approx(3.5 / 4)


@given(scores, scores)
def test_auroc_counts_every_pair_once(high: list[float], low: list[float]) -> None:
    pairs = [(a > b) + (a == b) / 2 for a in high for b in low]

    assert auroc(np.array(high), np.array(low)) == pytest.approx(sum(pairs) / len(pairs))


def test_false_answers_are_counted_at_the_threshold_that_nine_of_ten_pass() -> None:
    answerable = np.arange(1.0, 11.0)  # Nine of these are at least 2.

    assert false_answer_rate(answerable, np.array([1.9, 2.0, 5.0, 0.0])) == pytest.approx(0.5)


@given(scores, scores, st.floats(0.01, 1))
def test_at_least_the_wanted_share_passes_the_threshold(
    high: list[float], low: list[float], wanted: float
) -> None:
    rate = false_answer_rate(np.array(high), np.array(low), answered=wanted)
    thresholds = sorted({*high})
    allowed = [t for t in thresholds if np.mean(np.array(high) >= t) >= wanted - 1e-9]

    assert rate == pytest.approx(np.mean(np.array(low) >= max(allowed)))
