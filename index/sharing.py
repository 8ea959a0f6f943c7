"""Parts of one claim's search: one after the other, or on threads that are idle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait
from typing import Protocol, TypeVar

_T = TypeVar("_T")


class Run(Protocol):
    """Makes several calls and gives their results in order."""

    def __call__(self, calls: Sequence[Callable[[], _T]]) -> list[_T]:
        """Make each call once; an error of any of them comes when none is under way any more."""
        ...


def in_turn(calls: Sequence[Callable[[], _T]]) -> list[_T]:
    """Make each call on this thread."""
    return [call() for call in calls]


def sharing(pool: Executor) -> Run:
    """For calls from a thread of a pool: its idle threads take some of them over.

    What nobody has taken over when its turn comes is made on the calling thread. So nothing waits
    for a thread to become idle, and a pool that is busy with claims works as if each was alone.
    """

    def run(calls: Sequence[Callable[[], _T]]) -> list[_T]:
        offered = [_offered(pool, call) for call in calls[1:]]
        try:
            results = [call() for call in calls[:1]]
            for call, offer in zip(calls[1:], offered, strict=True):
                results.append(call() if offer is None or offer.cancel() else offer.result())
            return results
        finally:
            # After an error too, nobody may close what a call still looks into.
            wait([offer for offer in offered if offer is not None and not offer.cancel()])

    return run


def _offered(pool: Executor, call: Callable[[], _T]) -> Future[_T] | None:
    try:
        return pool.submit(call)
    except RuntimeError:  # The pool is closing and finishes what it has.
        return None
