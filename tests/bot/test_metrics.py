from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import CROWDED, Metrics, age_s
from index.model import Strength
from index.observing import Refusal, Step

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC)


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """As Prometheus reads it: name and label values to the figure."""
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_answers_are_counted_by_strength_and_abstentions_show_before_the_first() -> None:
    metrics = Metrics()
    metrics.answered(Strength.STRONG)
    metrics.answered(Strength.STRONG)
    read = samples(metrics)
    assert read["factcontext_answers_total", "strong"] == 2
    assert read["factcontext_answers_total", "none"] == 0


def test_claims_turned_away_are_counted_by_why_and_show_before_the_first() -> None:
    metrics = Metrics()
    metrics.refused(CROWDED)
    metrics.refused(Refusal.LATE)
    read = samples(metrics)
    assert [read["factcontext_turned_away_total", why] for why in (CROWDED, *Refusal)] == [1, 0, 1]


def test_stages_are_timed_in_seconds() -> None:
    metrics = Metrics()
    metrics.took(Step.RANK, 0.03)
    read = samples(metrics)
    assert read["factcontext_answer_seconds_sum", "rank"] == 0.03
    assert read["factcontext_answer_seconds_bucket", "0.02", "rank"] == 0
    assert read["factcontext_answer_seconds_bucket", "0.05", "rank"] == 1


def test_updates_errors_and_batches_are_counted() -> None:
    metrics = Metrics()
    metrics.update("message")
    metrics.telegram_error("RetryAfter")
    metrics.encoded(7)
    read = samples(metrics)
    assert read["factcontext_updates_total", "message"] == 1
    assert read["factcontext_telegram_errors_total", "RetryAfter"] == 1
    assert read["factcontext_encoder_batch_texts_sum",] == 7


def test_a_watched_figure_is_read_at_each_scrape() -> None:
    metrics, line = Metrics(), [1.0]
    metrics.watch("claims_waiting", "Claims that wait.", lambda: line[0])
    assert samples(metrics)["factcontext_claims_waiting",] == 1
    line[0] = 5.0
    assert samples(metrics)["factcontext_claims_waiting",] == 5


def test_two_bots_in_one_process_do_not_share_figures() -> None:
    first, second = Metrics(), Metrics()
    first.update("message")
    assert ("factcontext_updates_total", "message") not in samples(second)


def test_the_age_of_no_generation_is_not_a_number() -> None:
    assert math.isnan(age_s(None))
    assert age_s(NOW - timedelta(minutes=2), lambda: NOW) == 120
