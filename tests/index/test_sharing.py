"""Calls that idle threads of a pool take over, and what happens where none is idle."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

import pytest

from index.sharing import Run, in_turn, sharing

WAIT_S = 30


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made:
        yield made


def here(number: int) -> tuple[int, int]:
    return number, threading.get_ident()


def numbers(results: list[tuple[int, int]]) -> list[int]:
    return [number for number, _ in results]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_results_come_in_the_order_of_the_calls(pool: ThreadPoolExecutor, count: int) -> None:
    for run in (in_turn, sharing(pool)):
        calls = [partial(here, number) for number in range(count)]
        assert numbers(pool.submit(run, calls).result(WAIT_S)) == list(range(count))


def test_an_idle_thread_takes_a_call_over(pool: ThreadPoolExecutor) -> None:
    met = threading.Barrier(2, timeout=WAIT_S)

    def meet() -> int:
        met.wait()  # Two threads have to be here at once.
        return threading.get_ident()

    first, second = pool.submit(sharing(pool), [meet, meet]).result(WAIT_S)
    assert first != second


def test_claims_that_fill_the_pool_do_not_wait_for_a_free_thread(pool: ThreadPoolExecutor) -> None:
    both = threading.Barrier(2, timeout=WAIT_S)

    def claim() -> list[tuple[int, int]]:
        both.wait()
        return sharing(pool)([partial(held, 0), partial(here, 1)])

    def held(number: int) -> tuple[int, int]:
        both.wait()  # Both threads have offered a call that nobody is free for.
        return here(number)

    claims = [pool.submit(claim) for _ in range(2)]
    for results in (claim.result(WAIT_S) for claim in claims):
        assert numbers(results) == [0, 1]


def test_a_pool_of_one_thread_does_not_wait_for_itself() -> None:
    with ThreadPoolExecutor(1) as pool:
        results = pool.submit(sharing(pool), [partial(here, n) for n in range(3)]).result(WAIT_S)
    assert numbers(results) == [0, 1, 2]
    assert len({thread for _, thread in results}) == 1


def test_a_pool_that_is_closing_finishes_what_it_has() -> None:
    pool = ThreadPoolExecutor(2)
    closing = threading.Event()

    def claim() -> list[tuple[int, int]]:
        assert closing.wait(WAIT_S)
        return sharing(pool)([partial(here, 0), partial(here, 1)])

    under_way = pool.submit(claim)
    pool.shutdown(wait=False)
    closing.set()
    assert numbers(under_way.result(WAIT_S)) == [0, 1]


def fails() -> int:
    raise KeyError("nothing there")


@pytest.mark.parametrize("calls", [[fails, int], [int, fails], [fails, fails]])
def test_an_error_of_any_call_is_told(
    pool: ThreadPoolExecutor, calls: list[Callable[[], int]]
) -> None:
    for run in (in_turn, sharing(pool)):
        with pytest.raises(KeyError, match="nothing there"):
            pool.submit(run, calls).result(WAIT_S)


def test_an_error_comes_when_no_other_call_is_under_way(pool: ThreadPoolExecutor) -> None:
    taken, go_on = threading.Event(), threading.Event()

    def fails_beside() -> None:
        assert taken.wait(WAIT_S)
        raise KeyError("nothing there")

    def slow() -> None:
        taken.set()
        assert go_on.wait(WAIT_S)

    run: Run = sharing(pool)
    failing: Future[list[None]] = pool.submit(run, [fails_beside, slow])
    assert taken.wait(WAIT_S)
    assert not wait([failing], timeout=0.2).done
    go_on.set()
    with pytest.raises(KeyError, match="nothing there"):
        failing.result(WAIT_S)
