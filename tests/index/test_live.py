"""The generation that answers now, under searches on several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.errors import NoGenerationError
from index.live import LiveGeneration


class Noted:
    """Stands for a generation: all that is asked of it here is a name and to be closed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def live() -> LiveGeneration:
    return LiveGeneration()


def test_without_a_generation_a_search_is_told_what_to_do(live: LiveGeneration) -> None:
    assert live.name is None
    with pytest.raises(NoGenerationError, match="factcontext rebuild"), live.lease():
        pass


def test_a_lease_lends_the_newest(live: LiveGeneration) -> None:
    live.replace(Noted("0001"))
    live.replace(Noted("0002"))
    with live.lease() as lent:
        assert (lent.name, live.name) == ("0002", "0002")


def test_a_replaced_generation_nobody_uses_is_closed_once(live: LiveGeneration) -> None:
    old = Noted("0001")
    live.replace(old)
    live.replace(Noted("0002"))
    live.replace(Noted("0003"))
    assert old.closed == 1


def test_a_replaced_generation_is_closed_after_its_last_search(live: LiveGeneration) -> None:
    old = Noted("0001")
    live.replace(old)
    with live.lease() as first:
        with live.lease() as second:
            live.replace(Noted("0002"))
            assert (first, second, old.closed) == (old, old, 0)
        assert old.closed == 0
    assert old.closed == 1


def test_a_search_that_fails_gives_its_lease_back(live: LiveGeneration) -> None:
    old = Noted("0001")
    live.replace(old)

    def fail() -> None:
        with live.lease():
            live.replace(None)
            raise RuntimeError("a search failed")

    with pytest.raises(RuntimeError, match="a search failed"):
        fail()
    assert old.closed == 1
    assert live.name is None


def test_a_generation_in_use_stays_open_after_its_searches(live: LiveGeneration) -> None:
    used = Noted("0001")
    live.replace(used)
    with live.lease():
        pass
    assert used.closed == 0


def test_replacing_nothing_by_nothing_is_safe(live: LiveGeneration) -> None:
    live.replace(None)
    live.replace(None)
    assert live.name is None


def test_no_lease_ever_sees_a_closed_generation(live: LiveGeneration) -> None:
    everything = [Noted(f"{number:04d}") for number in range(300)]
    live.replace(everything[0])
    done = threading.Event()

    def search() -> int:
        seen = 0
        while not done.is_set():
            with live.lease() as lent:
                seen += lent.closed
        return seen

    def swap(then: Callable[[], None]) -> None:
        for generation in everything[1:]:
            live.replace(generation)
        then()

    with ThreadPoolExecutor(5) as pool:
        searches = [pool.submit(search) for _ in range(4)]
        pool.submit(swap, done.set).result()
        assert [found.result() for found in searches] == [0] * 4
    assert [generation.closed for generation in everything] == [1] * 299 + [0]
