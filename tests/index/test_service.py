"""The asynchronous face of the search, on a real library and real generations."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from support.collection import collection, load
from support.documents import article
from support.word_encoder import WordEncoder

from embeddings.batcher import Batcher
from embeddings.store import VectorStore
from index.dates import PartialDate
from index.dense import DenseIndex
from index.errors import (
    CorruptGenerationError,
    NoGenerationError,
    SearchBusyError,
    SearchTimeoutError,
)
from index.generation import Generation, build, open_generation
from index.library import Library
from index.model import EVERYTHING, Answer, Claim, Lane, Scope, Strength
from index.reference import AnswerReference
from index.service import AnswerService, ServiceLimits
from index.strength import ANY_ENCODER, calibration_for

GATE_S = 20
OLD, NEW = "0001", "0002"
GLACIER = Claim(text="What happened to the glacier is told only2 here")
BRIDGE = Claim(text="What happened to the bridge is told only10 here")
"""About an article that only the newer generation holds."""
NONSENSE = Claim(text="Quantum zebras juggle marmalade")


def generous() -> dict[str, object]:
    """Calls everything close, so that both lanes always answer."""
    cautious = calibration_for(ANY_ENCODER).to_dict()
    return cautious | {"close_at": {lane.value: 0.0 for lane in Lane}}


@dataclass
class Gate:
    """Holds searches at the dense leg until it is opened."""

    entered: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def around(self, generation: Generation) -> Generation:
        generation.lanes = {
            lane: replace(index, dense=_Gated(index.dense, self))
            for lane, index in generation.lanes.items()
        }
        return generation


class _Gated:
    def __init__(self, behind: DenseIndex, gate: Gate) -> None:
        self._behind, self._gate = behind, gate

    def search(self, *arguments: object) -> object:
        self._gate.entered.set()
        assert self._gate.opened.wait(GATE_S)
        return self._behind.search(*arguments)

    def scores(self, *arguments: object) -> object:
        return self._behind.scores(*arguments)


@dataclass
class Place:
    """A library, its generations, and which of them is promoted."""

    folder: Path
    library: Library
    newest: str | None = NEW
    gate: Gate | None = None
    opened: list[Generation] = field(default_factory=list)
    encoder: WordEncoder = field(default_factory=WordEncoder)

    @property
    def root(self) -> Path:
        return self.folder / "generations"

    def open(self, name: str) -> Generation:
        generation = open_generation(self.root, name, fingerprint=self.encoder.info.fingerprint)
        self.opened.append(self.gate.around(generation) if self.gate else generation)
        return generation

    def document(self, title: str) -> int:
        return next(r.document_id for r in self.library.documents() if r.title == title)

    @asynccontextmanager
    async def service(self, **limits: object) -> AsyncIterator[AnswerService]:
        batcher = Batcher(self.encoder)
        service = AnswerService(
            library=self.library,
            encoder=batcher,
            newest=lambda: self.newest,
            open_generation=self.open,
            limits=ServiceLimits(**{"query_timeout_s": GATE_S, **limits}),
        )
        await service.refresh()
        try:
            yield service
        finally:
            if self.gate:
                self.gate.opened.set()
            await service.aclose()
            await batcher.aclose()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pristine")
    encoder = WordEncoder()
    with (
        Library.open(folder / "library.sqlite3") as library,
        VectorStore(folder / "vectors.sqlite3", encoder.info) as store,
    ):
        for name, documents in ((OLD, collection(0, 6)), (NEW, collection(6, 12))):
            load(library, documents, path=f"{name}.jsonl")
            root = folder / "generations"
            assert build(library, encoder, store, root, calibration=generous()) == name
    return folder


@pytest.fixture
def place(pristine: Path, tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "place"
    shutil.copytree(pristine, folder)
    with Library.open(folder / "library.sqlite3") as library:
        yield Place(folder=folder, library=library)


def titles(answer: Answer) -> list[str]:
    return [part.head.title for part in answer.reporting]


def passage_ids(answer: Answer) -> set[int]:
    return set(AnswerReference.of(answer).passage_ids)


def is_closed(generation: Generation) -> bool:
    return not generation.lanes


async def soon(condition: Callable[[], bool]) -> None:
    """Wait until a condition that threads bring about holds."""
    async with asyncio.timeout(GATE_S):
        while not condition():  # noqa: ASYNC110 - threads bring it about
            await asyncio.sleep(0.01)


# ---------------------------------------------------------------- answers


async def test_a_claim_brings_its_article_and_its_discussion(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
    assert titles(answer)[0] == "Report 2 on the glacier"
    assert answer.reporting[0].passages[0].text == GLACIER.text + "."
    assert answer.generation == NEW
    assert answer.discussion != ()
    assert answer.strength is Strength.STRONG


async def test_several_claims_keep_their_order(place: Place) -> None:
    claims = [BRIDGE, GLACIER, NONSENSE, BRIDGE]
    async with place.service() as service:
        answers = await service.answer(claims)
    assert [answer.claim for answer in answers] == claims
    assert [titles(answer)[0] for answer in answers[:2]] == [
        "Report 10 on the bridge",
        "Report 2 on the glacier",
    ]
    assert answers[3] == answers[0]


async def test_no_claims_bring_no_answers(place: Place) -> None:
    async with place.service() as service:
        assert await service.answer([]) == ()


async def test_the_time_taken_is_told(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
    assert 0 < answer.took_ms < GATE_S * 1_000


async def test_what_is_not_close_brings_an_abstention_without_texts(place: Place) -> None:
    with VectorStore(place.folder / "vectors.sqlite3", place.encoder.info) as store:
        place.newest = build(place.library, place.encoder, store, place.root)
    async with place.service() as service:
        (answer,) = await service.answer([NONSENSE])
    assert answer.abstained
    assert (answer.reporting, answer.discussion) == ((), ())


async def test_every_passage_is_the_stored_text_at_its_offsets(place: Place) -> None:
    async with place.service() as service:
        answers = await service.answer([GLACIER, BRIDGE])
    for answer in answers:
        for part in answer.reporting:
            document = place.library.document(part.head.document_id)
            assert document is not None
            for passage in part.passages:
                assert passage.text == document.text[passage.start : passage.end]
        for thread in answer.discussion:
            document = place.library.document(thread.head.document_id)
            assert document is not None
            comments = {comment.text for comment in document.comments}
            for remark in thread.remarks:
                found = remark.excerpt
                assert any(text[found.start : found.end] == found.text for text in comments)


async def test_how_much_is_shown_is_bounded_by_the_limits(place: Place) -> None:
    shown = replace(ServiceLimits().shown, articles=2, threads=3, remarks_per_thread=1)
    async with place.service(shown=shown) as service:
        (answer,) = await service.answer([GLACIER])
    assert len(answer.reporting) == 2
    assert [len(thread.remarks) for thread in answer.discussion] == [1, 1, 1]


# ---------------------------------------------------------------- scope


async def test_a_scope_by_source_lets_no_other_source_answer(place: Place) -> None:
    scope = Scope(sources=frozenset({"outlet 1"}))
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER], scope)
    heads = [part.head for part in (*answer.reporting, *answer.discussion)]
    assert {head.source.name for head in heads} == {"Outlet 1"}


async def test_an_unknown_source_has_nothing_close(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER], Scope(sources=frozenset({"nobody"})))
    assert answer.abstained
    assert (answer.reporting, answer.discussion) == ((), ())


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (EVERYTHING, {"undated", "yearless", "a year", "a day"}),
        (Scope(since=date(1900, 1, 1)), {"a year", "a day"}),
        (Scope(since=date(2018, 6, 30), until=date(2018, 6, 30)), {"a year"}),
        (Scope(since=date(2019, 5, 3)), {"a day"}),
        (Scope(since=date(2019, 5, 4)), set()),
        (Scope(until=date(2017, 12, 31)), set()),
        (Scope(until=date(2018, 1, 1)), {"a year"}),
    ],
)
async def test_a_document_answers_for_every_day_it_may_be_from(
    place: Place, scope: Scope, expected: set[str]
) -> None:
    dates = {
        "undated": None,
        "yearless": PartialDate(month=11, day=4),
        "a year": PartialDate(year=2018),
        "a day": PartialDate(year=2019, month=5, day=3),
    }
    dated = [
        replace(article(title, f"The dam of {title} broke."), published=published)
        for title, published in dates.items()
    ]
    place.library.remove([row.document_id for row in place.library.documents()])
    load(place.library, dated, path="dated.jsonl")
    with VectorStore(place.folder / "vectors.sqlite3", place.encoder.info) as store:
        place.newest = build(
            place.library, place.encoder, store, place.root, calibration=generous()
        )
    async with place.service() as service:
        (answer,) = await service.answer([Claim(text="The dam broke")], scope)
    assert set(titles(answer)) == expected


# ---------------------------------------------------------------- removal and recall


async def test_a_removed_document_is_gone_though_the_generation_still_lists_it(
    place: Place,
) -> None:
    async with place.service() as service:
        place.library.remove([place.document("Report 2 on the glacier")])
        (answer,) = await service.answer([GLACIER])
    heads = [part.head.title for part in (*answer.reporting, *answer.discussion)]
    assert answer.generation == NEW
    assert heads != []
    assert "Report 2 on the glacier" not in heads


async def test_an_answer_is_not_called_strong_for_an_article_that_is_gone(place: Place) -> None:
    async with place.service() as service:
        (before,) = await service.answer([GLACIER])
        gone = [row.document_id for row in place.library.documents() if row.document_id
                in {part.head.document_id for part in before.reporting
                    if part.strength is Strength.STRONG}]  # fmt: skip
        place.library.remove(gone)
        (after,) = await service.answer([GLACIER])
    assert before.strength is Strength.STRONG
    assert after.strength is Strength.RELATED
    assert after.reporting[0].strength is Strength.RELATED


async def test_a_recalled_answer_is_the_answer_without_its_claim(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        recalled = await service.recall(AnswerReference.of(answer))
    assert recalled == replace(answer, claim=Claim(text=""))


async def test_recall_leaves_out_what_was_removed_since(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        place.library.remove([place.document("Report 2 on the glacier")])
        recalled = await service.recall(AnswerReference.of(answer))
    assert recalled is not None
    assert titles(recalled) == titles(answer)[1:]
    assert recalled.strength is recalled.reporting[0].strength


async def test_recall_of_readers_alone_is_never_strong(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        readers_only = replace(AnswerReference.of(answer), articles=())
        recalled = await service.recall(readers_only)
    assert recalled is not None
    assert recalled.strength is Strength.RELATED


async def test_recall_of_what_is_gone_altogether_says_so(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
        place.library.remove([row.document_id for row in place.library.documents()])
        assert await service.recall(AnswerReference.of(answer)) is None


async def test_recall_works_without_any_generation(place: Place) -> None:
    async with place.service() as service:
        (answer,) = await service.answer([GLACIER])
    place.newest = None
    async with place.service() as service:
        recalled = await service.recall(AnswerReference.of(answer))
    assert recalled == replace(answer, claim=Claim(text=""))


async def test_sources_are_those_of_the_library(place: Place) -> None:
    async with place.service() as service:
        sources = await service.sources()
    assert [(s.name, s.documents) for s in sources] == [(f"Outlet {n}", 4) for n in range(3)]


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
    async with place.service() as service:
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
