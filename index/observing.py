"""Whom the search tells how it went: stages and times, never texts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from embeddings.errors import EncoderBusyError
from index.errors import SearchBusyError, SearchTimeoutError
from index.model import Strength


class Step(StrEnum):
    """The parts of answering that are timed."""

    ENCODE = "encode"
    """Claims of one message to vectors, waiting for the encoder included."""
    RANK = "rank"
    """One claim through both legs and lanes to judged passages."""
    RERANK = "rerank"
    """A cross-encoder's order, where one is set; waiting for it included."""
    READ = "read"
    """Texts from the library, and the choice of what is shown."""
    WHOLE = "whole"
    """All claims of one message, waiting for a thread included."""


class Refusal(StrEnum):
    """Why claims got no answer."""

    BUSY = "busy"
    """They would have waited too long for the search or the encoder."""
    LATE = "late"
    """Their deadline passed."""


class Observer(Protocol):
    """Is told; called on any thread, and must be quick."""

    def took(self, step: Step, seconds: float) -> None:
        """A step is done."""
        ...

    def answered(self, strength: Strength) -> None:
        """A claim was answered, or abstained from."""
        ...

    def refused(self, why: Refusal) -> None:
        """A message's claims were not answered."""
        ...


class Observers:
    """All of them are told; without any, nobody is."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def took(self, step: Step, seconds: float) -> None:
        """A step is done."""
        for one in self._observers:
            one.took(step, seconds)

    def answered(self, strength: Strength) -> None:
        """A claim was answered, or abstained from."""
        for one in self._observers:
            one.answered(strength)

    def refused(self, why: Refusal) -> None:
        """A message's claims were not answered."""
        for one in self._observers:
            one.refused(why)


@contextmanager
def timed(observer: Observer, step: Step) -> Iterator[None]:
    """Tell how long the block took, unless it failed."""
    started = time.perf_counter()
    yield
    observer.took(step, time.perf_counter() - started)


@contextmanager
def refusals(observer: Observer) -> Iterator[None]:
    """Tell where the block turns claims away."""
    try:
        yield
    except (SearchBusyError, EncoderBusyError):
        observer.refused(Refusal.BUSY)
        raise
    except SearchTimeoutError:
        observer.refused(Refusal.LATE)
        raise
