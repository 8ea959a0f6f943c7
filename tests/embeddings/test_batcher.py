from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from embeddings.api import EncoderInfo, Role, Vectors
from embeddings.batcher import Batcher
from embeddings.errors import EncoderBusyError, EncoderClosedError, EncoderError


class GatedEncoder:
    """Gives each text a row that says which text it was; works only when told to."""

    def __init__(self, *, open_gate: bool = True) -> None:
        self.info = EncoderInfo(
            model="gated",
            revision="0",
            dimension=4,
            pooling="mean",
            precision="f32",
            max_tokens=8,
        )
        self.batches: list[tuple[list[str], Role]] = []
        self.threads: set[int] = set()
        self.started = threading.Semaphore(0)
        self.gate = threading.Event()
        if open_gate:
            self.gate.set()

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self.batches.append((list(texts), role))
        self.threads.add(threading.get_ident())
        self.started.release()
        assert self.gate.wait(30)
        if "poison" in texts:
            raise EncoderError("poisoned")
        if "bug" in texts:
            raise ZeroDivisionError
        if "lost" in texts:
            return np.zeros((0, 4), dtype=np.float32)
        return np.stack([row_of(text) for text in texts])

    async def working(self) -> None:
        """Wait until a batch has reached the encoder."""
        assert await asyncio.to_thread(self.started.acquire, timeout=30)


def row_of(text: str) -> Vectors:
    return np.frombuffer(text.encode().ljust(16)[:16], dtype=np.uint8)[:4].astype(np.float32)


@asynccontextmanager
async def batching(encoder: GatedEncoder, **settings: int) -> AsyncIterator[Batcher]:
    batcher = Batcher(encoder, **settings)
    try:
        yield batcher
    finally:
        encoder.gate.set()
        await batcher.aclose()


def expect(rows: Vectors, texts: Sequence[str]) -> None:
    np.testing.assert_array_equal(rows, np.stack([row_of(text) for text in texts]))


async def test_calls_made_together_travel_together_and_each_gets_its_own_rows() -> None:
    encoder = GatedEncoder()
    async with batching(encoder) as batcher:
        calls = [["a1", "a2"], ["b1"], ["c1", "c2", "c3"]]
        results = await asyncio.gather(*(batcher.encode(c, Role.QUERY) for c in calls))
    for rows, texts in zip(results, calls, strict=True):
        expect(rows, texts)
    assert encoder.batches == [(["a1", "a2", "b1", "c1", "c2", "c3"], Role.QUERY)]


async def test_what_arrives_while_the_thread_works_makes_the_next_batch() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder) as batcher:
        first = asyncio.create_task(batcher.encode(["first"], Role.QUERY))
        await encoder.working()
        later = [asyncio.create_task(batcher.encode([f"l{i}"], Role.QUERY)) for i in range(5)]
        await asyncio.sleep(0)
        assert batcher.waiting == 5
        encoder.gate.set()
        await asyncio.gather(first, *later)
        assert batcher.waiting == 0
    assert [texts for texts, _ in encoder.batches] == [["first"], ["l0", "l1", "l2", "l3", "l4"]]
    assert len(encoder.threads) == 1
    assert threading.get_ident() not in encoder.threads


async def test_a_long_call_is_cut_into_batches_and_put_together_in_order() -> None:
    encoder = GatedEncoder()
    texts = [f"t{i:02d}" for i in range(23)]
    async with batching(encoder, max_batch=5) as batcher:
        expect(await batcher.encode(texts, Role.PASSAGE), texts)
    assert [len(batch) for batch, _ in encoder.batches] == [5, 5, 5, 5, 3]


async def test_roles_never_share_a_batch_and_the_oldest_goes_first() -> None:
    encoder = GatedEncoder()
    async with batching(encoder) as batcher:
        roles = [Role.PASSAGE, Role.QUERY, Role.PASSAGE, Role.QUERY]
        results = await asyncio.gather(
            *(batcher.encode([f"t{i}"], role) for i, role in enumerate(roles))
        )
    for position, rows in enumerate(results):
        expect(rows, [f"t{position}"])
    assert encoder.batches == [(["t0", "t2"], Role.PASSAGE), (["t1", "t3"], Role.QUERY)]


async def test_no_texts_need_no_encoder() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder) as batcher:
        assert (await batcher.encode([], Role.QUERY)).shape == (0, 4)
    assert encoder.batches == []


async def test_a_full_line_refuses_at_once_and_takes_again_later() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder, max_waiting=3) as batcher:
        running = asyncio.create_task(batcher.encode(["running"], Role.QUERY))
        await encoder.working()
        waiting = asyncio.create_task(batcher.encode(["w1", "w2"], Role.QUERY))
        await asyncio.sleep(0)
        with pytest.raises(EncoderBusyError, match=r"2 texts wait .* limit of 3"):
            await batcher.encode(["x1", "x2"], Role.QUERY)
        fits = asyncio.create_task(batcher.encode(["w3"], Role.QUERY))
        await asyncio.sleep(0)
        encoder.gate.set()
        await asyncio.gather(running, waiting, fits)
        expect(await batcher.encode(["x1", "x2"], Role.QUERY), ["x1", "x2"])
    assert "x1" not in encoder.batches[1][0]


async def test_a_cancelled_waiter_makes_room_and_its_texts_are_not_encoded() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder, max_waiting=2) as batcher:
        running = asyncio.create_task(batcher.encode(["running"], Role.QUERY))
        await encoder.working()
        leaving = asyncio.create_task(batcher.encode(["g1", "g2"], Role.QUERY))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.wait([leaving])
        assert batcher.waiting == 0
        staying = asyncio.create_task(batcher.encode(["s1"], Role.PASSAGE))
        await asyncio.sleep(0)
        encoder.gate.set()
        expect(await running, ["running"])
        expect(await staying, ["s1"])
    assert [texts for texts, _ in encoder.batches] == [["running"], ["s1"]]


async def test_a_waiter_cancelled_while_its_batch_is_encoded_harms_nobody() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder) as batcher:
        tasks = [asyncio.create_task(batcher.encode([f"t{i}"], Role.QUERY)) for i in range(3)]
        await encoder.working()
        tasks[1].cancel()
        await asyncio.wait([tasks[1]])
        encoder.gate.set()
        expect(await tasks[0], ["t0"])
        expect(await tasks[2], ["t2"])
        expect(await batcher.encode(["after"], Role.QUERY), ["after"])
    assert tasks[1].cancelled()


async def test_a_call_cancelled_in_the_turn_before_its_batch_starts_does_not_stall_the_rest() -> (
    None
):
    encoder = GatedEncoder()
    async with batching(encoder) as batcher:
        leaving = asyncio.create_task(batcher.encode(["gone"], Role.QUERY))
        staying = asyncio.create_task(batcher.encode(["s1"], Role.PASSAGE))
        await asyncio.sleep(0)
        leaving.cancel()
        expect(await asyncio.wait_for(staying, 30), ["s1"])
    assert encoder.batches == [(["s1"], Role.PASSAGE)]


async def test_a_long_call_cancelled_half_way_stops_being_encoded() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder, max_batch=2) as batcher:
        leaving = asyncio.create_task(batcher.encode(["a", "b", "c", "d", "e"], Role.QUERY))
        await encoder.working()
        leaving.cancel()
        await asyncio.wait([leaving])
        encoder.gate.set()
        expect(await batcher.encode(["after"], Role.QUERY), ["after"])
    assert [texts for texts, _ in encoder.batches] == [["a", "b"], ["after"]]


@pytest.mark.parametrize("bad", ["poison", "bug", "lost"])
async def test_one_bad_text_fails_only_the_call_that_brought_it(bad: str) -> None:
    encoder = GatedEncoder()
    async with batching(encoder) as batcher:
        results = await asyncio.gather(
            batcher.encode(["good", "fine"], Role.QUERY),
            batcher.encode(["well", bad], Role.QUERY),
            batcher.encode(["nice"], Role.QUERY),
            return_exceptions=True,
        )
        expect(await batcher.encode(["after"], Role.QUERY), ["after"])
    expect(results[0], ["good", "fine"])
    assert isinstance(results[1], EncoderError)
    expect(results[2], ["nice"])


async def test_a_foreign_error_becomes_one_of_the_package_with_its_cause() -> None:
    async with batching(GatedEncoder()) as batcher:
        with pytest.raises(EncoderError, match="ZeroDivisionError") as caught:
            await batcher.encode(["bug"], Role.QUERY)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


async def test_a_long_call_that_fails_is_dropped_whole() -> None:
    encoder = GatedEncoder()
    async with batching(encoder, max_batch=2) as batcher:
        with pytest.raises(EncoderError, match="poisoned"):
            await batcher.encode(["a", "poison", "c", "d", "e"], Role.QUERY)
        assert batcher.waiting == 0
        expect(await batcher.encode(["after"], Role.QUERY), ["after"])
    assert [texts for texts, _ in encoder.batches] == [["a", "poison"], ["after"]]


async def test_closing_finishes_the_running_batch_and_fails_those_that_wait() -> None:
    encoder = GatedEncoder(open_gate=False)
    batcher = Batcher(encoder)
    running = asyncio.create_task(batcher.encode(["running"], Role.QUERY))
    await encoder.working()
    waiting = asyncio.create_task(batcher.encode(["waiting"], Role.QUERY))
    await asyncio.sleep(0)
    closing = [asyncio.create_task(batcher.aclose()) for _ in range(2)]
    with pytest.raises(EncoderClosedError):
        await waiting
    assert not any(task.done() for task in closing)
    encoder.gate.set()
    expect(await running, ["running"])
    await asyncio.gather(*closing)
    await batcher.aclose()
    with pytest.raises(EncoderClosedError):
        await batcher.encode(["late"], Role.QUERY)
    assert [texts for texts, _ in encoder.batches] == [["running"]]


async def test_closing_before_the_first_batch_starts_fails_it() -> None:
    encoder = GatedEncoder()
    batcher = Batcher(encoder)
    early = asyncio.create_task(batcher.encode(["early"], Role.QUERY))
    await asyncio.sleep(0)
    await batcher.aclose()
    with pytest.raises(EncoderClosedError):
        await early
    assert encoder.batches == []


async def test_the_loop_stays_free_while_the_encoder_works() -> None:
    encoder = GatedEncoder(open_gate=False)
    async with batching(encoder) as batcher:
        task = asyncio.create_task(batcher.encode(["slow"], Role.QUERY))
        await encoder.working()
        turns = 0
        while turns < 1000:
            await asyncio.sleep(0)
            turns += 1
        assert not task.done()
        encoder.gate.set()
        await task


async def test_many_callers_with_cancellations_all_get_their_own_rows() -> None:
    encoder = GatedEncoder()
    random = np.random.default_rng(7)
    async with batching(encoder, max_batch=7, max_waiting=100_000) as batcher:

        async def call(number: int) -> None:
            texts = [f"{number % 97:02d}{i % 97:02d}" for i in range(int(random.integers(1, 12)))]
            role = Role.QUERY if number % 3 else Role.PASSAGE
            expect(await batcher.encode(texts, role), texts)

        tasks = [asyncio.create_task(call(number)) for number in range(500)]
        await asyncio.sleep(0)
        for position in random.choice(500, size=120, replace=False):
            tasks[position].cancel()
            if position % 4 == 0:
                await asyncio.sleep(0.001)
        results = await asyncio.gather(*tasks, return_exceptions=True)
    failures = [r for r in results if r is not None and not isinstance(r, asyncio.CancelledError)]
    assert failures == []
    assert sum(r is None for r in results) >= 380
    assert all(len(texts) <= 7 for texts, _ in encoder.batches)


@pytest.mark.parametrize("settings", [{"max_batch": 0}, {"max_waiting": 0}])
def test_a_batcher_without_room_is_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Batcher(GatedEncoder(), **settings)
