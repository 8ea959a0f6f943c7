"""What is counted and timed for Prometheus: numbers and kinds, never texts or people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from index.model import Strength
from index.observing import Refusal

_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
_TEXTS = (1, 2, 4, 8, 16, 32)
CROWDED = "crowded"
"""More updates came than can be taken in."""


class Metrics:
    """Everything that is measured of one running bot."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._updates = Counter(
            "factcontext_updates", "Updates from Telegram.", ["kind"], registry=self._registry
        )
        self._answers = Counter(
            "factcontext_answers",
            "Claims answered, by strength; none is an abstention.",
            ["strength"],
            registry=self._registry,
        )
        for strength in Strength:
            self._answers.labels(strength)
        self._turned_away = Counter(
            "factcontext_turned_away",
            "Messages whose claims were not answered: crowded before, busy or late in the search.",
            ["why"],
            registry=self._registry,
        )
        for why in (CROWDED, *Refusal):
            self._turned_away.labels(why)
        self._seconds = Histogram(
            "factcontext_answer_seconds",
            "Time that a stage of answering took.",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._batches = Histogram(
            "factcontext_encoder_batch_texts",
            "Texts encoded together.",
            buckets=_TEXTS,
            registry=self._registry,
        )
        self._errors = Counter(
            "factcontext_telegram_errors",
            "Calls that Telegram refused or that did not reach it.",
            ["kind"],
            registry=self._registry,
        )

    def update(self, kind: str) -> None:
        """An update came in."""
        self._updates.labels(kind).inc()

    def answered(self, strength: Strength) -> None:
        """A claim was answered."""
        self._answers.labels(strength).inc()

    def refused(self, why: str) -> None:
        """A message's claims were not answered."""
        self._turned_away.labels(why).inc()

    def took(self, stage: str, seconds: float) -> None:
        """A stage of answering is done."""
        self._seconds.labels(stage).observe(seconds)

    def encoded(self, texts: int) -> None:
        """A batch was encoded."""
        self._batches.observe(texts)

    def telegram_error(self, kind: str) -> None:
        """A call to Telegram failed."""
        self._errors.labels(kind).inc()

    def watch(self, name: str, what: str, value: Callable[[], float]) -> None:
        """Read a figure at each scrape, such as the length of a line.

        Args:
            name: without the project's prefix, with its unit.
            what: for the reader of a dashboard.
            value: cheap.
        """
        gauge = Gauge(f"factcontext_{name}", what, registry=self._registry)
        gauge.set_function(value)

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)


def age_s(built_at: datetime | None, now: Callable[[], datetime] | None = None) -> float:
    """Seconds since a generation was built; not a number where none is open."""
    if built_at is None:
        return float("nan")
    return ((now or (lambda: datetime.now(UTC)))() - built_at).total_seconds()
