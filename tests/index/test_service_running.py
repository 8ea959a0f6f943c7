"""The service under way: generations replaced, bounds reached, callers gone, closing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from support.place import BRIDGE, GATE_S, GLACIER, NEW, OLD, Gate, Place, titles

from index.errors import (
    CorruptGenerationError,
    NoGenerationError,
    SearchBusyError,
    SearchTimeoutError,
)
from index.generation import Generation
from index.model import Answer, Lane
from index.reference import AnswerReference
from index.service import ServiceLimits


def passage_ids(answer: Answer) -> set[int]:
    return set(AnswerReference.of(answer).passage_ids)


def is_closed(generation: Generation) -> bool:
    return not generation.lanes


async def soon(condition: Callable[[], bool]) -> None:
    """Wait until a condition that threads bring about holds."""
    async with asyncio.timeout(GATE_S):
        while not condition():  # noqa: ASYNC110 - threads bring it about
            await asyncio.sleep(0.01)


# ---------------------------------------------------------------- replacement


async def test_before_anything_is_built_every_question_says_what_to_do(place: Place) -> None:
    place.newest = None
    async with place.service() as service:
        assert service.generation is None
        with pytest.raises(NoGenerationError, match="factcontext rebuild"):
            service.require_generation()
        with pytest.raises(NoGenerationError, match="factcontext rebuild"):
            await service.answer([GLACIER])
        place.newest = NEW
        assert await service.refresh()
        service.require_generation()
        (answer,) = await service.answer([GLACIER])
    assert answer.generation == NEW


async def test_refresh_opens_a_generation_once(place: Place) -> None:
    async with place.service() as service:
        place.newest = OLD
        outcomes = await asyncio.gather(*(service.refresh() for _ in range(8)))
        assert sorted(outcomes) == [False] * 7 + [True]
        assert service.generation == OLD
    assert [generation.name for generation in place.opened] == [NEW, OLD]


async def test_a_swap_keeps_a_running_query_on_the_old_generation(place: Place) -> None:
    place.newest, place.gate = OLD, Gate()
    # The query that is held may hold a thread for each lane.
    async with place.service(search_threads=len(Lane) + 1) as service:
        gate, place.gate = place.gate, None
        running = asyncio.create_task(service.answer([BRIDGE]))
        await asyncio.to_thread(gate.entered.wait, GATE_S)
        place.newest = NEW
        assert await service.refresh()
        (after,) = await service.answer([BRIDGE])
        old = place.opened[0]
        assert not is_closed(old)
        gate.opened.set()
        ((before,),) = await asyncio.gather(running)
        await soon(lambda: is_closed(old))
    assert (before.generation, after.generation) == (OLD, NEW)
    assert "Report 10 on the bridge" not in titles(before)
    assert titles(after)[0] == "Report 10 on the bridge"


async def test_a_replaced_generation_without_searches_is_closed_at_once(place: Place) -> None:
    place.newest = OLD
    async with place.service() as service:
        place.newest = NEW
        await service.refresh()
        assert [is_closed(generation) for generation in place.opened] == [True, False]


async def test_a_broken_new_generation_leaves_the_old_one_answering(place: Place) -> None:
    place.newest = OLD
    async with place.service() as service:
        damaged = place.root / NEW / Lane.REPORTING / "dense.faiss"
        damaged.write_bytes(damaged.read_bytes()[:-9])
        place.newest = NEW
        with pytest.raises(CorruptGenerationError, match=r"dense\.faiss"):
            await service.refresh()
        place.newest = "0009"
        with pytest.raises(NoGenerationError):
            await service.refresh()
        (answer,) = await service.answer([GLACIER])
    assert answer.generation == OLD
    assert titles(answer)[0] == "Report 2 on the glacier"


async def test_two_hundred_answers_under_swaps_mix_no_generations(place: Place) -> None:
    members = {}
    for name in (OLD, NEW):
        generation = place.open(name)
        members[name] = {
            id_ for lane in generation.lanes.values() for id_ in lane.columns.passage_id.tolist()
        }
        generation.close()
    async with place.service(max_waiting_claims=1_000) as service:
        answering = asyncio.gather(*(service.answer([BRIDGE, GLACIER]) for _ in range(100)))
        swaps = 0
        while not answering.done():
            place.newest = OLD if place.newest == NEW else NEW
            swaps += await service.refresh()
        answers = [answer for pair in await answering for answer in pair]
        in_use = place.opened[-1]
        assert all(is_closed(g) for g in place.opened if g is not in_use)
    assert len(answers) == 200
    assert swaps > 1
    assert {answer.generation for answer in answers} == {OLD, NEW}
    for answer in answers:
        assert passage_ids(answer) <= members[answer.generation]
        if answer.claim == BRIDGE:
            found = "Report 10 on the bridge" in titles(answer)
            assert found is (answer.generation == NEW)


# ---------------------------------------------------------------- bounds


async def test_beyond_the_waiting_line_a_claim_is_refused_at_once_and_the_line_drains(
    place: Place,
) -> None:
    place.gate = Gate()
    async with place.service(max_waiting_claims=3, search_threads=1) as service:
        waiting = [asyncio.create_task(service.answer([c])) for c in (GLACIER, BRIDGE)]
        await asyncio.to_thread(place.gate.entered.wait, GATE_S)
        with pytest.raises(SearchBusyError, match="try again"):
            await service.answer([GLACIER, BRIDGE])
        waiting.append(asyncio.create_task(service.answer([BRIDGE])))
        await asyncio.sleep(0)
        with pytest.raises(SearchBusyError):
            await service.answer([GLACIER])
        place.gate.opened.set()
        answers = await asyncio.gather(*waiting)
        assert [answer.claim for (answer,) in answers] == [GLACIER, BRIDGE, BRIDGE]
        assert len(await service.answer([GLACIER, BRIDGE, GLACIER])) == 3


async def test_many_claims_at_once_get_the_answers_that_each_gets_alone(place: Place) -> None:
    async with place.service(search_threads=1) as service:
        alone = [(await service.answer([claim]))[0] for claim in (GLACIER, BRIDGE)]
        together = await asyncio.gather(*(service.answer([a.claim]) for a in alone * 4))
    assert [replace(answer, took_ms=0) for (answer,) in together] == [
        replace(answer, took_ms=0) for answer in alone * 4
    ]


async def test_a_claim_that_would_wait_too_long_is_refused_at_once_but_none_before_an_empty_line(
    place: Place,
) -> None:
    place.gate = Gate()
    async with place.service(max_wait_s=0.05) as service:
        waiting = [asyncio.create_task(service.answer([claim])) for claim in (GLACIER, BRIDGE)]
        await asyncio.sleep(0)
        assert service.waiting == 2
        with pytest.raises(SearchBusyError, match="try again"):
            await service.answer([GLACIER])
        service.adjust(ServiceLimits(max_wait_s=GATE_S, query_timeout_s=GATE_S))
        waiting.append(asyncio.create_task(service.answer([BRIDGE])))
        place.gate.opened.set()
        answers = await asyncio.gather(*waiting)
        assert [answer.claim for (answer,) in answers] == [GLACIER, BRIDGE, BRIDGE]
        service.adjust(ServiceLimits(max_wait_s=1e-9, query_timeout_s=GATE_S))
        assert len(await service.answer([GLACIER, BRIDGE, GLACIER])) == 3


async def test_what_is_patient_is_never_refused_few_at_a_time_and_its_deadline_waits_too(
    place: Place,
) -> None:
    most = 0

    def note() -> None:
        nonlocal most
        most = max(most, service.waiting)

    async with place.service(max_wait_s=1e-9, max_waiting_claims=1) as service:
        place.encoder.before = note
        patient = [service.answer([GLACIER], patient=True) for _ in range(40)]
        answers = await asyncio.gather(*patient)
        assert {titles(answer)[0] for (answer,) in answers} == {"Report 2 on the glacier"}
    assert most == 4


async def test_what_waits_patiently_has_not_begun_its_time(place: Place) -> None:
    place.gate = Gate()
    async with place.service(query_timeout_s=0.3) as service:
        asked = [asyncio.create_task(service.answer([GLACIER], patient=True)) for _ in range(8)]
        await soon(lambda: place.gate is not None and place.gate.entered.is_set())
        service.adjust(ServiceLimits(query_timeout_s=GATE_S))
        await soon(lambda: sum(task.done() for task in asked) == 4)
        place.gate.opened.set()
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [SearchTimeoutError] * 4 + [tuple] * 4


async def test_what_is_shown_again_does_not_wait_for_searches(place: Place) -> None:
    place.newest = OLD
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        place.gate, place.newest = Gate(), NEW
        await service.refresh()
        searching = [asyncio.create_task(service.answer([BRIDGE])) for _ in range(3)]
        await soon(lambda: place.gate is not None and place.gate.entered.is_set())
        again = await service.recall(AnswerReference.of(answer))
        assert again is not None
        assert titles(again) == titles(answer)
        assert await service.sources()
        place.gate.opened.set()
        await asyncio.gather(*searching)


async def test_the_deadline_is_named_and_the_generation_stays_open_for_the_late_search(
    place: Place,
) -> None:
    place.newest, place.gate = OLD, Gate()
    async with place.service(query_timeout_s=0.5) as service:
        gate, place.gate = place.gate, None
        late = asyncio.create_task(service.answer([GLACIER]))
        await asyncio.to_thread(gate.entered.wait, GATE_S)
        with pytest.raises(SearchTimeoutError, match=r"within 0\.5 seconds"):
            await late
        place.newest = NEW
        await service.refresh()
        old = place.opened[0]
        assert not is_closed(old)
        gate.opened.set()
        await soon(lambda: is_closed(old))
        (answer,) = await service.answer([GLACIER])
    assert answer.generation == NEW


async def test_claims_given_up_at_the_deadline_leave_the_line(place: Place) -> None:
    place.gate = Gate()
    async with place.service(
        query_timeout_s=0.3, max_waiting_claims=4, search_threads=1
    ) as service:
        outcomes = await asyncio.gather(
            *(service.answer([GLACIER]) for _ in range(4)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [SearchTimeoutError] * 4
        place.gate.opened.set()
        answers = await asyncio.gather(*(service.answer([GLACIER]) for _ in range(4)))
    assert len(answers) == 4


async def test_cancelled_callers_leave_the_service_usable(place: Place) -> None:
    place.gate = Gate()
    async with place.service(max_waiting_claims=8, search_threads=1) as service:
        callers = [asyncio.create_task(service.answer([GLACIER])) for _ in range(8)]
        await asyncio.to_thread(place.gate.entered.wait, GATE_S)
        for caller in callers:
            caller.cancel()
        outcomes = await asyncio.gather(*callers, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [asyncio.CancelledError] * 8
        place.gate.opened.set()
        answers = await asyncio.gather(*(service.answer([BRIDGE]) for _ in range(8)))
    assert {titles(answer)[0] for (answer,) in answers} == {"Report 10 on the bridge"}


# ---------------------------------------------------------------- closing


async def test_closing_twice_is_safe(place: Place) -> None:
    async with place.service() as service:
        await service.aclose()
        await service.aclose()
        assert service.generation is None
    assert is_closed(place.opened[0])


async def test_closing_lets_a_search_under_way_finish(place: Place) -> None:
    place.gate = Gate()
    async with place.service() as service:
        running = asyncio.create_task(service.answer([GLACIER]))
        await asyncio.to_thread(place.gate.entered.wait, GATE_S)
        closing = asyncio.create_task(service.aclose())
        await asyncio.sleep(0.05)
        assert not closing.done()
        place.gate.opened.set()
        (answer,) = await running
        await closing
    assert titles(answer)[0] == "Report 2 on the glacier"
    assert is_closed(place.opened[0])
