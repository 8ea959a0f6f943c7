"""Times fall into buckets that tell them within 5 %, and nothing else is kept of them."""

from __future__ import annotations

import pytest

from bot.latency import Cell, Latencies, bucket_of, middle_s, quantile_s
from index.observing import Step

NOON = 1_774_785_600.0  # 2026-03-29 12:00 UTC


@pytest.mark.parametrize("seconds", [0.0011, 0.0423, 0.5, 1.0, 7.77, 99.0])
def test_a_bucket_stands_for_times_within_five_percent(seconds: float) -> None:
    assert middle_s(bucket_of(seconds)) == pytest.approx(seconds, rel=0.05)


def test_no_time_is_without_a_bucket_and_there_are_145() -> None:
    assert [bucket_of(s) for s in (0.0, 1e-9, 0.001, 1e9)] == [0, 0, 0, 144]


def test_a_share_is_done_within_the_bucket_of_its_last_one() -> None:
    buckets = {10: 50, 20: 45, 30: 5}
    assert quantile_s(buckets, 0.5) == middle_s(10)
    assert quantile_s(buckets, 0.51) == middle_s(20)
    assert quantile_s(buckets, 0.95) == middle_s(20)
    assert quantile_s(buckets, 1.0) == middle_s(30)
    assert quantile_s({7: 1}, 0.5) == middle_s(7)


def test_what_was_counted_is_drained_once() -> None:
    latencies = Latencies(now=lambda: NOON)
    latencies.took(Step.WHOLE, 0.5)
    latencies.took(Step.WHOLE, 0.5)
    latencies.took(Step.RANK, 0.01)
    assert latencies.drain() == {
        Cell("2026-03-29", "whole", bucket_of(0.5)): 2,
        Cell("2026-03-29", "rank", bucket_of(0.01)): 1,
    }
    assert latencies.drain() == {}
